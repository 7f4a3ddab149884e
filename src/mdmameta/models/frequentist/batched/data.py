"""Weighted least squares of many data sets at once, and its quadratic forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.models.frequentist.regression import ROUNDING, FloatArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Forms:
    """Least squares of n data sets at one τ² each, w = 1 / (v + τ²).

    Parameters
    ----------
    w, r
        Weights and residuals, shape (n, k).
    beta, vcov
        Coefficients, shape (n, p), and (XᵀWX)⁻¹, shape (n, p, p).
    """

    w: FloatArray
    r: FloatArray
    beta: FloatArray
    vcov: FloatArray

    @property
    def q(self) -> FloatArray:
        """Weighted sum of squared residuals yᵀPy, shape (n,)."""
        total: FloatArray = (self.w * self.r**2).sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Many:
    """Effects, variances and designs of n data sets; rows left out weigh 0.

    Parameters
    ----------
    y, v
        Shape (n, k); any finite number, and a positive one, where left out.
    inside
        Which rows each data set has, shape (n, k).
    X
        One design for all, shape (k, p), its columns best orthogonal.
    """

    y: FloatArray
    v: FloatArray
    inside: Mask
    X: FloatArray

    @property
    def k(self) -> FloatArray:
        """Number of rows of each, shape (n,)."""
        count: FloatArray = self.inside.sum(axis=1).astype(float)
        return count

    @property
    def df(self) -> FloatArray:
        """Residual degrees of freedom k − p, shape (n,)."""
        left: FloatArray = self.k - self.X.shape[1]
        return left

    @property
    def smallest(self) -> FloatArray:
        """Smallest variance of each, shape (n,)."""
        least: FloatArray = np.where(self.inside, self.v, np.inf).min(axis=1)
        return least

    def take(self, which: NDArray[np.generic]) -> Many:
        """Return some of the data sets."""
        return Many(self.y[which], self.v[which], self.inside[which], self.X)

    def crossed(self, w: FloatArray) -> FloatArray:
        """XᵀWX of each, shape (n, p, p)."""
        k, p = self.X.shape
        pairs = (self.X[:, :, None] * self.X[:, None, :]).reshape(k, p * p)
        product: FloatArray = (w @ pairs).reshape(-1, p, p)
        return product

    def weights(self, tau2: FloatArray) -> FloatArray:
        """Return 1 / (v + τ²), and 0 for rows left out, shape (n, k)."""
        w: FloatArray = self.inside / (self.v + tau2[:, None])
        return w

    def at(self, w: FloatArray) -> Forms:
        """Least squares with given weights, shape (n, k)."""
        vcov: FloatArray = np.linalg.inv(self.crossed(w)).astype(float)
        beta = (vcov @ ((w * self.y) @ self.X)[:, :, None])[:, :, 0]
        r = (self.y - beta @ self.X.T) * self.inside
        size = (np.abs(beta) @ np.abs(self.X).T).max(axis=1)
        r[np.abs(r).max(axis=1) <= ROUNDING * size] = 0.0
        return Forms(w, r, beta, vcov)

    def diagonal(self, at: Forms) -> FloatArray:
        """Diagonal of P, shape (n, k)."""
        n, p = at.beta.shape
        pairs = (self.X[:, :, None] * self.X[:, None, :]).reshape(-1, p * p)
        leverage = at.w * (at.vcov.reshape(n, p * p) @ pairs.T)
        diagonal: FloatArray = at.w * (1 - leverage)
        return diagonal
