"""Permutations of a data set, in chunks, and the statistics they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import Many
from mdmameta.models.frequentist.batched.solve import (
    Columns,
    chunk_size,
    columns,
    data_sets,
    solve,
)

#: A statistic this little below the observed one is equal to it but for
#: rounding: the square root of the machine's precision, as in metafor.
TIE = float(np.sqrt(np.finfo(float).eps))

#: Rows of a chunk of orders that are made at once, of which `chunk_size` says
#: how many are fitted at once.
DRAWN = 2**12

Orders = NDArray[np.int16]


@dataclass(frozen=True, eq=False, slots=True)
class Permuted:
    """What is permuted, and how the permutations are come by.

    Parameters
    ----------
    y, v
        Effects and variances, shape (k,).
    X
        The design as observed, shape (k, p).
    draws
        Number of random permutations, the observed order being the first, or
        None for every one.
    seed
        Of the draw.
    """

    y: FloatArray
    v: FloatArray
    X: FloatArray
    draws: int | None = None
    seed: int | None = None

    @property
    def signs(self) -> bool:
        """Whether signs are flipped, since all rows of the design are equal."""
        return bool(np.ptp(self.X, axis=0).max() == 0)

    @property
    def group(self) -> NDArray[np.intp]:
        """Which row of the design, of those that differ, each row has, (k,)."""
        place = np.unique(self.X, axis=0, return_inverse=True)[1]
        return place.ravel()

    @property
    def total(self) -> int:
        """Number of permutations when every one is used."""
        if self.signs:
            return int(2**self.y.size)
        sizes = np.bincount(self.group).tolist()
        return factorial(self.y.size) // prod(map(factorial, sizes))

    @property
    def number(self) -> int:
        """Number of permutations used."""
        return self.total if self.draws is None else self.draws

    def orders(self) -> Iterator[Orders]:
        """Signs, or groups of rows, of the permutations, (m, k) at a time.

        The first is what was observed. Of all flips of signs only those come
        that leave the first sign: a flip of all signs changes no statistic
        but in sign.
        """
        if self.draws is not None:
            yield from self._random()
        elif self.signs:
            yield from self._flips()
        else:
            first = self.group.astype(np.int16)
            every = arrangements(tuple(np.bincount(first).tolist()), {})
            observed = (every == first).all(axis=1)
            yield np.concatenate([every[observed], every[~observed]])

    def _flips(self) -> Iterator[Orders]:
        k, half = self.y.size, self.total // 2
        for start in range(0, half, DRAWN):
            members = np.arange(start, min(start + DRAWN, half))[:, None]
            flipped = members >> np.arange(-1, k - 1).clip(0) & 1
            flipped[:, 0] = 0
            yield (1 - 2 * flipped).astype(np.int16)

    def _random(self) -> Iterator[Orders]:
        rng, k = np.random.default_rng(self.seed), self.y.size
        group = self.group.astype(np.int16)
        first = np.ones(k, np.int16) if self.signs else group
        left = self.number
        while left:
            m = min(DRAWN, left)
            if self.signs:
                drawn = 1 - 2 * rng.integers(0, 2, (m, k), dtype=np.int16)
            else:
                drawn = rng.permuted(np.broadcast_to(first, (m, k)), axis=1)
            if left == self.number:
                drawn[0] = first
            left -= m
            yield drawn

    def p_values(
        self, tau2: str | float | None, interval: str, shift: FloatArray | None = None
    ) -> tuple[FloatArray, float]:
        """Share of permutations whose statistics are as far from zero.

        Parameters
        ----------
        tau2, interval
            See `mdmameta.models.frequentist.fit_many`.
        shift
            Coefficients that are supposed, shape (p,), in place of zeros.

        Returns
        -------
        tuple
            Of each coefficient, shape (p,), and of all together; NaN where there
            is no statistic, as where all effects are 0.
        """
        y = self.y if shift is None else self.y - self.X @ shift
        rows = self.X[np.argsort(self.group, kind="stable")]
        design = columns(None if (rows == 1).all() else rows)
        size = chunk_size(y.size, design)
        as_far: FloatArray = np.zeros(self.X.shape[1] + 1)
        limit, used = np.full(as_far.size, np.nan), 0
        for orders in self.orders():
            for start in range(0, len(orders), size):
                data = self._arranged(y, orders[start : start + size], design)
                found = solve(data, design, tau2, interval).coefficients
                joint = found.omnibus(list(design.tested))
                far = np.vstack([np.abs(found.statistic), joint])
                limit = far[:, 0] - TIE if used == 0 else limit
                as_far += (far >= limit[:, None]).sum(axis=1)
                used += data.n
        as_far[np.isnan(limit)] = np.nan
        return as_far[:-1] / used, float(as_far[-1] / used)

    def _arranged(self, y: FloatArray, orders: Orders, design: Columns) -> Many:
        if self.signs:
            flipped = y[:, None] * orders.T
            return Many(flipped, self.v[:, None], None, design.basis, len(orders))
        # To sort rows by their place in the design is to permute the design.
        place = np.argsort(orders, axis=1, kind="stable")
        return data_sets(y[place], self.v[place], design)


def arrangements(
    counts: tuple[int, ...], known: dict[tuple[int, ...], Orders]
) -> Orders:
    """Every distinct order of groups with given sizes, shape (n, k).

    Parameters
    ----------
    counts
        How often each group occurs.
    known
        Those of smaller counts that are known already; more are added.

    Examples
    --------
    >>> arrangements((2, 1), {}).tolist()
    [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    """
    if sum(counts) == 0:
        return np.zeros((1, 0), dtype=np.int16)
    if counts not in known:
        parts = []
        for g in np.flatnonzero(counts):
            left = tuple(c - (i == g) for i, c in enumerate(counts))
            parts.append(np.insert(arrangements(left, known), 0, g, axis=1))
        known[counts] = np.concatenate(parts)
    return known[counts]
