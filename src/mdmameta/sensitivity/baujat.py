"""What each row adds to heterogeneity, and to the estimate: data of a Baujat plot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.deleted import Regressed, regressed

#: A leverage within this of 1 leaves nothing for other rows to say.
ALONE = 1e-10


def baujat(effects: Effects, model: Model) -> pd.DataFrame:
    """Contribution of each row to heterogeneity, and its influence.

    - heterogeneity: (yᵢ − xᵢᵀβ)² / (vᵢ + τ²), the squared Pearson residual; for a
      common effect these add up to Cochran's Q
    - influence: (xᵢᵀβ − xᵢᵀβ₍ᵢ₎)² / xᵢᵀV₍ᵢ₎xᵢ, with (i) for without row i

    Parameters
    ----------
    effects
        Independent rows.
    model
        A model with one coefficient, or with a ``formula``.

    Returns
    -------
    pandas.DataFrame
        study, heterogeneity, influence; one row an effect used. Influence is
        NaN where the coefficients cannot be estimated without the row.

    Raises
    ------
    SensitivityError
        When rows are correlated.

    Notes
    -----
    Where weights are given (a common effect, or τ² a number) and errors are
    classic, what a row moves follows from its leverage, and cost is linear in k.
    An estimator of τ² has another value without each row, found from all
    others, so that there k fits are made, of a cost linear in k each.

    References
    ----------
    Baujat et al. 2002, doi:10.1002/sim.1221.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 0.3, 3.0], v=[1.0, 1.0, 1.0])
    >>> baujat(effects, CommonEffect())["heterogeneity"].round(2).tolist()
    [1.21, 0.64, 3.61]
    """
    data = regressed(effects, model)
    resid = data.y - data.X @ data.beta
    if _has_given_weights(model) and data.own is None:
        moved = _moved_by_leverage(data, resid)
    else:
        fits = enumerate(data.without_each())
        moved = np.array([_moved(data, row, fit) for row, fit in fits])
    return pd.DataFrame(
        {
            "study": data.columns.study,
            "heterogeneity": resid**2 / (data.v + data.tau2),
            "influence": moved,
        }
    )


def _has_given_weights(model: Model) -> bool:
    tau2 = 0.0 if isinstance(model, CommonEffect) else getattr(model, "tau2", None)
    classic = getattr(model, "interval", None) in ("wald", "t")
    return classic and isinstance(tau2, int | float)


def _moved_by_leverage(data: Regressed, resid: FloatArray) -> FloatArray:
    """Influence h e² / (v + τ²) / (1 − h), NaN for what a row alone decides."""
    rest = 1 - data.hat
    rest[rest < ALONE] = np.nan
    return np.asarray(data.hat * resid**2 / (data.v + data.tau2) / rest)


def _moved(data: Regressed, row: int, fit: Fit | None) -> float:
    if fit is None:
        return np.nan
    x = data.X[row]
    change = x @ (data.beta - fit.coefficients["value"].to_numpy(dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(change**2 / (x @ fit.vcov @ x))
