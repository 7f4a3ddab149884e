"""The weighted regression behind a fit, for inference that doubts its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.models.frequentist.regression import orthogonalise


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Working:
    """What a fit estimated its coefficients from, row by row as observed.

    The coefficients are β = (XᵀWX)⁻¹XᵀWy.

    Parameters
    ----------
    y
        Outcomes, shape (k,).
    X
        Design, shape (k, p).
    W
        Weights of the estimate, shape (k,) when diagonal, else (k, k).
    M
        Marginal covariance of y by the model, random effects included, shape
        (k,) when diagonal, else (k, k).
    rows
        Positions of the k rows in the effects.

    Examples
    --------
    >>> working = Working(
    ...     y=np.array([1.0, 3.0]), X=np.ones((2, 1)), W=np.array([1.0, 3.0]),
    ...     M=np.array([1.0, 1 / 3]), rows=np.array([0, 1]))
    >>> working.beta
    array([2.5])
    """

    y: FloatArray
    X: FloatArray
    W: FloatArray
    M: FloatArray
    rows: NDArray[np.intp]

    def __post_init__(self) -> None:
        for array in (self.y, self.X, self.W, self.M, self.rows):
            freeze(array)

    @property
    def bread(self) -> FloatArray:
        """The matrix B = (XᵀWX)⁻¹XᵀW with β = By, shape (p, k)."""
        basis, inverse = orthogonalise(self.X)
        return inverse @ bread_of(basis, self.W)

    @property
    def beta(self) -> FloatArray:
        """Coefficients, shape (p,)."""
        return self.bread @ self.y


def bread_of(X: FloatArray, W: FloatArray) -> FloatArray:
    """Return the matrix (XᵀWX)⁻¹XᵀW of a design with orthogonal columns, (p, k).

    Examples
    --------
    >>> bread_of(np.ones((2, 1)), np.array([1.0, 3.0]))
    array([[0.25, 0.75]])
    """
    XtW = times(X.T, W)
    return np.asarray(np.linalg.solve(XtW @ X, XtW), dtype=float)


def times(left: FloatArray, matrix: FloatArray) -> FloatArray:
    """Multiply by a square matrix, which is diagonal when it is a vector.

    Examples
    --------
    >>> times(np.ones((1, 2)), np.array([2.0, 3.0]))
    array([[2., 3.]])
    """
    product: FloatArray = left * matrix if matrix.ndim == 1 else left @ matrix
    return product
