"""What a fit predicts at values of the moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.errors import ModelError
from mdmameta.models.design import design_at
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.cluster_robust import ClusterRobust
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.robust_tests import robust_df


def predict(
    fit: Fit, moderators: pd.DataFrame | Mapping[str, Sequence[Any]] | None = None
) -> pd.DataFrame:
    """Predict the mean effect, and a new study's true effect, at moderators.

    Both intervals have the level, the standard errors and the reference
    distribution of the fit's coefficients, as in metafor; with robust errors,
    the degrees of freedom of each prediction.

    Parameters
    ----------
    fit
        Of a `MetaRegression`, with cluster-robust errors or without.
    moderators
        Values to predict at, one row each, with every moderator of the
        formula; by default those of the studies that were used.

    Returns
    -------
    pandas.DataFrame
        value, se, ci_low, ci_high of the mean, and pi_low, pi_high of a true
        effect; the latter are NaN where τ² could not be estimated.

    Raises
    ------
    ModelError
        When the fit has no formula, a moderator is absent or missing, or a
        level is one that the fit did not have.

    References
    ----------
    Higgins, Thompson and Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> fit = MetaRegression("~ dose", interval="wald").fit(effects)
    >>> predict(fit, {"dose": [2]})[["value", "ci_low", "ci_high"]].round(2)
       value  ci_low  ci_high
    0   0.47    0.32     0.62
    """
    robust = fit.model if isinstance(fit.model, ClusterRobust) else None
    model = fit.model if robust is None else robust.model
    if not isinstance(model, MetaRegression):
        raise ModelError(
            f"{fit.model!r} has no moderators to predict at; its mean and prediction "
            "interval are in fit.estimate."
        )
    frame = fit.effects.frame.iloc[fit.used]
    new = frame if moderators is None else pd.DataFrame(moderators)
    X = design_at(model.formula, frame, new).X
    value = X @ fit.params.to_numpy()
    variance = ((X @ fit.vcov) * X).sum(axis=1)
    df = np.full(len(X), fit.estimate.df)
    if robust is not None:
        df = robust_df(robust.sandwich(fit), robust.df, X)
    c = np.array([critical_value(fit.estimate.level, each) for each in df])
    half, whole = (
        c * np.sqrt(variance + extra) for extra in (0.0, fit.heterogeneity.tau2)
    )
    return pd.DataFrame(
        {
            "value": value,
            "se": np.sqrt(variance),
            "ci_low": value - half,
            "ci_high": value + half,
            "pi_low": value - whole,
            "pi_high": value + whole,
        }
    )
