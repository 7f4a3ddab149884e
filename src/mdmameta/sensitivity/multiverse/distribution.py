"""Quantiles of as many numbers as there are, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mdmameta.arrays import FloatArray

#: Numbers that are kept and sorted at once: eight megabytes.
KEPT = 2**20

#: Parts that a range is split into in each pass.
SPLIT = 4096

Source = Callable[[], Iterator[FloatArray]]


def quantiles(values: Source, n: int, probabilities: Sequence[float]) -> list[float]:
    """Return quantiles of n numbers that can be read again and again.

    Parameters
    ----------
    values
        Gives an iterator over all numbers, in parts; called once a pass.
    n
        How many there are.
    probabilities
        From 0 to 1. Between two numbers the quantile is interpolated, as
        `numpy.quantile` does.

    Examples
    --------
    >>> quantiles(lambda: iter([np.array([3.0, 1.0]), np.array([2.0])]), 3, [0.5])
    [2.0]
    """
    if n <= KEPT:
        together = np.concatenate(list(values()))
        return [float(q) for q in np.quantile(together, list(probabilities))]
    found = []
    for p in probabilities:
        place = p * (n - 1)
        low = int(np.floor(place))
        ends = [_ranked(values, min(rank, n - 1)) for rank in (low, low + 1)]
        found.append(ends[0] + (place - low) * (ends[1] - ends[0]))
    return found


def _ranked(values: Source, rank: int) -> float:
    """Return the number of a rank from 0, by narrowing the range it lies in."""
    low = min(float(part.min()) for part in values())
    high = max(float(part.max()) for part in values())
    while True:
        edges = np.linspace(low, high, SPLIT + 1)
        counts, below = np.zeros(SPLIT, dtype=np.int64), 0
        for part in values():
            inside = part[(part >= low) & (part <= high)]
            counts += np.histogram(inside, edges)[0]
            below += int((part < low).sum())
        bin_ = int(np.searchsorted(np.cumsum(counts), rank - below + 1))
        narrow = float(edges[bin_]), float(edges[bin_ + 1])
        if counts[bin_] <= KEPT or narrow == (low, high):
            return _within(values, *narrow, rank)
        low, high = narrow


def _within(values: Source, low: float, high: float, rank: int) -> float:
    kept, below = [], 0
    for part in values():
        kept.append(part[(part >= low) & (part <= high)])
        below += int((part < low).sum())
    return float(np.sort(np.concatenate(kept))[rank - below])
