"""Checks of the arguments from which a covariance matrix is constructed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import vector
from mdmameta.effects.correlation import Labels, Layout, Rho
from mdmameta.errors import EffectsError

#: Columns of a list of covariances agree with v within this share.
AGREEMENT = 1e-6


def labels(name: str, values: Any, k: int) -> Labels:
    """Copy k labels, none of them missing.

    Examples
    --------
    >>> labels("cluster", ["a", 1], 2)
    array(['a', 1], dtype=object)
    """
    column = np.asarray(pd.Series(values, dtype=object))
    if column.size != k:
        raise EffectsError(f"{name} has {column.size} labels; v has {k} rows.")
    missing = np.flatnonzero(pd.isna(column))
    if missing.size:
        raise EffectsError(
            f"{name} is missing in row {', '.join(map(str, missing))} (counted from "
            "0). Give every row a label, or leave the row out."
        )
    return column


def numbers(
    name: str, values: ArrayLike, k: int, *, positive: bool = False
) -> FloatArray:
    """Copy k finite numbers.

    Examples
    --------
    >>> numbers("time1", [0, 8], 2)
    array([0., 8.])
    """
    column = vector(name, values)
    if column.size != k:
        raise EffectsError(f"{name} has {column.size} values; v has {k} rows.")
    bad = ~np.isfinite(column) | (positive & (column <= 0))
    if bad.any():
        row, allowed = int(np.flatnonzero(bad)[0]), "positive" if positive else "finite"
        raise EffectsError(
            f"{name} is {column[row]:g} in row {row} (counted from 0); allowed: "
            f"{allowed} numbers."
        )
    return column


def layout_of(k: int, given: dict[str, Any]) -> Layout:
    """Check that what is given fits together, and copy it.

    Parameters
    ----------
    k
        Number of rows.
    given
        Arguments of `mdmameta.effects.vcalc.sampling_covariance` by name.

    Raises
    ------
    EffectsError
        With the argument that is missing or too many.
    """
    there = {name: value for name, value in given.items() if value is not None}
    if not there:
        raise EffectsError(
            "nothing says how rows of a cluster correlate: give rho, rvars, time1 and "
            "phi, or grp1 and grp2."
        )
    if "rho" in there and not there.keys() & {"obs", "type", "time1", "grp1"}:
        there["obs"] = range(k)
    for fault in _faults(there):
        raise EffectsError(fault)
    for name in there.keys() & {"obs", "type", "grp1", "grp2"}:
        there[name] = labels(name, there[name], k)
    for name in there.keys() & {"time1", "time2", "w1", "w2"}:
        there[name] = numbers(name, there[name], k, positive=name in ("w1", "w2"))
    return Layout(**there)


#: Argument, and those of which it needs at least one.
NEEDS = {
    "rho": ("obs", "type"),
    "obs": ("rho",),
    "type": ("rho",),
    "time1": ("phi",),
    "phi": ("time1",),
    "time2": ("grp2",),
    "grp2": ("grp1",),
    "w1": ("grp1",),
    "w2": ("grp2",),
}


def _faults(there: dict[str, Any]) -> Iterator[str]:
    for name, needed in NEEDS.items():
        if name in there and not there.keys() & set(needed):
            yield f"{name} is given without {' or '.join(needed)}; give both."
    both, rho = {"obs", "type"} <= there.keys(), there.get("rho")
    pair = isinstance(rho, (tuple, list)) and len(rho) == 2
    if both and not pair:
        yield (
            f"rho={rho!r} with both obs and type: give a pair, between observations "
            "of one construct and between constructs."
        )
    if rho is not None and not both and isinstance(rho, (tuple, list)):
        yield f"rho={rho!r} is a pair, which needs both obs and type."
    if rho is not None:
        for each in rho if isinstance(rho, (tuple, list)) else (rho,):
            yield from _bad_rho(each)
    phi = there.get("phi")
    if phi is not None and not 0 <= phi <= 1:
        yield f"phi={phi!r} is no correlation from 0 to 1."


def _bad_rho(rho: Rho) -> Iterator[str]:
    values = np.asarray(rho, dtype=float)
    if not (np.abs(values) <= 1).all():
        yield f"rho={rho!r} is no correlation from -1 to 1."
    elif not np.array_equal(values, values.T):
        yield "rho is a frame that is not symmetric; give one correlation a pair."


def listed_correlations(
    v: FloatArray, members: NDArray[np.intp], rvars: FloatArray
) -> FloatArray:
    """Correlations of one cluster from its rows of listed covariances.

    Parameters
    ----------
    v
        Variances of all k rows.
    members
        Positions of the n rows of the cluster.
    rvars
        One row an effect, shape (k, at least n).

    Raises
    ------
    EffectsError
        When columns are too few, a value is missing, or the diagonal is
        neither 1 nor v.

    Examples
    --------
    >>> listed_correlations(
    ...     np.array([4.0, 1.0]), np.array([0, 1]), np.array([[4, np.nan], [1, 1]]))
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    table, n = rvars, members.size
    if table.ndim != 2 or table.shape[0] != v.size or table.shape[1] < n:
        raise EffectsError(
            f"rvars has shape {table.shape}; give {v.size} rows and as many columns "
            f"as the largest cluster has rows (here at least {n})."
        )
    lower = np.tril(table[members, :n])
    block, diagonal = lower + np.tril(lower, -1).T, np.diag(lower)
    wrong = ~(
        np.isclose(diagonal, 1, rtol=AGREEMENT)
        | np.isclose(diagonal, v[members], rtol=AGREEMENT)
    )
    if wrong.any() or not np.isfinite(block).all():
        row = members[np.flatnonzero(wrong | ~np.isfinite(block).all(axis=1))[0]]
        raise EffectsError(
            f"rvars of row {row} (counted from 0) are not the row's covariances: its "
            "own entry must be v or, for correlations, 1, and none may be missing."
        )
    sd = np.sqrt(diagonal)
    correlations: FloatArray = block / np.outer(sd, sd)
    return correlations
