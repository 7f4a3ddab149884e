"""Values of tau2 at which Cochran's Q has a given value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainccinv, gammaincinv

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.moments import Contrasts, contrasts, residual_q

#: A step this small, relative to τ² and to the smallest v, ends the
#: iteration: the root is then known to rounding.
STEP = 1e-14

#: Newton on 1/Q takes fewer than ten steps on ordinary data and about forty
#: when the variances differ by a factor of 1e12.
MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class Root:
    """Where Q(tau2) meets a target; zero when Q is below it already there."""

    tau2: float
    converged: bool
    iterations: int


def tau2_at(data: Contrasts, target: float) -> Root:
    """Solve Q(τ²) = target for τ² ≥ 0.

    Q is a sum of a / (λ + τ²) with a, λ > 0, so 1/Q is increasing and concave
    in τ²: Newton's steps on 1/Q from zero approach the root from below and
    cannot pass it. There is no upper limit to the search.

    Examples
    --------
    >>> data = contrasts(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> round(tau2_at(data, target=0.5).tau2, 9)
    3.0
    """
    t = 0.0
    scale = float(data.v.min())
    for iteration in range(1, MAX_STEPS + 1):
        q, slope = residual_q(data, t)
        if q <= target:
            return Root(t, True, iteration)
        step = (q * q / target - q) / slope
        t += step
        if step <= STEP * (t + scale):
            return Root(t, True, iteration)
    return Root(t, False, MAX_STEPS)


def q_profile(
    y: FloatArray, v: FloatArray, X: FloatArray, level: float = 0.95
) -> tuple[float, float]:
    """Interval of τ² by the Q-profile method.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p).
    level
        Probability of the interval.

    Returns
    -------
    tuple of float
        Lower and upper limit. Both are 0 when Q lies below both quantiles, so
        that no τ² ≥ 0 is compatible with the data; NaN when k ≤ p.

    Notes
    -----
    metafor searches up to max(100, 10 τ²) and reports that limit when the
    root lies beyond; here the root itself is reported.

    References
    ----------
    Viechtbauer 2007, doi:10.1002/sim.2514.

    Examples
    --------
    >>> low, high = q_profile(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> low, round(high)
    (0.0, 2036)
    """
    data = contrasts(y, v, X)
    if data.df < 1:
        return (np.nan, np.nan)
    tail = (1 - level) / 2
    largest = 2 * float(gammainccinv(data.df / 2, tail))
    smallest = 2 * float(gammaincinv(data.df / 2, tail))
    return tau2_at(data, largest).tau2, tau2_at(data, smallest).tau2
