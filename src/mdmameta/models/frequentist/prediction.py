"""Prediction interval for the true effect in a new study."""

from __future__ import annotations

import numpy as np

from mdmameta.models.frequentist.intervals import critical_value


def prediction_interval(
    value: float, se: float, tau2: float, *, df: float, level: float
) -> tuple[float, float]:
    """Interval value ± c √(τ² + se²), c of t with df or of the normal.

    Examples
    --------
    >>> low, high = prediction_interval(0.0, 0.6, 0.64, df=np.inf, level=0.95)
    >>> round(low, 2), round(high, 2)
    (-1.96, 1.96)
    """
    half = critical_value(level, df) * float(np.sqrt(tau2 + se**2))
    return value - half, value + half


def prediction_basis(
    kind: str,
    *,
    classic: float,
    knapp_hartung: float,
    shown: float,
    df: float,
    residual: int,
) -> tuple[float, float]:
    """Choose the standard error of the mean and the degrees of freedom.

    Parameters
    ----------
    kind
        "metafor": the error and reference of the confidence interval.
        "V": classic error, t with k − p (package meta's default).
        "HTS": classic error, t with k − p − 1 as Higgins, Thompson and
        Spiegelhalter; at least 1, as metafor has it.
        "HK", "HK-PR": the same two with Knapp and Hartung's error, the second
        as Partlett and Riley.
        "S": normal, with the classic error, as Skipka.
        "simple": normal, leaving out the error of the mean.
    classic, knapp_hartung, shown
        Standard error of the mean by the model, after Knapp and Hartung's
        factor, and as the confidence interval has it.
    df
        Of the interval's reference; infinite for the normal.
    residual
        k − p.

    Returns
    -------
    tuple of float
        Standard error and degrees of freedom.

    References
    ----------
    Higgins, Thompson and Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x; Partlett and Riley 2017,
    doi:10.1002/sim.7140; Veroniki et al. 2019, doi:10.1002/jrsm.1319.

    Examples
    --------
    >>> prediction_basis("HTS", classic=0.2, knapp_hartung=0.1, shown=0.1,
    ...                  df=np.inf, residual=5)
    (0.2, 4.0)
    """
    one_less = float(max(residual - 1, 1))
    return {
        "metafor": (shown, df),
        "V": (classic, float(residual)),
        "HTS": (classic, one_less),
        "HK": (knapp_hartung, float(residual)),
        "HK-PR": (knapp_hartung, one_less),
        "S": (classic, np.inf),
        "simple": (0.0, np.inf),
    }[kind]
