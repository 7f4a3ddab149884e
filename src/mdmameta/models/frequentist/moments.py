"""What estimators of tau2 need to know of the data at one value of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import orthogonalise


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Effects with the fitted part taken out, which leaves P y unchanged.

    Parameters
    ----------
    y
        Residuals of unweighted least squares, shape (k,).
    v
        Sampling variances, shape (k,).
    X
        Orthonormal basis of the columns of the design, shape (k, p).
    """

    y: FloatArray
    v: FloatArray
    X: FloatArray

    @property
    def df(self) -> int:
        """Residual degrees of freedom, k − p."""
        return int(self.X.shape[0] - self.X.shape[1])


def contrasts(y: FloatArray, v: FloatArray, X: FloatArray) -> Contrasts:
    """Take the fitted part out of y, so that large means cost no digits.

    Examples
    --------
    >>> contrasts(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1))).y.round(12)
    array([-1.,  1.])
    """
    basis = orthogonalise(X)[0]
    return Contrasts(y - basis @ (basis.T @ y), v, basis)


def residual_q(data: Contrasts, tau2: float) -> tuple[float, float]:
    """Q(τ²) = yᵀPy and minus its derivative, |Py|².

    Examples
    --------
    >>> data = contrasts(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> [round(float(x), 12) for x in residual_q(data, tau2=1.0)]
    [1.0, 0.5]
    """
    X, w = data.X, 1 / (data.v + tau2)
    wX = w[:, None] * X
    A, b = wX.T @ X, wX.T @ data.y
    r = data.y - X @ (b / A[0] if b.size == 1 else np.linalg.solve(A, b))
    py = w * r
    return float(py @ r), float(py @ py)


@dataclass(frozen=True, slots=True)
class Moments:
    """Traces and quadratic forms in P = W − WX(XᵀWX)⁻¹XᵀW, W = 1 / (v + τ²).

    Parameters
    ----------
    ypy, yppy, ypppy
        yᵀPy, yᵀPPy and yᵀPPPy.
    tr_p, tr_pp
        Traces of P and of PP.
    tr_w, tr_ww
        Traces of W and of WW.
    """

    ypy: float
    yppy: float
    ypppy: float
    tr_p: float
    tr_pp: float
    tr_w: float
    tr_ww: float


def moments(data: Contrasts, tau2: float) -> Moments:
    """Compute every trace and quadratic form at one value of tau2.

    Examples
    --------
    >>> data = contrasts(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> round(moments(data, tau2=1.0).tr_p, 12)
    0.5
    """
    if data.X.shape[1] == 1:
        return _of_one_column(data, tau2)
    X, w = data.X, 1 / (data.v + tau2)
    wX = w[:, None] * X
    A, B, D = wX.T @ X, wX.T @ wX, wX.T @ (w[:, None] * wX)
    C = np.linalg.inv(A)
    py = w * (data.y - X @ (C @ (wX.T @ data.y)))
    xpy = wX.T @ py
    CB = C @ B
    tr_w, tr_ww = float(w.sum()), float(w @ w)
    return Moments(
        ypy=float(py @ data.y),
        yppy=float(py @ py),
        ypppy=float(py @ (w * py) - xpy @ C @ xpy),
        tr_p=tr_w - float(np.vdot(C, B)),
        tr_pp=tr_ww - 2 * float(np.vdot(C, D)) + float(np.vdot(CB, CB.T)),
        tr_w=tr_w,
        tr_ww=tr_ww,
    )


def _of_one_column(data: Contrasts, tau2: float) -> Moments:
    x, w = data.X[:, 0], 1 / (data.v + tau2)
    wx = w * x
    wwx = w * wx
    a, b, d = float(wx @ x), float(wx @ wx), float(wx @ wwx)
    py = w * (data.y - x * (float(wx @ data.y) / a))
    tr_w, tr_ww, share = float(w.sum()), float(w @ w), b / a
    return Moments(
        ypy=float(py @ data.y),
        yppy=float(py @ py),
        ypppy=float(py @ (w * py)) - float(wx @ py) ** 2 / a,
        tr_p=tr_w - share,
        tr_pp=tr_ww - 2 * d / a + share * share,
        tr_w=tr_w,
        tr_ww=tr_ww,
    )
