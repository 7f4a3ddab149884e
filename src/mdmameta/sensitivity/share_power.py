"""How many trials a meta-regression on the share of earlier use would need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betaincinv, expit, logit, ndtri, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

#: Simulated meta-analyses for each number of trials: a Monte Carlo error of the
#: power below 0.016.
DRAWS = 1000

#: Multiples of the number of trials by the normal formula that are simulated.
AROUND = (0.7, 0.85, 1.0, 1.2, 1.5)

#: Knots of the curve of beta quantiles: so many give ten digits and more.
KNOTS = 8193

#: Logits that the curve covers: random doubles are multiples of 2⁻⁵³, logit 36.7.
FURTHEST = 37.0


@dataclass(frozen=True, kw_only=True)
class FutureTrials:
    """What trials to come are taken to be like.

    Parameters
    ----------
    share_mean, share_sd
        Mean and SD between trials of the share of experienced people.
    variance
        Sampling variance of a contrast.
    tau2
        Variance between trials that the share does not explain.

    Examples
    --------
    >>> from mdmameta.sensitivity import FutureTrials, trials_needed
    >>> like = FutureTrials(share_mean=0.4, share_sd=0.2, variance=0.05, tau2=0.0)
    >>> trials_needed(1.0, like, seed=1, draws=50)["k"].tolist()
    [7, 9, 10, 12, 15]
    """

    share_mean: float
    share_sd: float
    variance: float
    tau2: float

    def __post_init__(self) -> None:
        limit = self.share_mean * (1 - self.share_mean)
        if not 0 < self.share_sd**2 < limit:
            raise SensitivityError(
                f"share_mean {self.share_mean:g} with share_sd {self.share_sd:g}: give "
                "a mean between 0 and 1, and an SD above 0 and below that of all or "
                "none."
            )
        if not (self.variance > 0 and self.tau2 >= 0):
            raise SensitivityError(
                f"variance {self.variance:g}, tau2 {self.tau2:g}: give a variance "
                "above 0 and a tau2 of 0 or more."
            )


def trials_needed(
    slope: float,
    trials: FutureTrials,
    *,
    seed: int,
    power: float = 0.8,
    level: float = 0.95,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Simulate how many trials a meta-regression needs to see a slope.

    Parameters
    ----------
    slope
        Δ: how much the contrast differs between experienced and naive people.
    trials
        What the trials are like; shares are drawn from a beta distribution.
    seed
        Of the random numbers.
    power, level
        Chance to find the slope by a two-sided test, and 1 minus its size.
    draws
        Simulated meta-analyses for each number of trials.

    Returns
    -------
    pandas.DataFrame
        slope, k, power (REML, ad hoc Knapp–Hartung), mc_se, enough, seed. k is
        around (z + z)² (v + τ²) / (slope · SD of the share)², the normal formula.

    Raises
    ------
    SensitivityError
        For a slope of zero, which no number of trials would find.

    Examples
    --------
    >>> like = FutureTrials(share_mean=0.4, share_sd=0.2, variance=0.05, tau2=0.0)
    >>> found = trials_needed(1.0, like, seed=1, draws=200)
    >>> found["k"].tolist()
    [7, 9, 10, 12, 15]
    """
    if slope == 0:
        raise SensitivityError(
            "slope is 0: no number of trials finds what is not there."
        )
    z = float(ndtri(0.5 + level / 2) + ndtri(power))
    total = trials.variance + trials.tau2
    k0 = z**2 * total / (slope * trials.share_sd) ** 2
    rng = np.random.default_rng(seed)
    rows = []
    for k in dict.fromkeys(max(4, int(np.ceil(f * k0))) for f in AROUND):
        found = _power(slope, trials, k, rng, draws, level)
        se = float(np.sqrt(found * (1 - found) / draws))
        rows.append((slope, k, found, se, found >= power, seed))
    return pd.DataFrame(
        rows, columns=["slope", "k", "power", "mc_se", "enough", "seed"]
    )


def _power(
    slope: float,
    trials: FutureTrials,
    k: int,
    rng: np.random.Generator,
    draws: int,
    level: float,
) -> float:
    sd = np.sqrt(trials.variance + trials.tau2)
    x = _shares(trials, rng.random((draws, k)))
    y = slope * x + sd * rng.standard_normal((draws, k))
    critical = float(stdtrit(k - 2, 0.5 + level / 2))
    return float(np.mean(np.abs(slope_statistic(x, y, trials.variance)) > critical))


def slope_statistic(x: FloatArray, y: FloatArray, v: float) -> FloatArray:
    """Return the t of a slope by the ad hoc Knapp–Hartung rule, equal variances.

    With one sampling variance v the weights are equal whatever τ² is estimated to
    be, by moments or by REML: least squares, whose residual variance is not let
    below v.

    Parameters
    ----------
    x, y
        Moderator and effects, shape (draws, k).
    v
        Sampling variance of every effect.
    """
    x = x - x.mean(axis=1, keepdims=True)
    sxx = (x**2).sum(axis=1)
    slope = (x * y).sum(axis=1) / sxx
    rest = y - y.mean(axis=1, keepdims=True) - slope[:, None] * x
    s2 = (rest**2).sum(axis=1) / (x.shape[1] - 2)
    return np.asarray(slope / np.sqrt(np.maximum(s2, v) / sxx))


def _shares(trials: FutureTrials, u: FloatArray) -> FloatArray:
    m = trials.share_mean
    size = m * (1 - m) / trials.share_sd**2 - 1
    a, b = m * size, (1 - m) * size
    curve = _quantiles(a, b) if u.size > KNOTS else None
    if curve is None:
        return np.asarray(betaincinv(a, b, u), dtype=float)
    found: FloatArray = expit(curve(np.clip(logit(u), -FURTHEST, FURTHEST)))
    return found


@lru_cache(maxsize=8)
def _quantiles(a: float, b: float) -> CubicSpline | None:
    """Logit of a beta quantile as a curve of the logit of its probability.

    Right to 1e-11, at a fraction of the price of millions of inversions; None
    where quantiles leave the range of doubles.
    """
    from scipy.interpolate import CubicSpline

    t = np.linspace(-FURTHEST, FURTHEST, KNOTS)
    low = t < 0
    p = expit(-np.abs(t))
    shorter = np.where(low, betaincinv(a, b, p), betaincinv(b, a, p))
    if shorter.min() <= np.finfo(float).tiny:  # where inversions end, short of 0
        return None
    at = np.log(shorter) - np.log1p(-shorter)
    return CubicSpline(t, np.where(low, at, -at))
