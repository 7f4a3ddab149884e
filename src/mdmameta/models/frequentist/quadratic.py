"""Generalised Q: a weighted sum of squares with weights of any kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import orthogonalise


@dataclass(frozen=True, slots=True)
class GeneralisedQ:
    """Q = yᵀPy with P = A − AX(XᵀAX)⁻¹XᵀA and A = diag(a).

    P is kept as √A (I − BBᵀ) √A, so that every trace costs time linear in k.

    Parameters
    ----------
    q
        The sum of squares.
    a
        Weights, shape (k,).
    basis
        Orthonormal columns B of √A X, shape (k, p).
    """

    q: float
    a: FloatArray
    basis: FloatArray

    @property
    def df(self) -> int:
        """Residual degrees of freedom, k − p."""
        return int(self.basis.shape[0] - self.basis.shape[1])

    def expectation(self, variance: FloatArray) -> float:
        """Return tr(PS), the mean of Q when effects have variances S, shape (k,)."""
        scaled = self.a * variance
        return float(scaled.sum() - scaled @ (self.basis**2).sum(axis=1))

    def variance(self, variance: FloatArray) -> float:
        """Return 2 tr(PSPS), the variance of Q when effects are normal."""
        scaled = self.a * variance
        leverage = (self.basis**2).sum(axis=1)
        inside = self.basis.T @ (scaled[:, None] * self.basis)
        trace = scaled**2 @ (1 - 2 * leverage) + np.vdot(inside, inside)
        return 2 * float(trace)

    def root(self, variance: FloatArray) -> FloatArray:
        """Return √S P √S for effects of variances S, shape (k, k).

        Q is distributed as the sum of its eigenvalues times χ² of 1.
        """
        side = np.sqrt(self.a * variance)
        left = side[:, None] * self.basis
        matrix: FloatArray = np.diag(self.a * variance) - left @ left.T
        return matrix


def generalised_q(y: FloatArray, X: FloatArray, a: FloatArray) -> GeneralisedQ:
    """Compute Q of effects about a regression with weights a.

    Parameters
    ----------
    y, X, a
        Effects, design and weights, shapes (k,), (k, p) and (k,).

    References
    ----------
    DerSimonian and Kacker 2007, doi:10.1016/j.cct.2006.04.004.

    Examples
    --------
    >>> form = generalised_q(np.array([1.0, 3.0]), np.ones((2, 1)), np.ones(2))
    >>> round(form.q, 12), round(form.expectation(np.array([1.0, 2.0])), 12)
    (2.0, 1.5)
    """
    root = np.sqrt(a)
    basis = orthogonalise(X * root[:, None])[0]
    z = root * y
    r = z - basis @ (basis.T @ z)
    return GeneralisedQ(float(r @ r), a, basis)
