"""Best linear unbiased predictions of the studies' true effects."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import Rows


def best_predictions(
    rows: Rows, tau2: float | FloatArray, beta: FloatArray, vcov: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Draw each effect towards its fitted value by the share v / (v + τ²).

    Parameters
    ----------
    rows
        Effects, variances and design.
    tau2
        Variance of true effects, or one for each row, shape (k,).
    beta, vcov
        Coefficients and their covariance, whose uncertainty is carried over.

    Returns
    -------
    tuple of numpy.ndarray
        Predictions and their standard errors, shape (k,), in observed rows.

    References
    ----------
    Raudenbush and Bryk 1985, doi:10.3102/10769986010002075.

    Examples
    --------
    >>> rows = Rows(np.array([0.0, 4.0]), np.ones(2), np.ones((2, 1)))
    >>> best_predictions(rows, 1.0, np.array([2.0]), np.array([[1.0]]))[0]
    array([1., 3.])
    """
    share = rows.v / (rows.v + tau2)
    drawn = share[:, None] * rows.X
    value = (1 - share) * rows.y + drawn @ beta
    own = (1 - share) * rows.v
    if rows.axes is not None:
        value, drawn, own = rows.axes @ value, rows.axes @ drawn, rows.axes**2 @ own
    variance = own + ((drawn @ vcov) * drawn).sum(axis=1)
    return value, np.sqrt(variance)
