"""Comparison of fits: what is compared, and how near they must be."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.fit import Fit

#: What is compared, in this order.
NAMES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau")

#: Agreement of two fits that differ by rounding only, relative to the standard
#: error; τ² near its boundary amplifies rounding.
ROUNDING = 1e-5

#: Monte Carlo standard errors that two sampled fits may lie apart: each of a
#: few hundred comparisons is then wrong once in millions.
FAR = 7.0


def numbers(fit: Fit) -> FloatArray:
    """Estimate, interval, prediction interval and τ, shape (6,)."""
    e = fit.estimate
    return np.array(
        [e.value, e.ci_low, e.ci_high, e.pi_low, e.pi_high, fit.heterogeneity.tau]
    )


def tolerance(fit: Fit) -> float:
    """Largest difference that rounding, or sampling, explains."""
    size = fit.diagnostics.ess_bulk
    if size is None:
        return ROUNDING * fit.estimate.se
    spread = max(fit.estimate.se, fit.heterogeneity.tau)
    return float(FAR * np.sqrt(2 / size) * spread)


class Broken(Exception):
    """A duty that a model does not keep, in a sentence."""


def require(holds: bool, otherwise: str) -> None:
    """Raise `Broken` where something does not hold; unlike assert, always."""
    if not holds:
        raise Broken(otherwise)


def require_same(
    found: FloatArray, wanted: FloatArray, within: float, what: str
) -> None:
    """Compare numbers of two fits; NaN equals NaN, and infinity itself.

    Raises
    ------
    Broken
        With the first number that differs.
    """
    for name, ours, theirs in zip(NAMES, found, wanted, strict=True):
        both = (np.isnan(ours) and np.isnan(theirs)) or ours == theirs
        if not both and not abs(ours - theirs) <= within + 1e-12 * abs(theirs):
            raise Broken(f"{what}: {name} {ours:.8g} instead of {theirs:.8g}")
