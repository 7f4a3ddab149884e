"""What a Bayesian meta-regression predicts at values of the moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.errors import ModelError
from mdmameta.models.bayesian.meta_regression import BayesianMetaRegression
from mdmameta.models.design import design_at
from mdmameta.models.fit import Fit


def predict_exact(
    fit: Fit, moderators: pd.DataFrame | Mapping[str, Sequence[Any]] | None = None
) -> pd.DataFrame:
    """Predict the mean effect, and a new study's true effect, at moderators.

    Parameters
    ----------
    fit
        Of a `BayesianMetaRegression`.
    moderators
        Values to predict at, one row each, with every moderator of the formula; by
        default those of the studies that were used.

    Returns
    -------
    pandas.DataFrame
        value, se, ci_low, ci_high: posterior mean, SD and central interval of the
        mean effect; pi_low, pi_high: central interval of a new true effect.

    Raises
    ------
    ModelError
        When the fit is of another model, a moderator is absent or missing, or a
        level is one that the fit did not have.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.bayesian.mean_priors import Normal
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> fit = BayesianMetaRegression("~ dose", priors=Normal(0, 1)).fit(effects)
    >>> predict_exact(fit, {"dose": [2]})[["value", "ci_low", "ci_high"]].round(2)
       value  ci_low  ci_high
    0   0.47    0.18     0.75
    """
    if not isinstance(fit.model, BayesianMetaRegression):
        raise ModelError(
            f"{fit.model!r} has no moderators with priors to predict at; use predict, "
            "or fit.estimate."
        )
    frame = fit.effects.frame.iloc[fit.used]
    new = frame if moderators is None else pd.DataFrame(moderators)
    X = design_at(fit.model.formula, frame, new).X
    level = fit.estimate.level
    means = [fit.exact.at(x) for x in X]
    ends = np.array([mean.interval(level) for mean in means])
    wide = np.array([fit.exact.predictive(x).interval(level) for x in X])
    return pd.DataFrame(
        {
            "value": [mean.mean for mean in means],
            "se": [mean.sd for mean in means],
            "ci_low": ends[:, 0],
            "ci_high": ends[:, 1],
            "pi_low": wide[:, 0],
            "pi_high": wide[:, 1],
        }
    )
