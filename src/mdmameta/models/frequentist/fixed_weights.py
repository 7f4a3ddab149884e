"""Least squares with weights that are not the inverse of the variances."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.frequentist.regression import (
    Regression,
    Rows,
    least_squares,
    orthogonalise,
)


def least_squares_with(a: FloatArray, rows: Rows, tau2: float) -> Regression:
    """Regress effects on a design with weights a, and variances v + tau2.

    The covariance is that of the weighted mean under v + τ², the sandwich
    (XᵀAX)⁻¹XᵀA M AX(XᵀAX)⁻¹, not (XᵀAX)⁻¹. The residual sum of squares stays
    the one about the best weights, which is what metafor scales the
    Knapp–Hartung interval by.

    Parameters
    ----------
    a
        Weights of the observed rows, shape (k,).
    rows
        Effects, variances and design; correlated ones in axes where they are
        independent.
    tau2
        Variance of true effects.

    Raises
    ------
    ModelError
        When the rows of positive weight do not determine the coefficients.

    References
    ----------
    Henmi and Copas 2010, doi:10.1002/sim.4029, on weights without τ².

    Examples
    --------
    >>> rows = Rows(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)))
    >>> fit = least_squares_with(np.ones(2), rows, tau2=1.0)
    >>> fit.beta.round(12), fit.vcov.round(12)
    (array([2.]), array([[1.]]))
    """
    root = np.sqrt(a)
    X = rows.X if rows.axes is None else rows.axes @ rows.X
    if not (a > 0).any() or np.linalg.matrix_rank(X[a > 0]) < X.shape[1]:
        raise ModelError(
            f"{np.count_nonzero(a)} of {a.size} rows have a weight above 0, too few "
            f"for {X.shape[1]} coefficients; give the others weights."
        )
    basis, inverse = orthogonalise(X * root[:, None])
    step = inverse @ (basis * root[:, None]).T
    if rows.axes is not None:
        step = step @ rows.axes
    vcov = (step * (rows.v + tau2)) @ step.T
    q = least_squares(rows.y, rows.v, rows.X, tau2).q
    return Regression(step @ rows.y, vcov, a, q)
