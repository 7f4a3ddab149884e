"""Rules that choose between the Knapp–Hartung interval and a wider one."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.regression import least_squares
from mdmameta.models.frequentist.tau2 import dersimonian_laird

#: Options that are settled by the data, as the interval of one fit.
HYBRID = ("knapp-hartung-ci", "knapp-hartung-IQWiG6")


def wider_of_both(scale: float, df: int, level: float) -> str:
    """Choose Knapp–Hartung's interval, or Wald's where that is wider.

    Both are multiples of the classic standard error, so that one answer holds
    for every coefficient of a regression.

    Parameters
    ----------
    scale
        Knapp and Hartung's factor of the variance.
    df
        Residual degrees of freedom, at least 1.
    level
        Probability of the intervals.

    References
    ----------
    Jackson et al. 2017, doi:10.1002/sim.7411 (hybrid method 2).

    Examples
    --------
    >>> wider_of_both(0.3, df=5, level=0.95), wider_of_both(1.0, df=5, level=0.95)
    ('wald', 'knapp-hartung')
    """
    knapp_hartung = critical_value(level, df) * float(np.sqrt(scale))
    return "knapp-hartung" if knapp_hartung >= critical_value(level, np.inf) else "wald"


def iqwig_rule(
    y: FloatArray,
    v: FloatArray,
    X: FloatArray,
    *,
    half: float,
    level: float,
) -> str:
    """Choose the ad hoc interval where Knapp–Hartung's is narrower than DL's.

    The comparison is with the Wald interval at DerSimonian and Laird's τ²,
    whatever the estimator of the fit, as the institute's rule has it.

    Parameters
    ----------
    y, v, X
        Effects, variances and the column of ones, shapes (k,), (k,) and
        (k, 1), k > 1.
    half
        Half the width of the Knapp–Hartung interval.
    level
        Probability of the intervals.

    References
    ----------
    Institute for Quality and Efficiency in Health Care 2022, General Methods
    6.1, section 9.3.8; Knapp and Hartung 2003, doi:10.1002/sim.1482.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 0.1, 0.2]), np.full(3, 0.04), np.ones((3, 1))
    >>> iqwig_rule(y, v, X, half=0.1, level=0.95)
    'knapp-hartung-adhoc'
    """
    tau2 = dersimonian_laird(y, v, X).value
    variance = float(least_squares(y, v, X, tau2).vcov[0, 0])
    wald = critical_value(level, np.inf) * float(np.sqrt(variance))
    return "knapp-hartung" if half >= wald else "knapp-hartung-adhoc"
