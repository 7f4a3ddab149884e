"""Many data sets fitted by one design, from arrays to coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import (
    AtZero,
    Many,
    Mask,
    at_zero,
    centred,
)
from mdmameta.models.frequentist.batched.inference import Coefficients, coefficients
from mdmameta.models.frequentist.batched.subsets import mean_of_subsets
from mdmameta.models.frequentist.batched.tau2 import CLOSED, estimate

#: Numbers that one array of a chunk may have: 128 kilobytes, so that the
#: several in use stay in the cache of a processor, and work space does not
#: grow with the number of data sets.
CHUNK = 2**14

#: The same where sums over subsets are products of matrices: two arrays are in
#: use at once and no iteration comes back to them, so that fewer calls are quicker.
PRODUCT_CHUNK = 2**16

#: Intervals that many data sets are given at once.
INTERVALS = ("wald", "t", "knapp-hartung", "knapp-hartung-adhoc")


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """A design for many data sets.

    Parameters
    ----------
    basis
        Orthonormal columns, shape (k, p), or None for a mean.
    back
        What makes the coefficients of the design of those of the basis, (p, p).
    tested
        Columns of the joint test: all but an intercept, or it when alone.
    """

    basis: FloatArray | None
    back: FloatArray
    tested: tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Fitted:
    """The data sets of a chunk that could be fitted, and their coefficients.

    Parameters
    ----------
    rows
        Positions of the m that were, shape (m,).
    df
        Their residual degrees of freedom, shape (m,).
    zero
        What they are like at τ² = 0.
    tau2, converged
        Variance between studies and whether its iteration converged, (m,).
    coefficients
        See `Coefficients`.
    """

    rows: NDArray[np.intp]
    df: FloatArray
    zero: AtZero
    tau2: FloatArray
    converged: Mask
    coefficients: Coefficients


def columns(X: FloatArray | None) -> Columns:
    """Orthogonalise a design.

    Parameters
    ----------
    X
        Shape (k, p), of full column rank; None for a mean.
    """
    if X is None or (X.shape[1] == 1 and (X == 1).all()):
        return Columns(None, np.ones((1, 1)), (0,))
    basis, triangle = np.linalg.qr(X)
    tested = np.flatnonzero(~(X == 1).all(axis=0)).tolist()
    return Columns(basis, np.linalg.inv(triangle), tuple(tested))


def data_sets(y: FloatArray, v: FloatArray, design: Columns) -> Many:
    """Put data sets of shape (n, k) side by side; leave out what is not finite."""
    inside = np.isfinite(y) & np.isfinite(v)
    if inside.all():
        y, v = np.ascontiguousarray(y.T), np.ascontiguousarray(v.T)
        return Many(y, v, None, design.basis, y.shape[1])
    y, v = np.where(inside, y, 0.0).T.copy(), np.where(inside, v, 1.0).T.copy()
    return Many(y, v, inside.T.astype(float, order="C"), design.basis, y.shape[1])


def chunk_size(k: int, design: Columns) -> int:
    """How many data sets to take at once."""
    return max(1, CHUNK // (k * len(design.back)))


def subsets_at_once(k: int, design: Columns, tau2: str | float | None) -> int:
    """How many subsets of the same k rows to take at once."""
    if design.basis is None and _is_closed(tau2):
        return max(1, PRODUCT_CHUNK // k)
    return chunk_size(k, design)


def solve(
    data: Many,
    design: Columns,
    tau2: str | float | None,
    interval: str,
    *,
    residual: int = 1,
) -> Fitted:
    """Estimate τ² and the coefficients of every data set that allows it.

    Parameters
    ----------
    data, design
        n data sets, and the design they have in common.
    tau2, interval
        See `mdmameta.models.frequentist.batched.fit_many`.
    residual
        Degrees of freedom that a data set must have left, 0 or 1.
    """
    rows = np.flatnonzero((data.df >= residual) & data.independent())
    raw = data if rows.size == data.n else data.take(rows)
    if _are_sums(raw, tau2):
        zero, t, found = mean_of_subsets(raw, tau2, interval)
        return Fitted(rows, raw.df, zero, t, np.ones(raw.n, dtype=bool), found)
    part, out = centred(raw)
    zero = at_zero(part)
    t, converged = _variances(part, raw, zero, tau2)
    found = coefficients(part, t, out, design.back, interval)
    return Fitted(rows, part.df, zero, t, converged, found)


def _are_sums(data: Many, tau2: str | float | None) -> bool:
    """Tell whether sums over subsets of the same rows are all that is needed."""
    shared = data.X is None and data.inside is not None and data.y.shape[1] < data.n
    return shared and _is_closed(tau2)


def _is_closed(tau2: str | float | None) -> bool:
    return not isinstance(tau2, str) or tau2 in CLOSED


def _variances(
    data: Many, raw: Many, zero: AtZero, tau2: str | float | None
) -> tuple[FloatArray, Mask]:
    t, converged = np.zeros(data.n), np.ones(data.n, dtype=bool)
    free = np.flatnonzero(data.df > 0)
    if isinstance(tau2, (int, float)):
        t[free] = float(tau2)
    if not isinstance(tau2, str) or not free.size:
        return t, converged
    if free.size == data.n or _is_closed(tau2):
        with np.errstate(divide="ignore", invalid="ignore"):
            t, converged = estimate(data, tau2, raw, zero)
        return np.where(data.df > 0, t, 0.0), converged
    some = AtZero(zero.q[free], zero.trace[free], zero.total[free])
    t[free], converged[free] = estimate(data.take(free), tau2, raw.take(free), some)
    return t, converged


def spread(array: FloatArray, rows: NDArray[np.intp], n: int) -> FloatArray:
    """Put what was found of some of n data sets in its places, NaN elsewhere."""
    if rows.size == n:
        return array
    wide = np.full((n, *array.shape[1:]), np.nan)
    wide[rows] = array
    return wide
