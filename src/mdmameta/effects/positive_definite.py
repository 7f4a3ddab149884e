"""Whether correlations can be together, and the nearest that can."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray

#: Correlations with an eigenvalue below this leave no room for rounding.
LEAST_EIGENVALUE = 1e-10

#: Least eigenvalue of a matrix that was made positive definite.
FLOOR = 1e-6

#: Alternating projections stop at this change, or after so many rounds.
TOLERANCE, ROUNDS = 1e-12, 1000


def smallest_eigenvalue(R: FloatArray) -> float:
    """Smallest eigenvalue of a symmetric matrix.

    Examples
    --------
    >>> round(smallest_eigenvalue(np.array([[1.0, 0.4], [0.4, 1.0]])), 12)
    0.6
    """
    return float(np.linalg.eigvalsh(R)[0])


def nearest_correlation(R: FloatArray) -> FloatArray:
    """Correlation matrix nearest to R that is positive definite.

    Alternating projections, with Dykstra's correction, on matrices of
    eigenvalues of at least 1e-6 and on matrices of unit diagonal; nearest in
    the sum of squared differences.

    Parameters
    ----------
    R
        Symmetric, unit diagonal, shape (n, n).

    References
    ----------
    Higham 2002, doi:10.1093/imanum/22.3.329.

    Examples
    --------
    >>> R = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]])
    >>> nearest_correlation(R).round(3)[0]
    array([1.   , 0.743, 0.105])
    """
    near, correction = R.copy(), np.zeros_like(R)
    for _ in range(ROUNDS):
        before, shifted = near, near - correction
        d, U = np.linalg.eigh(shifted)
        positive = (U * np.maximum(d, FLOOR)) @ U.T
        correction = positive - shifted
        near = positive.copy()
        np.fill_diagonal(near, 1.0)
        if np.abs(near - before).max() <= TOLERANCE:
            break
    d, U = np.linalg.eigh(near)
    positive = (U * np.maximum(d, FLOOR)) @ U.T
    sd = np.sqrt(np.diag(positive))
    scaled: FloatArray = positive / np.outer(sd, sd)
    return (scaled + scaled.T) / 2
