"""Risk and mean of everybody randomised, given how the missing differ."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mdmameta.arrays import FloatArray


class Mixed(NamedTuple):
    """An arm of observed and missing people.

    ``value`` and ``variance`` have shape (k,), or (draws, k); ``slopes``, by the
    parameter of each of r reasons, (r, k) or (draws, r, k).
    """

    value: FloatArray
    variance: FloatArray
    slopes: FloatArray


def mixed_risk(
    p: FloatArray, n: FloatArray, total: FloatArray, f: FloatArray, imor: FloatArray
) -> Mixed:
    """Risk p* = (1 − Σf) p + Σ f p_m, where odds(p_m) = IMOR odds(p).

    Its variance by the delta method counts the error of p and of the fractions;
    slopes are by log IMOR. An IMOR of 0 or infinity makes all missing the same.

    Parameters
    ----------
    p, n
        Observed risk and the people behind it, shape (k,).
    total
        People randomised, shape (k,).
    f
        Fraction of them missing, by reason, shape (r, k).
    imor
        Odds ratios of the missing, shape (r, 1) or (draws, r, 1).

    References
    ----------
    Higgins, White & Wood 2008, doi:10.1177/1740774508091600; White, Higgins &
    Wood 2008, doi:10.1002/sim.3008.
    """
    with np.errstate(invalid="ignore"):
        lower = 1 - p + imor * p
        missing = np.where(np.isinf(imor), 1.0, imor * p / lower)
        slope = np.where(np.isinf(imor), 0.0, imor / lower**2)
    seen = 1 - f.sum(axis=-2)
    value = seen * p + (f * missing).sum(axis=-2)
    by_p = seen + (f * slope).sum(axis=-2)
    variance = by_p**2 * p * (1 - p) / n + _mixing(missing - p, f, total)
    return Mixed(value, variance, f * missing * (1 - missing))


def _mixing(gap: FloatArray, f: FloatArray, total: FloatArray) -> FloatArray:
    """Variance from the fractions, multinomial of ``total`` people."""
    first, second = (f * gap).sum(axis=-2), (f * gap**2).sum(axis=-2)
    found: FloatArray = (second - first**2) / total
    return found


def linked(measure: str, arm: Mixed) -> Mixed:
    """Lead a risk to the scale of RD, RR (log) or OR (logit)."""
    p, variance, slopes = arm
    if measure == "RD":
        return arm
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "RR":
            return Mixed(np.log(p), variance / p**2, slopes / p[..., None, :])
        spread = p * (1 - p)
        logit = np.log(p / (1 - p))
        return Mixed(logit, variance / spread**2, slopes / spread[..., None, :])


def mixed_mean(
    m: FloatArray,
    v: FloatArray,
    total: FloatArray,
    f: FloatArray,
    lam: FloatArray,
    *,
    ratio: bool,
) -> Mixed:
    """Mean of everybody when that of the missing is m + λ, or m exp(λ).

    Parameters
    ----------
    m, v
        Observed mean and its sampling variance, shape (k,).
    total, f, lam
        As in `mixed_risk`; λ is the difference of means of the missing (IMDoM),
        or with ``ratio`` the log ratio (IMRoM).

    References
    ----------
    Mavridis et al. 2015, doi:10.1002/sim.6365.
    """
    gap = m * np.expm1(lam) if ratio else lam + 0 * m
    value = m + (f * gap).sum(axis=-2)
    by_m = 1 + (f * np.expm1(lam)).sum(axis=-2) if ratio else np.ones_like(value)
    slopes = f * m * np.exp(lam) if ratio else f + 0 * lam
    return Mixed(value, by_m**2 * v + _mixing(gap, f, total), slopes)
