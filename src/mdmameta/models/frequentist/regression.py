"""Weighted and generalised least squares, given the variance of true effects."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray

#: Residuals of at most this many units in the last place of the numbers that
#: they are differences of are rounding, and count as zero.
ROUNDING = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class Rows:
    """Effects with independent errors, in the axes where they are so.

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (k,).
    X
        Design matrix, shape (k, p).
    axes
        Orthogonal matrix, shape (k, k), that takes these rows back to those
        observed, or None when they are the rows observed.
    """

    y: FloatArray
    v: FloatArray
    X: FloatArray
    axes: FloatArray | None = None


def independent_rows(
    y: FloatArray, v: FloatArray, X: FloatArray, V: FloatArray | None = None
) -> Rows:
    """Rotate correlated effects until their errors are independent.

    With V = U diag(d) Uᵀ, also V + τ²I = U diag(d + τ²) Uᵀ for every τ², so
    everything that depends on the data through quadratic forms and traces
    (τ² by any estimator here, Q, coefficients) may be computed from Uᵀy, d
    and UᵀX as from independent rows.

    Parameters
    ----------
    y, v, X
        Shapes (k,), (k,) and (k, p).
    V
        Covariance matrix, shape (k, k), or None when errors are independent.

    Examples
    --------
    >>> y, v, X = np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1))
    >>> independent_rows(y, v, X, np.array([[1.0, 0.5], [0.5, 1.0]])).v
    array([0.5, 1.5])
    """
    if V is None:
        return Rows(y, v, X)
    d, axes = np.linalg.eigh(V)
    return Rows(axes.T @ y, d, axes.T @ X, axes)


def orthogonalise(A: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Factor A = QR with orthonormal Q; return Q and the inverse of R.

    A single column, the case of every pooled mean, needs no LAPACK: that
    takes a tenth of the time.

    Parameters
    ----------
    A
        Shape (k, p), of full column rank.

    Examples
    --------
    >>> orthogonalise(np.array([[3.0], [4.0]]))
    (array([[0.6],
           [0.8]]), array([[0.2]]))
    """
    if A.shape[1] == 1:
        inverse = np.array([[1 / math.sqrt(A[:, 0] @ A[:, 0])]])
        return A * inverse, inverse
    basis, triangle = np.linalg.qr(A)
    return basis, np.linalg.inv(triangle)


@dataclass(frozen=True, slots=True)
class Regression:
    """Least squares at one value of tau2.

    Parameters
    ----------
    beta, vcov
        Coefficients, shape (p,), and their covariance (XᵀWX)⁻¹, shape (p, p).
    w
        Weights 1 / (v + τ²), shape (k,).
    q
        Weighted sum of squared residuals; Cochran's Q_E when τ² = 0.
    """

    beta: FloatArray
    vcov: FloatArray
    w: FloatArray
    q: float


def least_squares(
    y: FloatArray, v: FloatArray, X: FloatArray, tau2: float = 0.0
) -> Regression:
    """Regress effects on a design with weights 1 / (v + tau2).

    Solved by QR of the weighted design, since its normal equations lose half
    of the digits (a year of publication beside an intercept is enough).

    Examples
    --------
    >>> fit = least_squares(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> fit.beta.round(12), round(fit.q, 12)
    (array([2.]), 2.0)
    """
    w = 1 / (v + tau2)
    root = np.sqrt(w)
    basis, inverse = orthogonalise(X * root[:, None])
    beta = inverse @ (basis.T @ (root * y))
    r = y - X @ beta
    if np.abs(r).max() <= ROUNDING * max((np.abs(X) @ np.abs(beta)).max(), 0.0):
        r = np.zeros_like(r)
    return Regression(beta, inverse @ inverse.T, w, float(w @ r**2))


def typical_variance(v: FloatArray, X: FloatArray) -> float:
    """Return the sampling variance of a typical study, (k − p) / tr(P).

    It enters I² and H². P = W − WX(XᵀWX)⁻¹XᵀW with W = diag(1 / v). Without
    moderators this is the "typical" variance of Higgins and Thompson (2002).

    References
    ----------
    Higgins and Thompson 2002, doi:10.1002/sim.1186.

    Examples
    --------
    >>> round(typical_variance(np.array([0.5, 0.5, 0.5]), np.ones((3, 1))), 9)
    0.5
    """
    k, p = X.shape
    w = 1 / v
    basis = orthogonalise(X * np.sqrt(w)[:, None])[0]
    return float((k - p) / (w.sum() - w @ (basis**2).sum(axis=1)))


def hat_values(rows: Rows, tau2: float) -> FloatArray:
    """Leverage of each observed row: the diagonal of the hat matrix, (k,).

    Examples
    --------
    >>> rows = Rows(np.array([1.0, 3.0]), np.array([1.0, 3.0]), np.ones((2, 1)))
    >>> hat_values(rows, tau2=0.0).round(12)
    array([0.75, 0.25])
    """
    fit = least_squares(rows.y, rows.v, rows.X, tau2)
    left, right = rows.X @ fit.vcov, rows.X * fit.w[:, None]
    if rows.axes is not None:
        left, right = rows.axes @ left, rows.axes @ right
    leverage: FloatArray = (left * right).sum(axis=1)
    return leverage


def weights_percent(w: FloatArray, axes: FloatArray | None = None) -> FloatArray:
    """Percent of the weight that each observed row has in the pooled effect.

    For correlated rows these are the row sums of the inverse of V + τ²I,
    which may be negative where rows are correlated strongly.

    Examples
    --------
    >>> weights_percent(np.array([1.0, 3.0]))
    array([25., 75.])
    """
    row_sums = w if axes is None else axes @ (w * axes.sum(axis=0))
    percent: FloatArray = 100 * row_sums / row_sums.sum()
    return percent
