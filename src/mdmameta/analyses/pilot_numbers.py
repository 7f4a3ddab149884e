"""Numbers of one group: exact standardised change, implied spread, sample size."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import nctdtr, stdtrit

#: Two-sided level of a trial to come.
ALPHA = 0.05


def exact_d(t: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a standardised mean change, by the noncentral t.

    Parameters
    ----------
    t
        Mean change over its standard error.
    n
        People.
    level
        Probability of the interval.

    References
    ----------
    Cumming and Finch 2001, doi:10.1177/0013164401614002.

    Examples
    --------
    >>> [round(x, 2) for x in exact_d(-8.04, 12)]
    [-3.42, -1.2]
    """
    tail, df = (1 - level) / 2, n - 1

    def at(p: float) -> float:
        reach = abs(t) + 40.0
        root = brentq(lambda c: nctdtr(df, c, abs(t)) - p, -reach, reach)
        return float(root / np.sqrt(n))

    low, high = at(1 - tail), at(tail)
    return (low, high) if t > 0 else (-high, -low)


def endpoint_sd(sd_baseline: float, sd_change: float, r: float) -> float:
    """SD at the end that a correlation and an SD of change imply.

    Parameters
    ----------
    sd_baseline, sd_change
        SDs at baseline and of the change.
    r
        Correlation of baseline and endpoint.

    Returns
    -------
    float
        The root of sd_c² = sd_b² + sd_e² − 2 r sd_b sd_e that is above zero, the
        larger where there are two; NaN where there is none.

    Examples
    --------
    >>> round(endpoint_sd(3.0, 5.0, 0.0), 6)
    4.0
    """
    inside = sd_change**2 - sd_baseline**2 * (1 - r**2)
    if inside < 0:
        return float("nan")
    found = r * sd_baseline + float(np.sqrt(inside))
    return found if found > 0 else float("nan")


def people_needed(size: float, power: float, alpha: float = ALPHA) -> int:
    """People in each of two equal arms for a t-test to find a difference.

    Parameters
    ----------
    size
        Standardised mean difference.
    power, alpha
        Of the two-sided test.

    Examples
    --------
    >>> people_needed(0.5, 0.8)
    64
    """
    low, high = 2, 4
    while _power(size, high, alpha) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _power(size, middle, alpha) < power:
            low = middle
        else:
            high = middle
    return high


def _power(size: float, n: int, alpha: float) -> float:
    df, shift = 2 * n - 2, abs(size) * np.sqrt(n / 2)
    c = float(stdtrit(df, 1 - alpha / 2))
    return float(1 - nctdtr(df, shift, c) + nctdtr(df, shift, -c))
