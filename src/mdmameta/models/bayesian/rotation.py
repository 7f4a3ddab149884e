"""Axes on which sampling errors are independent, right for any range of variances."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mdmameta.arrays import FloatArray

#: Beyond this ratio of variances the usual decomposition, whose errors are those of
#: the largest variance, would be wrong in the ninth digit of the smallest.
GRADED = 1e6

#: Rounds over all pairs of columns: convergence is quadratic, and takes about six.
SWEEPS = 30

#: Columns whose cosine is below this are orthogonal but for rounding.
ORTHOGONAL = 1e-15


def principal_axes(V: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Variances λ and axes U of a covariance matrix V = U diag(λ) Uᵀ.

    Parameters
    ----------
    V
        Positive definite, shape (k, k).

    Returns
    -------
    tuple of numpy.ndarray
        λ, shape (k,), and U, shape (k, k), one axis a column.

    References
    ----------
    Demmel and Veselić (1992), doi:10.1137/0613074: Jacobi's method finds small
    variances to as many digits as large ones.

    Examples
    --------
    >>> lam, U = principal_axes(np.array([[1e-9, 0.0], [0.0, 4.0]]))
    >>> [float(x) for x in np.sort(lam)]
    [1e-09, 4.0]
    """
    v = np.diagonal(V)
    if v.max() > GRADED * v.min():
        try:
            return _jacobi(np.linalg.cholesky(V).T.astype(float))
        except np.linalg.LinAlgError:  # not positive definite: λ will show it
            pass
    lam, U = np.linalg.eigh(V)
    return lam, U


def _jacobi(A: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Turn the columns of A until they are orthogonal; A is used up."""
    U = np.eye(len(A))
    for _ in range(SWEEPS):
        turned = [_turn(A, U, i, j) for i, j in combinations(range(len(A)), 2)]
        if not any(turned):
            break
    return (A**2).sum(axis=0), U


def _turn(A: FloatArray, U: FloatArray, i: int, j: int) -> bool:
    """Make columns i and j of A orthogonal, unless they are."""
    a, b, c = A[:, i] @ A[:, i], A[:, j] @ A[:, j], A[:, i] @ A[:, j]
    if abs(c) <= ORTHOGONAL * np.sqrt(a * b):
        return False
    half = (b - a) / (2 * c)
    tangent = np.copysign(1.0, half) / (abs(half) + np.hypot(1.0, half))
    cosine = 1 / np.hypot(1.0, tangent)
    turn = cosine * np.array([[1.0, tangent], [-tangent, 1.0]])
    for columns in (A, U):
        columns[:, [i, j]] = columns[:, [i, j]] @ turn
    return True
