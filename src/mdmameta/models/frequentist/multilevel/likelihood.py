"""Likelihood of normal rows whose covariance is linear in its components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.blocks import Stack


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Solution:
    """Generalised least squares at given components of the covariance.

    Parameters
    ----------
    beta, vcov
        Coefficients, shape (p,), and their covariance (XᵀM⁻¹X)⁻¹.
    W
        Inverse covariance of each block, one array (g, n, n) a stack.
    q
        Residuals' quadratic form rᵀM⁻¹r.
    log_det, log_det_x
        Log determinants of M and of XᵀM⁻¹X.
    """

    beta: FloatArray
    vcov: FloatArray
    W: list[FloatArray]
    q: float
    log_det: float
    log_det_x: float

    def value(self, *, restricted: bool) -> float:
        """Log-likelihood up to a constant."""
        total = self.log_det + self.q + (self.log_det_x if restricted else 0.0)
        return -total / 2


def solve(of: tuple[Stack, ...], c: FloatArray) -> Solution:
    """Regress at the covariance V + Σ c_m A_m.

    Parameters
    ----------
    of
        Blocks of rows.
    c
        Components, shape (M,).

    Raises
    ------
    numpy.linalg.LinAlgError
        When the covariance is not positive definite.
    """
    W, log_det, p = [], 0.0, of[0].X.shape[2]
    XtWX, XtWy, yWy = np.zeros((p, p)), np.zeros(p), 0.0
    for s in of:
        L = np.linalg.cholesky(s.V + np.tensordot(c, s.A, 1))
        log_det += 2 * float(np.log(np.diagonal(L, axis1=1, axis2=2)).sum())
        half = np.linalg.inv(L)
        W.append(np.swapaxes(half, 1, 2) @ half)
        hX, hy = half @ s.X, (half @ s.y[..., None])[..., 0]
        XtWX += np.einsum("gni,gnj->ij", hX, hX)
        XtWy += np.einsum("gni,gn->i", hX, hy)
        yWy += float(np.vdot(hy, hy))
    vcov = np.linalg.inv(XtWX)
    beta = vcov @ XtWy
    return Solution(
        beta=beta,
        vcov=(vcov + vcov.T) / 2,
        W=W,
        q=max(yWy - float(XtWy @ beta), 0.0),
        log_det=log_det,
        log_det_x=float(np.linalg.slogdet(XtWX)[1]),
    )


def derivatives(
    of: tuple[Stack, ...], at: Solution, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    """Gradient and Hessian of the log-likelihood in the components.

    Parameters
    ----------
    of
        Blocks of rows.
    at
        The regression there.
    restricted
        For the restricted likelihood.

    Returns
    -------
    tuple of numpy.ndarray
        Shapes (M,) and (M, M).

    References
    ----------
    Harville 1977, doi:10.1080/01621459.1977.10480998.
    """
    m, p = len(of[0].A), at.beta.size
    trace, pull, force = np.zeros(m), np.zeros(m), np.zeros((m, m))
    cross, lost = np.zeros((m, m)), np.zeros((m, p))
    T, TT = np.zeros((m, p, p)), np.zeros((m, m, p, p))
    for s, W in zip(of, at.W, strict=True):
        Wr = W @ (s.y - s.X @ at.beta)[..., None]
        WX = W @ s.X
        u = s.A @ Wr
        S = W @ s.A
        flat, rows = u.reshape(m, -1), WX.reshape(-1, p)
        trace += np.einsum("mgii->m", S)
        pull += flat @ Wr.reshape(-1)
        cross += S.reshape(m, -1) @ np.swapaxes(S, 2, 3).reshape(m, -1).T
        force += flat @ (W @ u).reshape(m, -1).T
        lost += flat @ rows
        if restricted:
            AWX = s.A @ WX
            T += rows.T @ AWX.reshape(m, -1, p)
            TT += _pairs_of(AWX, W @ AWX)
    force -= lost @ at.vcov @ lost.T
    if restricted:
        BT = at.vcov @ T
        trace = trace - np.einsum("mpp->m", BT)
        cross = cross - 2 * np.einsum("pq,mnqp->mn", at.vcov, TT)
        cross = cross + np.einsum("mpq,nqp->mn", BT, BT)
    hessian = cross / 2 - force
    return (pull - trace) / 2, (hessian + hessian.T) / 2


def _pairs_of(one: FloatArray, other: FloatArray) -> FloatArray:
    """Products Σ_gi one[m, g, i, p] other[n, g, i, q] as one of two matrices."""
    m, p = one.shape[0], one.shape[3]
    left = np.moveaxis(one, 3, 1).reshape(m * p, -1)
    right = np.moveaxis(other, 3, 1).reshape(m * p, -1)
    return np.swapaxes((left @ right.T).reshape(m, p, m, p), 1, 2)
