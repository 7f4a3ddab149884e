"""Least squares with weights that are not the inverse of the variances."""

from __future__ import annotations

import numpy as np

from mdmameta.models.frequentist.regression import (
    FloatArray,
    Regression,
    least_squares,
    orthogonalise,
)


def least_squares_with(
    a: FloatArray, y: FloatArray, v: FloatArray, X: FloatArray, tau2: float
) -> Regression:
    """Regress effects on a design with weights a, and variances v + tau2.

    The covariance is that of the weighted mean under v + τ², not (XᵀAX)⁻¹.
    The residual sum of squares stays the one about the best weights, which
    is what metafor scales the Knapp–Hartung interval by.

    Parameters
    ----------
    a
        Weights, shape (k,).
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p).
    tau2
        Variance of true effects.

    References
    ----------
    Henmi and Copas 2010, doi:10.1002/sim.4029, on weights without τ².

    Examples
    --------
    >>> a, y, v, X = np.ones(2), np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1))
    >>> fit = least_squares_with(a, y, v, X, tau2=1.0)
    >>> fit.beta.round(12), fit.vcov.round(12)
    (array([2.]), array([[1.]]))
    """
    root = np.sqrt(a)
    basis, inverse = orthogonalise(X * root[:, None])
    step = inverse @ (basis * root[:, None]).T
    vcov = (step * (v + tau2)) @ step.T
    return Regression(step @ y, vcov, a, least_squares(y, v, X, tau2).q)
