"""How likely a uniform sample is to stray as far from the diagonal as this one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, gammaln, xlog1py, xlogy

from mdmameta.arrays import FloatArray

#: Points at which an ECDF is compared with the diagonal.
POINTS = 100

#: Tails that differ by less are the same to rounding.
ROUNDING = 1e-9


def uniformity(ranks: ArrayLike) -> float:
    """p-value of a whole ECDF against uniform ranks, exact.

    At each of 99 points the number of ranks below it is binomial; the sample's most
    extreme tail probability is compared with what uniform samples of its size have.
    The counts form a Markov chain along the points, so that this probability is a
    sum and no simulation. It sees shifts and wrong widths alike, in the middle and
    in the tails.

    Parameters
    ----------
    ranks
        Between 0 and 1, shape (n,); independent.

    Returns
    -------
    float
        Probability that n uniform ranks look as bad or worse.

    References
    ----------
    Säilynoja, Bürkner and Vehtari (2022), doi:10.1007/s11222-022-10090-6.

    Examples
    --------
    >>> even = (np.arange(100) + 0.5) / 100
    >>> round(uniformity(even), 2), uniformity(even**2) < 1e-6
    (1.0, True)
    """
    found = np.sort(np.ravel(np.asarray(ranks, dtype=float)))
    z = np.arange(1, POINTS) / POINTS
    counted = np.searchsorted(found, z, side="right").astype(float)
    worst = float(binomial_tail(counted, found.size, z).min())
    return max(0.0, 1 - _stays(found.size, z, worst * (1 + ROUNDING)))


def binomial_tail(count: FloatArray, n: int, z: FloatArray) -> FloatArray:
    """Smaller of the probabilities of as few and of as many of n below z.

    Parameters
    ----------
    count
        How many there are, shape (...,).
    n
        Of how many.
    z
        Probability of each.

    Examples
    --------
    >>> round(float(binomial_tail(np.array(0.0), 10, np.array(0.5))), 6)
    0.000977
    """
    many = np.where(count == 0, 1.0, 1 - bdtr(np.maximum(count - 1, 0), n, z))
    return np.asarray(np.minimum(bdtr(count, n, z), many))


def _stays(n: int, z: FloatArray, worst: float) -> float:
    """Probability that every tail is larger than the worst."""
    counts, at, probability = np.zeros(1), 0.0, np.ones(1)
    every = np.arange(n + 1.0)
    for point in z:
        allowed = every[binomial_tail(every, n, np.full(n + 1, point)) > worst]
        step = (point - at) / (1 - at)
        more = allowed[:, None] - counts
        probability = _binomial(more, n - counts, step) @ probability
        counts, at = allowed, float(point)
    return float(min(probability.sum(), 1.0))


def _binomial(x: FloatArray, n: FloatArray, p: float) -> FloatArray:
    """Binomial probabilities; 0 outside of 0 to n."""
    inside = (x >= 0) & (x <= n)
    x_, n_ = np.where(inside, x, 0), np.broadcast_to(n, x.shape)
    log_p = gammaln(n_ + 1) - gammaln(x_ + 1) - gammaln(n_ - x_ + 1)
    log_p += xlogy(x_, p) + xlog1py(n_ - x_, -p)
    return np.where(inside, np.exp(log_p), 0.0)
