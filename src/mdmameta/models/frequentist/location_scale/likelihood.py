"""Likelihood of the coefficients of log τ², with those of the mean at their best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import orthogonalise


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Problem:
    """Effects, and the designs of their mean and of log τ².

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (k,).
    X, Z
        Designs of the mean, shape (k, p), and of log τ², shape (k, q).
    restricted
        Whether the restricted likelihood is meant, else the full one.
    offset
        What is added to log τ² whatever the coefficients, shape (k,).
    """

    y: FloatArray
    v: FloatArray
    X: FloatArray
    Z: FloatArray
    restricted: bool
    offset: FloatArray | float = 0.0

    def tau2(self, alpha: FloatArray) -> FloatArray:
        """Variance of true effects of each row, shape (k,)."""
        return np.asarray(np.exp(self.Z @ alpha + self.offset))


@dataclass(frozen=True, eq=False, slots=True)
class Height:
    """The log-likelihood at one place.

    Parameters
    ----------
    value
        Without its constant.
    slope, curvature
        First and second derivatives, shapes (q,) and (q, q).
    """

    value: float
    slope: FloatArray
    curvature: FloatArray


def log_likelihood(of: Problem, alpha: FloatArray) -> float:
    """Log-likelihood but for its constant; minus infinity where τ² overflows.

    Examples
    --------
    >>> one = np.ones((2, 1))
    >>> of = Problem(y=np.array([0.0, 2.0]), v=np.ones(2), X=one, Z=one,
    ...              restricted=False)
    >>> round(log_likelihood(of, np.zeros(1)), 4)  # τ² is 1 and the mean is 1
    -1.1931
    """
    with np.errstate(over="ignore"):
        m = of.v + of.tau2(alpha)
    if not np.isfinite(m).all():
        return -np.inf
    root = 1 / np.sqrt(m)
    basis, inverse = orthogonalise(of.X * root[:, None])
    r = root * of.y
    r = r - basis @ (basis.T @ r)
    value = -(np.log(m).sum() + r @ r) / 2
    if of.restricted:
        value += np.linalg.slogdet(inverse)[1]
    return float(value)


def height(of: Problem, alpha: FloatArray) -> Height:
    """Log-likelihood with its derivatives.

    With P = W − WX(XᵀWX)⁻¹XᵀW, W = diag(1 / (v + τ²)), e = Py and Dⱼ = diag(τ² zⱼ),
    the slope is (eᵀDⱼe − tr(PDⱼ)) / 2 and the curvature tr(PDⱼPDₖ) / 2 − eᵀDⱼPDₖe +
    (eᵀDⱼₖe − tr(PDⱼₖ)) / 2; traces are of W in place of P for the full likelihood.

    Examples
    --------
    >>> one = np.ones((2, 1))
    >>> of = Problem(y=np.array([0.0, 2.0]), v=np.ones(2), X=one, Z=one,
    ...              restricted=False)
    >>> height(of, np.zeros(1)).slope
    array([-0.25])
    """
    tau2 = of.tau2(alpha)
    w = 1 / (of.v + tau2)
    root = np.sqrt(w)
    basis, _ = orthogonalise(of.X * root[:, None])
    A = basis * root[:, None]  # P is W − AAᵀ
    e = w * of.y - A @ (A.T @ of.y)
    hat = (A**2).sum(axis=1) if of.restricted else np.zeros_like(w)
    drawn = (tau2 * e)[:, None] * of.Z
    across = A.T @ drawn
    curvature = across.T @ across - drawn.T @ (w[:, None] * drawn)
    each = (w**2 / 2 - w * hat) * tau2**2 + (e**2 - w + hat) * tau2 / 2
    curvature += of.Z.T @ (each[:, None] * of.Z)
    if of.restricted:
        within = np.einsum("ia,ij,ib->jab", A, tau2[:, None] * of.Z, A)
        within = within.reshape(of.Z.shape[1], -1)
        curvature += within @ within.T / 2
    slope = of.Z.T @ (tau2 * (e**2 - w + hat)) / 2
    return Height(log_likelihood(of, alpha), slope, curvature)
