"""Mixtures of normals: distribution function, density and its inversion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, ndtr, ndtri

from mdmameta.arrays import FloatArray

#: Components of less weight than this are below rounding error.
LEAST_WEIGHT = 1e-18

#: Newton or bisection steps; bisection alone needs about 60 from a bracket
#: that spans 1e6 standard deviations.
STEPS = 200

#: A quantile has settled when it moves by less than this, relatively, or its
#: probability is right to `ROUNDING`: more digits are not in the sums.
SETTLED, ROUNDING = 1e-14, 1e-15

#: A step of Halley's that moved less of the tail's probability than this leaves its
#: cube behind, which is below rounding error.
CLOSE = 1e-6

SQRT_2PI = float(np.sqrt(2 * np.pi))


def mixture_cdf(
    x: FloatArray, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Probability below ``x``; components on the last axis, the rest broadcasts."""
    below = np.einsum("...n,...n->...", weight, ndtr((x[..., None] - mean) / sd))
    return np.asarray(np.minimum(below, 1.0))  # weights add to 1 but for rounding


def mixture_sf(
    x: FloatArray, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Probability above ``x``, with all its digits however small it is."""
    return mixture_cdf(-x, weight, -mean, sd)


def mixture_density(
    x: FloatArray, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Density at ``x``; components on the last axis, the rest broadcasts."""
    z = (x[..., None] - mean) / sd
    return np.asarray((weight * np.exp(-0.5 * z**2) / (sd * SQRT_2PI)).sum(axis=-1))


def mixture_log_density(
    x: FloatArray, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Log density at ``x``, also where the density is below the smallest double."""
    z = (x[..., None] - mean) / sd
    with np.errstate(divide="ignore"):  # components without weight
        log_each = np.log(weight) - 0.5 * z**2 - np.log(sd * SQRT_2PI)
    return np.asarray(logsumexp(log_each, axis=-1))


def mixture_slope(
    x: ArrayLike, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Return the slope of the density at ``x``; components on the last axis."""
    z = (np.asarray(x, dtype=float)[..., None] - mean) / sd
    return -(weight * z * np.exp(-0.5 * z**2) / (sd**2 * SQRT_2PI)).sum(axis=-1)  # type: ignore[no-any-return]


def mixture_quantile(
    p: ArrayLike, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    """Invert the distribution function by Halley's method within a bracket.

    Parameters
    ----------
    p
        Probabilities strictly between 0 and 1; broadcasts against the leading
        axes of the components.
    weight, mean, sd
        Components on the last axis, broadcast against each other.

    Returns
    -------
    numpy.ndarray
        A mixture's quantile lies between the least and the greatest quantile of
        its components: that is the bracket to begin with.
    """
    weight, mean, sd = np.broadcast_arrays(weight, mean, sd)
    p_ = np.asarray(p, dtype=float)
    tail = np.minimum(p_, 1 - p_)
    each = np.where(weight > LEAST_WEIGHT, mean + sd * ndtri(p_)[..., None], np.nan)
    low, high = np.nanmin(each, axis=-1), np.nanmax(each, axis=-1)
    x = np.clip((weight * np.where(np.isnan(each), 0, each)).sum(axis=-1), low, high)
    for _ in range(STEPS):
        below, density, slope = _at(x, weight, mean, sd)
        excess = below - p_
        low, high = np.where(excess < 0, x, low), np.where(excess < 0, high, x)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = excess / density
            halley = x - newton / np.maximum(1 - newton * slope / (2 * density), 0.5)
        inside = (halley >= low) & (halley <= high)
        step = np.where(inside, halley, (low + high) / 2)
        moved, x = np.abs(step - x), step
        close = inside & (moved * density <= CLOSE * tail)
        still = moved <= SETTLED * np.maximum(np.abs(low), np.abs(high))
        if (close | still | (np.abs(excess) <= ROUNDING * p_)).all():
            break
    return np.asarray(x)


def _at(
    x: FloatArray, weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distribution function, density and its slope in one pass."""
    z = (x[..., None] - mean) / sd
    below = np.einsum("...n,...n->...", weight, ndtr(z))
    each = weight * np.exp(-0.5 * z * z) / (sd * SQRT_2PI)
    slope = -np.einsum("...n,...n->...", each, z / sd)
    return below, each.sum(axis=-1), slope
