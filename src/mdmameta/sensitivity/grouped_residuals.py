"""Standardised residuals of multilevel fits, by row and of clusters together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.deleted_groups import Grouped, Nothing, Without, together

#: A residual with less than this share of its marginal variance left has none: the
#: row fixes a coefficient by itself.
NOTHING = 1e-12

#: Residuals of rows together, their covariance, and the marginal one.
Residual = tuple[FloatArray, FloatArray, FloatArray]


def standard_residuals(data: Grouped) -> pd.DataFrame:
    """Residuals of all rows with their covariance M − X (XᵀM⁻¹X)⁻¹ Xᵀ.

    Parameters
    ----------
    data
        The fit and its groups.

    Returns
    -------
    pandas.DataFrame
        As `deleted_residuals`, without notes.
    """
    of, found = data.of, []
    for rows in data.groups:
        X, M = of.design.X[rows], of.marginal_of(rows)
        resid = data.resid(of.beta, rows)
        found.append((resid, M - X @ of.vcov @ X.T, M))
    return _table(data, found)


def deleted_residuals(data: Grouped) -> pd.DataFrame:
    """Residuals of each group's rows from the fit without the group.

    Parameters
    ----------
    data
        The fit and its groups.

    Returns
    -------
    pandas.DataFrame
        study, resid, se, z; with clusters also cluster, k, x2 and p_value of all
        rows of the cluster; note. One row an effect used.
    """
    found, notes = [], np.full(data.fit.k, "", dtype=object)
    for without in data.without_each():
        found.append(residual_of(data, without))
        notes[without.rows] = without.note
    return _table(data, found).assign(note=notes)


def residual_of(data: Grouped, without: Without | Nothing) -> Residual:
    """Residuals of rows from a fit without them, their covariance, and the marginal.

    Parameters
    ----------
    data, without
        The fit, and what is estimated without the rows; NaN where it is nothing.
    """
    rows = without.rows
    if isinstance(without, Nothing):
        nothing = np.full((rows.size, rows.size), np.nan)
        return nothing[0], nothing, nothing
    M, X = without.whole.marginal_of(rows), data.of.design.X[rows]
    return data.resid(without.part.beta, rows), M + X @ without.part.vcov @ X.T, M


def _table(data: Grouped, found: list[Residual]) -> pd.DataFrame:
    resid, se = np.full((2, data.fit.k), np.nan)
    for rows, (rest, covariance, M) in zip(data.groups, found, strict=True):
        variance, marginal = np.diag(covariance), np.diag(M)
        left = np.where(variance > NOTHING * marginal, variance, np.nan)
        resid[rows], se[rows] = rest, np.sqrt(left)
    columns = {"study": data.study, "resid": resid, "se": se, "z": resid / se}
    frame = pd.DataFrame(columns)
    return _with_clusters(frame, data, found) if data.by_cluster else frame


def _with_clusters(
    frame: pd.DataFrame,
    data: Grouped,
    found: list[Residual],
) -> pd.DataFrame:
    place = np.empty(data.fit.k, dtype=np.intp)
    for group, rows in enumerate(data.groups):
        place[rows] = group
    k = np.array([rows.size for rows in data.groups])
    x2 = np.array([together(*each) for each in found])
    frame.insert(1, "cluster", data.labels[place])
    return frame.assign(k=k[place], x2=x2[place], p_value=chdtrc(k, x2)[place])
