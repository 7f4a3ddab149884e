"""Several arms of a trial taken as one group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.effects.checks import vector
from mdmameta.errors import EffectsError


class Group(NamedTuple):
    """Number, mean and standard deviation of a group."""

    n: float
    mean: float
    sd: float


def combine_means(n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Group:
    """Size, mean and SD of several groups taken as one.

    The SD is that of all the scores together: spread within the groups and
    between their means. For two groups this is the Cochrane formula, for more
    it is that formula applied again and again.

    Parameters
    ----------
    n, mean, sd
        Numbers, means and standard deviations of m groups, shape (m,).

    Returns
    -------
    Group

    Raises
    ------
    EffectsError
        For lengths that differ, n < 1, or an SD that is not positive.

    References
    ----------
    Cochrane Handbook, table 6.5.a, doi:10.1002/9781119536604.

    Examples
    --------
    >>> combine_means([2, 2], [1.0, 3.0], [1.0, 1.0])
    Group(n=4.0, mean=2.0, sd=1.4142135623730951)
    """
    n_, m, s = vector("n", n), vector("mean", mean), vector("sd", sd)
    if not n_.size == m.size == s.size:
        raise EffectsError(
            f"n, mean and sd have {n_.size}, {m.size} and {s.size} values; "
            "give one of each for every arm."
        )
    if not ((n_ >= 1) & (s > 0) & np.isfinite(m)).all():
        raise EffectsError(
            f"arms cannot be combined: n = {n_}, mean = {m}, sd = {s}; allowed: "
            "n of 1 or more, finite means, SDs above 0."
        )
    total = n_.sum()
    centre = n_ @ m / total
    squares = (n_ - 1) @ s**2 + n_ @ (m - centre) ** 2
    return Group(float(total), float(centre), float(np.sqrt(squares / (total - 1))))


def combine_events(events: ArrayLike, n: ArrayLike) -> tuple[float, float]:
    """Events and people of several groups taken as one: their sums.

    Parameters
    ----------
    events, n
        Events and people of m groups, shape (m,).

    Returns
    -------
    tuple of float
        Events and people of all.

    Raises
    ------
    EffectsError
        For lengths that differ, or events that are negative or above n.

    Examples
    --------
    >>> combine_events([8, 7], [12, 7])
    (15.0, 19.0)
    """
    x, n_ = vector("events", events), vector("n", n)
    if x.size != n_.size:
        raise EffectsError(
            f"events has {x.size} values and n has {n_.size}; give one an arm."
        )
    if not ((x >= 0) & (x <= n_)).all():
        raise EffectsError(
            f"arms cannot be combined: events = {x}, n = {n_}; allowed: from 0 to n."
        )
    return float(x.sum()), float(n_.sum())
