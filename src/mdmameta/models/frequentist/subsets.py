"""One mean and variance between studies in each of many subsets, at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.models.frequentist.regression import ROUNDING, FloatArray
from mdmameta.models.frequentist.subset_tau2 import (
    BATCHED,
    Mask,
    Subsets,
    estimate,
)

__all__ = ["BATCHED", "SubsetFits", "fit_subsets"]

#: Q is computed anew from residuals where less than this part of the sum of
#: squares is left of it, so that at least twelve digits are right.
LOST = 1e-3


@dataclass(frozen=True, slots=True)
class SubsetFits:
    """Fits of n subsets; NaN where a subset is too small.

    Parameters
    ----------
    k
        Number of rows, shape (n,).
    value, se
        Mean and its classic standard error, shape (n,).
    tau2, q, i2, h2
        See `mdmameta.models.fit.Heterogeneity`; τ², I² and H² are NaN for one
        row.
    converged
        Whether the iteration for τ² reached its tolerance.
    """

    k: NDArray[np.intp]
    value: FloatArray
    se: FloatArray
    tau2: FloatArray
    q: FloatArray
    i2: FloatArray
    h2: FloatArray
    converged: Mask


def fit_subsets(
    y: FloatArray, v: FloatArray, inside: Mask, tau2: str | float | None
) -> SubsetFits:
    """Fit a mean to each subset of independent rows.

    Parameters
    ----------
    y, v
        Effects and variances, shape (k,).
    inside
        Which rows each subset has, shape (n, k), at least one each.
    tau2
        One of "DL", "PM", "REML", "ML"; a number; or None for a common effect.

    Examples
    --------
    >>> y, v = np.array([0.0, 2.0, 4.0]), np.ones(3)
    >>> inside = np.array([[True, True, False], [True, True, True]])
    >>> fits = fit_subsets(y, v, inside, "REML")
    >>> fits.value.round(9), fits.tau2.round(9)
    (array([1., 2.]), array([1., 3.]))
    """
    k = inside.sum(axis=1)
    centred = y - np.average(y, weights=1 / v)
    data = Subsets(centred, v, inside, k, ROUNDING * float(np.abs(y).max()))
    q, tr_p = _common(data)
    several = k > 1
    t, converged = np.zeros(k.size), np.ones(k.size, dtype=bool)
    if isinstance(tau2, str):
        part = data.take(several)
        t[several], converged[several] = estimate(part, tau2, q[several], tr_p[several])
    elif tau2 is not None:
        t[several] = tau2
    w = inside / (v + t[:, None])
    sw = w @ np.ones(v.size)
    i2, h2 = _relative(q, tr_p, k, t, common=tau2 is None or tau2 == 0)
    return SubsetFits(
        k=k,
        value=(w @ centred) / sw + (y[0] - centred[0]),
        se=1 / np.sqrt(sw),
        tau2=np.where(several, t, np.nan),
        q=q,
        i2=np.where(several, i2, np.nan),
        h2=np.where(several, h2, np.nan),
        converged=converged,
    )


def _common(data: Subsets) -> tuple[FloatArray, FloatArray]:
    """Cochran's Q and the trace of P at τ² = 0, shape (n,) each."""
    w, y = 1 / data.v, data.y
    sums = data.inside.astype(float) @ np.column_stack([w, w * y, w * y**2, w**2])
    sw, swy, swyy, sw2 = sums.T
    q = swyy - swy**2 / sw
    lost = q < LOST * swyy
    q[lost] = data.take(lost).at(np.zeros(int(lost.sum()))).q
    return q, sw - sw2 / sw


def _relative(
    q: FloatArray,
    tr_p: FloatArray,
    k: NDArray[np.intp],
    tau2: FloatArray,
    *,
    common: bool,
) -> tuple[FloatArray, FloatArray]:
    df = k - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        if common:
            i2 = np.where(q > 0, np.maximum(0.0, 1 - df / q), 0.0)
            return 100 * i2, q / df
        typical = df / tr_p
        total = tau2 + typical
        return 100 * tau2 / total, total / typical
