"""Intervals of tau2 by generalised Q and by profile likelihood."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.chi2_mixture import probability_below
from mdmameta.models.frequentist.likelihood import log_likelihood, maximise
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.quadratic import generalised_q

#: A root is sought to this part of the smallest v, below which τ² has no
#: influence.
TOLERANCE = 1e-12


def generalised_q_interval(
    y: FloatArray,
    v: FloatArray,
    X: FloatArray,
    level: float = 0.95,
    *,
    power: float = 1.0,
) -> tuple[float, float]:
    """Interval of τ² from the exact distribution of a generalised Q.

    Q, with weights that τ² does not enter, is distributed as a weighted sum
    of χ² variables; the limits are the values of τ² at which the Q observed
    is one of its quantiles. With the weights of Cochran's Q it is shorter
    than Q-profile where heterogeneity is small and longer where it is large;
    the root of those weights is Jackson's compromise.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p).
    level
        Probability of the interval.
    power
        The weights are 1 / v to this power: 1 for Cochran's Q, 0.5 for its
        root.

    Returns
    -------
    tuple of float
        Both 0 when no τ² ≥ 0 is compatible with the data; NaN when k ≤ p.

    References
    ----------
    Jackson 2013, doi:10.1002/jrsm.1081.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 0.4, 0.8]), np.full(3, 0.01), np.ones((3, 1))
    >>> low, high = generalised_q_interval(y, v, X)
    >>> round(low, 4), round(high, 2)
    (0.0334, 6.31)
    """
    k, p = X.shape
    if k <= p:
        return (np.nan, np.nan)
    form = generalised_q(contrasts(y, v, X).y, X, v**-power)

    def below(tau2: float) -> float:
        return probability_below(form.q, form.a * (v + tau2), form.basis)

    tail = (1 - level) / 2
    low, high = (_decreasing_to(below, at, v) for at in (1 - tail, tail))
    return low, high


def profile_interval(
    y: FloatArray,
    v: FloatArray,
    X: FloatArray,
    level: float = 0.95,
    *,
    restricted: bool = True,
) -> tuple[float, float]:
    """Interval of τ² by profile likelihood.

    The limits on either side of the maximum at which twice the (restricted)
    log-likelihood has fallen by the quantile of χ² with 1 degree of freedom.
    Its probability is approximate, and too low with few studies.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p).
    level
        Probability of the interval.
    restricted
        Whether to use the restricted likelihood, as for REML.

    Returns
    -------
    tuple of float
        NaN when k ≤ p.

    References
    ----------
    Hardy and Thompson 1996,
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 0.4, 0.8]), np.full(3, 0.01), np.ones((3, 1))
    >>> low, high = profile_interval(y, v, X)
    >>> round(low, 3), round(high, 2)
    (0.026, 2.79)
    """
    data = contrasts(y, v, X)
    if data.df < 1:
        return (np.nan, np.nan)

    def at(tau2: float) -> float:
        return float(log_likelihood(data, np.array([tau2]), restricted=restricted)[0])

    best = maximise(data, restricted=restricted).tau2
    lowest = at(best) - float(chdtri(1, 1 - level)) / 2
    low = 0.0 if at(0.0) >= lowest else _between(lambda t: at(t) - lowest, 0, best, v)
    return low, _decreasing_to(at, lowest, v, start=best)


def _decreasing_to(
    function: Callable[[float], float], target: float, v: FloatArray, start: float = 0.0
) -> float:
    """Where a function that falls in τ² reaches a target; start if below there."""
    if function(start) <= target:
        return start
    low, high = start, start + float(v.max())
    while function(high) > target:
        low, high = high, 4 * high
    return _between(lambda t: function(t) - target, low, high, v)


def _between(
    function: Callable[[float], float], low: float, high: float, v: FloatArray
) -> float:
    """Root of a function with a change of sign."""
    return float(brentq(function, low, high, xtol=TOLERANCE * v.min(), rtol=1e-12))
