"""Distribution of a weighted sum of independent χ² variables."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from mdmameta.models.frequentist.regression import FloatArray

#: Step along the contour, in standard deviations of the integrand where it is
#: largest: the error of the sum is then below rounding.
STEP = 0.25

#: The step is no longer than this, for few terms, which are far from normal.
LONGEST_STEP = 0.1

#: Where the contour ends: the integrand is below 1e-40 there.
END = 6.0


def probability_below(x: float, weights: FloatArray) -> float:
    """Probability that Σ λ χ²₁ is at most x.

    The Laplace transform of the distribution function, Π (1 + 2λs)^(−1/2) / s,
    has its singularities on the negative axis and at zero. It is inverted
    along a hyperbola around them that passes through the saddle point, where
    nothing cancels: the error is about 1e-13, however different the weights.

    Parameters
    ----------
    x
        Value of the sum.
    weights
        λ ≥ 0, shape (n,).

    References
    ----------
    Rice 1980, doi:10.1137/0901034; Weideman and Trefethen 2007,
    doi:10.1090/S0025-5718-07-01945-X.

    Examples
    --------
    >>> round(probability_below(3.841459, np.array([1.0])), 6)
    0.95
    """
    if x <= 0:
        return 0.0
    scaled = weights / x
    saddle = _saddle_point(scaled)
    curvature = 2 * ((scaled / (1 + 2 * scaled * saddle)) ** 2).sum() + saddle**-2
    step = min(LONGEST_STEP, STEP / (saddle * float(np.sqrt(curvature))))
    theta = step * (np.arange(int(END / step)) + 0.5)
    s = saddle * (1.5 - 0.5 * np.cosh(theta) + 1j * np.sinh(theta))
    ds = saddle * (-0.5 * np.sinh(theta) + 1j * np.cosh(theta))
    logs = np.log1p(2 * scaled[:, None] * s).sum(axis=0)
    terms = np.exp(s - logs / 2) / s * ds
    return float(np.clip(step / np.pi * terms.imag.sum(), 0.0, 1.0))


def _saddle_point(scaled: FloatArray) -> float:
    """Where s − Σ log(1 + 2λs) / 2 − log s is stationary for s > 0."""

    def slope(s: float) -> float:
        return float(1 - (scaled / (1 + 2 * scaled * s)).sum() - 1 / s)

    largest = scaled.size / 2 + 1
    return float(brentq(slope, 0.5, largest)) if scaled.any() else 1.0
