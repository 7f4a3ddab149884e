"""Means of subsets of the same rows, whose sums are products of matrices."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import AtZero, Many
from mdmameta.models.frequentist.batched.inference import Coefficients, of_mean
from mdmameta.models.frequentist.batched.tau2 import estimate
from mdmameta.models.frequentist.regression import ROUNDING

#: Q is computed anew from residuals where less than this part of the sum of
#: squares is left of it, so that at least twelve digits are right.
LOST = 1e-3


def mean_of_subsets(
    data: Many, tau2: str | float | None, interval: str
) -> tuple[AtZero, FloatArray, Coefficients]:
    """Estimate τ² in closed form, and the mean, of subsets of the same rows.

    Parameters
    ----------
    data
        n subsets of k rows, none of them empty, y and v of shape (k, 1).
    tau2
        One of `CLOSED`, a value fixed in advance, or None for a common effect.
    interval
        See `mdmameta.models.frequentist.batched.fit_many`.

    Returns
    -------
    tuple
        What the subsets are like at τ² = 0, τ² of shape (n,), and the means.
    """
    y, centre, zero = shared_at_zero(data)
    if isinstance(tau2, str):
        with np.errstate(divide="ignore", invalid="ignore"):
            t, _ = estimate(data, tau2, data, zero)
    else:
        t = np.full(data.n, tau2 or 0.0)
    t[data.df == 0] = 0.0
    return zero, t, of_mean(data, y, t, centre, interval)


def shared_at_zero(data: Many) -> tuple[FloatArray, float, AtZero]:
    """Centre subsets of the same rows at once, and describe them at τ² = 0.

    Parameters
    ----------
    data
        n subsets of k rows, none of them empty, y and v of shape (k, 1).

    Returns
    -------
    tuple
        y about its mean over all rows, shape (k,), this mean, and what the
        subsets are like at τ² = 0.
    """
    w = 1 / data.v[:, 0]
    centre = float((w @ data.y[:, 0]) / w.sum())
    y, inside = data.y[:, 0] - centre, data.equal_weights()
    total, wy, wyy, w2 = np.array([w, w * y, w * y**2, w**2]) @ inside
    q = wyy - wy**2 / total
    lost = np.flatnonzero(q < LOST * wyy)
    if lost.size:
        q[lost] = _q_of_residuals(data.y[:, 0], w, inside.take(lost, axis=1))
    return y, centre, AtZero(q, total - w2 / total, total)


def _q_of_residuals(y: FloatArray, w: FloatArray, inside: FloatArray) -> FloatArray:
    """Cochran's Q, shape (m,), of subsets of which hardly anything is left."""
    total = w @ inside
    mean = (w * y) @ inside / total
    r = (y[:, None] - mean) * inside
    r[:, np.abs(r).max(axis=0) <= ROUNDING * np.abs(mean)] = 0.0
    # About a mean with an error of rounding, which this takes out.
    q: FloatArray = w @ r**2 - (w @ r) ** 2 / total
    return np.maximum(q, 0.0)
