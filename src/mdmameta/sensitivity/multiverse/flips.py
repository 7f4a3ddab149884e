"""Joint inference over specifications: the signs of whole trials are flipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse.enumeration import Rows, full_codes
from mdmameta.sensitivity.multiverse.evaluation import data_sets
from mdmameta.sensitivity.multiverse.frequentist import limits, pooled
from mdmameta.sensitivity.multiverse.universe import Universe, altered

#: Trials up to which every flip is made; 2⁸ = 256, of which half are mirror
#: images of the other half.
EVERY = 8

#: Random flips otherwise, and the smallest p that they allow, 1/200.
DRAWN = 199

#: Bins on either side of zero in which estimates are counted: medians are then
#: known to a four-thousandth of the largest effect without keeping them.
BINS = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Flips:
    """Signs of the trials, and what their flips are counted on.

    Parameters
    ----------
    signs
        Shape (s, K): the first row is what was observed. Mirror images are
        left out where every flip is made.
    every
        Whether every flip is made.
    trials
        How many trials are flipped.
    reach
        No pooled estimate is farther from zero than this.
    """

    signs: NDArray[np.int8]
    every: bool
    trials: int
    reach: float

    @property
    def smallest_p(self) -> float:
        """No p-value of this test can be smaller."""
        return 2 / 2**self.trials if self.every else 1 / (DRAWN + 1)


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """What was counted over specifications, for each of s flips.

    Parameters
    ----------
    estimates
        Histogram of estimates from −reach to reach, shape (s, 2 `BINS`).
    beyond
        Intervals wholly below and wholly above zero, shape (s, 2).
    n
        Specifications counted.
    """

    estimates: NDArray[np.int64]
    beyond: NDArray[np.int64]
    n: int

    @classmethod
    def none(cls, flips: Flips) -> Counts:
        """Return counts of no specification."""
        s = len(flips.signs)
        return cls(np.zeros((s, 2 * BINS), np.int64), np.zeros((s, 2), np.int64), 0)

    def __add__(self, other: Counts) -> Counts:
        """Add the counts of two runs of specifications."""
        return Counts(
            self.estimates + other.estimates,
            self.beyond + other.beyond,
            self.n + other.n,
        )


def flips_of(universe: Universe, seed: int | None) -> Flips:
    """Choose the signs: every combination for few trials, else random ones.

    The trials of the main set are flipped.

    Raises
    ------
    SensitivityError
        When signs must be drawn and there is no seed.
    """
    own = np.isfinite(universe.y[universe.main_set])
    k = int(own.sum())
    if k <= EVERY:
        bits = np.arange(2 ** max(k - 1, 0))[:, None] >> np.arange(k) & 1
    elif seed is None:
        raise SensitivityError(
            f"the main set has {k} trials, so the signs to flip are drawn at random: "
            "give seed=, any integer."
        )
    else:
        bits = np.random.default_rng(seed).integers(0, 2, (DRAWN + 1, k))
        bits[0] = 0
    signs = np.ones((len(bits), own.size), dtype=np.int8)
    signs[:, own] = 1 - 2 * bits
    reach = max(float(np.nanmax(np.abs(universe.y))), np.finfo(float).tiny)
    return Flips(signs, k <= EVERY, k, reach)


def count_flips(universe: Universe, rows: Rows, flips: Flips) -> Counts:
    """Refit the frequentist specifications of a chunk under every flip.

    Left out are Bayesian rows, options that move contrasts by an assumption,
    and data with trials beyond those of the main set.
    """
    total = Counts.none(flips)
    codes = full_codes(universe, rows)
    kept = _flippable(universe, rows) & (codes[:, -1] == 0)
    if not kept.any():
        return total
    rows, codes = rows[kept], codes[kept]
    data, which = data_sets(universe, rows)
    y, v = altered(universe, data)
    for code, estimator in enumerate(universe.methods.tau2):
        at = codes[:, -3] == code
        if at.any():
            total += _counted(
                universe, y, v, which[at], estimator, codes[at, -2], flips
            )
    return total


def _flippable(universe: Universe, rows: Rows) -> NDArray[np.bool_]:
    outside = ~np.isfinite(universe.y[universe.main_set])
    kept = ~np.isfinite(altered(universe, rows)[0][:, outside]).any(axis=1)
    for i, shifts in enumerate(universe.shifts, start=1):
        kept &= ~shifts[rows[:, i]]
    return np.asarray(kept)


def _counted(
    universe: Universe,
    y: FloatArray,
    v: FloatArray,
    which: NDArray[np.intp],
    estimator: str | None,
    interval: NDArray[np.int16],
    flips: Flips,
) -> Counts:
    sets, back = np.unique(which, return_inverse=True)
    s, d = len(flips.signs), sets.size
    flipped = (flips.signs[:, None, :] * y[sets]).reshape(s * d, -1)
    fits = pooled(flipped, np.tile(v[sets], (s, 1)), estimator)
    total = Counts.none(flips)
    for code, name in enumerate(universe.methods.interval):
        times = np.bincount(back[interval == code], minlength=d)
        if times.any():
            _, low, high = limits(fits, name, universe.methods.level)
            total += _histogram(fits.value, low, high, times, flips)
    return total


def _histogram(
    value: FloatArray,
    low: FloatArray,
    high: FloatArray,
    times: NDArray[np.intp],
    flips: Flips,
) -> Counts:
    s = len(flips.signs)
    place = np.floor((value / flips.reach + 1) * BINS).astype(np.int64)
    place = np.clip(place, 0, 2 * BINS - 1).reshape(s, -1)
    flat = (place + np.arange(s)[:, None] * (2 * BINS)).ravel()
    each = np.bincount(flat, np.tile(times, s), minlength=s * 2 * BINS)
    sides = np.stack([high < 0, low > 0], axis=-1).reshape(s, -1, 2)
    return Counts(
        np.rint(each).astype(np.int64).reshape(s, -1),
        (sides * times[:, None]).sum(axis=1),
        int(times.sum()),
    )
