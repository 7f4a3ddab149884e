"""Sharp bounds of the contrast in naive participants, trial by trial and pooled."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.altered import moved
from mdmameta.sensitivity.bounds import Judge
from mdmameta.sensitivity.share_splits import Split, share_corners

Ends = tuple[float, float]

#: The last row, of all trials together.
POOLED = "all together"

COLUMNS = ["split", "study", "low", "high", "ci_low", "ci_high"]


def naive_bounds(
    effects: Effects,
    splits: pd.DataFrame,
    regions: Mapping[str, Ends],
    missing: Ends,
    judge: Judge,
) -> pd.DataFrame:
    """Bound δ_N when Δ, γ and the unknown shares may lie anywhere in their ranges.

    δ_N,i = θᵢ − π_T Δ − γ (π_T − π_C) is linear in each of Δ, γ and the pair of
    shares, so it is smallest and largest at corners of their ranges: the bounds
    are attained, and nothing narrower follows from the summaries. Pooled, Δ and γ
    are common to the trials and each trial has its own worst shares; the bounds
    are then exact for weights that do not depend on the contrasts, and those of
    the refits at the corners for other models.

    Parameters
    ----------
    effects
        The contrasts θ, k rows.
    splits
        From `split_frame`.
    regions
        Ranges of ``delta`` and ``gamma``.
    missing
        Range of a share that is not known.
    judge
        Effects -> the fit that decides.

    Returns
    -------
    pandas.DataFrame
        split, study, low, high (what the data leave possible, without sampling
        error), ci_low, ci_high: 95 % for the value itself, by Imbens and Manski's
        interval for a trial and by the deciding intervals at both ends pooled.

    References
    ----------
    Imbens and Manski 2004, doi:10.1111/j.1468-0262.2004.00555.x.
    """
    found = []
    for split in get_args(Split):
        corners = [share_corners(row, split, missing) for _, row in splits.iterrows()]
        ends = [
            _ends(effects.y, corners, d, g)
            for d, g in product(regions["delta"], regions["gamma"])
        ]
        low = np.min([one[0] for one in ends], axis=0)
        high = np.max([one[1] for one in ends], axis=0)
        for i, (a, b) in enumerate(zip(low, high, strict=True)):
            se = float(np.sqrt(effects.v[i]))
            limits = imbens_manski(a, b, se)
            found.append((split, str(effects.study[i]), a, b, *limits))
        found.append((split, POOLED, *_pooled(effects, ends, judge)))
    return pd.DataFrame(found, columns=COLUMNS)


def imbens_manski(low: float, high: float, se: float, level: float = 0.95) -> Ends:
    """Interval that covers a value known to lie between two estimated bounds.

    Parameters
    ----------
    low, high
        Bounds, both with the standard error ``se`` as they move together.
    se
        Positive.
    level
        Probability of covering the value, wherever it lies between the bounds.

    Examples
    --------
    >>> [round(x, 3) for x in imbens_manski(-1.0, -1.0, 0.1)]
    [-1.196, -0.804]
    >>> [round(x, 3) for x in imbens_manski(-2.0, -1.0, 0.1)]
    [-2.164, -0.836]
    """
    gap = (high - low) / se
    c = float(
        brentq(
            lambda c: ndtr(c + gap) - ndtr(-c) - level,
            float(ndtri(level)) - 1e-9,
            float(ndtri(0.5 + level / 2)) + 1e-9,
        )
    )
    return low - c * se, high + c * se


def _ends(
    y: FloatArray, corners: list[FloatArray], delta: float, gamma: float
) -> tuple[FloatArray, FloatArray]:
    values = [
        theta - pairs[:, 0] * delta - gamma * (pairs[:, 0] - pairs[:, 1])
        for theta, pairs in zip(y, corners, strict=True)
    ]
    lows, highs = ([float(f(one)) for one in values] for f in (np.min, np.max))
    return np.array(lows), np.array(highs)


def _pooled(
    effects: Effects, ends: list[tuple[FloatArray, FloatArray]], judge: Judge
) -> tuple[float, float, float, float]:
    still = np.zeros(effects.k)
    fits = [judge(moved(effects, y, still)).estimate for pair in ends for y in pair]
    return (
        min(e.value for e in fits),
        max(e.value for e in fits),
        min(e.ci_low for e in fits),
        max(e.ci_high for e in fits),
    )
