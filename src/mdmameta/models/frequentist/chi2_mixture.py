"""Distribution of a quadratic form in normal variables: a weighted sum of χ²."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.condensed import Condensed, condense

#: Step along the contour, in standard deviations of the integrand where it is
#: largest: the error of the sum is then below rounding.
STEP = 0.25

#: The step is no longer than this, for few terms, which are far from normal.
LONGEST_STEP = 0.1

#: Where the contour ends: the integrand is below 1e-40 there.
END = 6.0


def probability_below(
    x: float, weights: FloatArray, basis: FloatArray | None = None
) -> float:
    """Probability that Σ λ χ²₁ is at most x.

    The Laplace transform of the distribution function, det(I + 2sM)^(−1/2) / s,
    has its singularities on the negative axis and at zero. It is inverted
    along a hyperbola around them that passes through the saddle point, where
    nothing cancels: the error is about 1e-13, however different the weights.

    Parameters
    ----------
    x
        Value of the sum.
    weights
        λ ≥ 0, or the diagonal D below; shape (n,).
    basis
        None, or orthonormal columns B of shape (n, p): λ are then the
        eigenvalues of M = √D (I − BBᵀ) √D. They are not computed, as the
        determinant is that of D and of a p × p matrix, and the sums in it are
        taken by few points (`condense`): cost is linear in n.

    References
    ----------
    Rice 1980, doi:10.1137/0901032; Weideman and Trefethen 2007,
    doi:10.1090/S0025-5718-07-01945-X.

    Examples
    --------
    >>> round(probability_below(3.841459, np.array([1.0])), 6)
    0.95
    >>> two = np.full((2, 1), 0.5**0.5)
    >>> round(probability_below(3.841459, np.ones(2), two), 6)
    0.95
    """
    if x <= 0:
        return 0.0
    basis = np.zeros((weights.size, 0)) if basis is None else basis
    of = _Form(condense(weights / x, basis), weights.size - basis.shape[1])
    saddle = of.saddle_point()
    spread = saddle * float(np.sqrt(of.slopes(saddle)[1]))
    step = min(LONGEST_STEP, STEP / spread)
    theta = step * (np.arange(int(END / step)) + 0.5)
    s = saddle * (1.5 - 0.5 * np.cosh(theta) + 1j * np.sinh(theta))
    ds = saddle * (-0.5 * np.sinh(theta) + 1j * np.cosh(theta))
    terms = np.exp(s - of.log_determinant(s) / 2) / s * ds
    return float(np.clip(step / np.pi * terms.imag.sum(), 0.0, 1.0))


@dataclass(frozen=True, eq=False, slots=True)
class _Form:
    """det(I + 2sM) with M = √D (I − BBᵀ) √D, by sums over D and B, and its rank.

    It is det(I + 2sD) det(C) with C = Bᵀ (I + 2sD)⁻¹ B.
    """

    sums: Condensed
    rank: int

    def log_determinant(self, s: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Logarithm at complex s, shape (m,), on the branch of Σ log(1 + 2λs).

        Each pivot of C is what one column of B changes the product by. As
        eigenvalues before and after interlace, its angle is within π, so that
        its principal logarithm is the right one.
        """
        inside = 1 + 2 * s[:, None] * self.sums.d
        logs = np.log(inside) @ self.sums.count
        rest = np.tensordot(1 / inside, self.sums.products, 1)
        for j in range(rest.shape[1]):
            pivot = rest[:, j, j]
            logs = logs + np.log(pivot)
            row = rest[:, j, :] / pivot[:, None]
            rest = rest - rest[:, :, j, None] * row[:, None, :]
        return np.asarray(logs)

    def slopes(self, s: float) -> tuple[float, float]:
        """First and second derivative of s − log det / 2 − log s at s > 0."""
        r = 2 * self.sums.d / (1 + 2 * self.sums.d * s)
        w = 1 / (1 + 2 * self.sums.d * s)
        C, first, second = np.tensordot(
            np.array([w, -w * r, 2 * w * r**2]), self.sums.products, 1
        )
        change, bend = np.linalg.solve(C, first), np.linalg.solve(C, second)
        slope = self.sums.count @ r + np.trace(change)
        curve = -self.sums.count @ r**2 + np.trace(bend) - np.trace(change @ change)
        return float(1 - slope / 2 - 1 / s), float(s**-2 - curve / 2)

    def saddle_point(self) -> float:
        """Where s − log det / 2 − log s is stationary for s > 0."""
        if not self.sums.d.any() or self.slopes(0.5)[0] >= 0:
            return 1.0
        return float(brentq(lambda s: self.slopes(s)[0], 0.5, self.rank / 2 + 1))
