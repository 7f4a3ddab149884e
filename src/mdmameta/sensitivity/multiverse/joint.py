"""What flips of signs say of all specifications together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.multiverse.flips import BINS, Counts, Flips


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """Two joint tests that no trial has an effect, by flips of signs.

    Were every trial's contrast symmetric about zero, each pattern of signs
    would have been as likely as the one observed; so would the specification
    curve that it gives.

    Parameters
    ----------
    specifications
        How many were refitted under every flip: frequentist ones on the trials
        of the main set, without assumed shifts.
    trials, flips
        Trials flipped, and patterns of signs, the observed one included.
    every
        Whether all patterns were made.
    smallest_p
        No p-value of these tests can be smaller.
    median, median_p
        Median estimate, to a four-thousandth of the largest effect, and the
        share of flips whose median is as far from zero.
    share, share_p
        Larger of the shares of intervals wholly below and wholly above zero,
        and the share of flips for which it is as large.
    seed
        Of random flips, else None.

    References
    ----------
    Simonsohn, Simmons and Nelson 2020, doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> from mdmameta.sensitivity.multiverse import multiverse
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> joint = multiverse(None, {"endpoint": effects}).joint
    >>> joint.flips, joint.every, joint.median_p
    (8, True, 0.25)
    """

    specifications: int
    trials: int
    flips: int
    every: bool
    smallest_p: float
    median: float
    median_p: float
    share: float
    share_p: float
    seed: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)

    def __str__(self) -> str:
        made = f"all {self.flips}" if self.every else f"{self.flips} random"
        return (
            f"Flipping the signs of {self.trials} trials ({made} patterns, "
            f"{self.specifications:,} specifications): the median estimate has p = "
            f"{self.median_p:.4g}, the share of intervals beyond zero p = "
            f"{self.share_p:.4g}; neither can be below {self.smallest_p:.4g}."
        )


def joint_test(counts: Counts, flips: Flips, seed: int | None) -> JointTest | None:
    """Turn counts into tests, or None where no specification can be flipped."""
    if counts.n == 0:
        return None
    median = _medians(counts)
    share = counts.beyond.max(axis=1) / counts.n
    patterns = len(flips.signs) * (2 if flips.every else 1)
    return JointTest(
        specifications=counts.n,
        trials=flips.trials,
        flips=patterns,
        every=flips.every,
        smallest_p=flips.smallest_p,
        median=float(median[0] * flips.reach / BINS),
        median_p=float((np.abs(median) >= np.abs(median[0])).mean()),
        share=float(share[0]),
        share_p=float((share >= share[0]).mean()),
        seed=None if flips.every else seed,
    )


def _medians(counts: Counts) -> FloatArray:
    """Middle of the bin of each median, in bins from zero, shape (s,)."""
    below = np.cumsum(counts.estimates, axis=1)
    ends = [(below < rank).sum(axis=1) for rank in _ranks(counts.n)]
    return np.asarray((ends[0] + ends[1]) / 2 + 0.5 - BINS, dtype=float)


def _ranks(n: int) -> tuple[int, int]:
    return (n + 1) // 2, n // 2 + 1
