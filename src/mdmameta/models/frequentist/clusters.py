"""Which rows belong to which cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError


@dataclass(frozen=True, eq=False, slots=True)
class Clusters:
    """Rows in the order of their clusters.

    Parameters
    ----------
    labels
        Of the m clusters, in the order in which they first occur, shape (m,).
    order
        Positions of the k rows, those of the first cluster first, shape (k,).
    starts
        Where each cluster begins in that order, shape (m,).
    """

    labels: NDArray[np.object_]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    @property
    def m(self) -> int:
        """Number of clusters."""
        return int(self.starts.size)

    @property
    def sizes(self) -> NDArray[np.intp]:
        """Rows in each cluster, shape (m,)."""
        return np.diff(self.starts, append=self.order.size)

    def of_equal_size(self) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Give the clusters of each size, and their places in the order.

        Yields
        ------
        tuple of numpy.ndarray
            Clusters, shape (g,), and places of their rows, shape (g, size).
        """
        sizes = self.sizes
        for size in np.unique(sizes):
            of = np.flatnonzero(sizes == size)
            yield of, self.starts[of][:, None] + np.arange(size)

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum over the rows of each cluster along the last axis, (…, k) to (…, m)."""
        total: FloatArray = np.add.reduceat(values, self.starts, axis=-1)
        return total


def clusters_of(labels: ArrayLike, rows: NDArray[np.intp] | None = None) -> Clusters:
    """Group rows by the label of their cluster.

    Parameters
    ----------
    labels
        One label a row, of any type, shape (k,).
    rows
        Positions by which an error names the rows; 0 to k − 1 when left out.

    Raises
    ------
    ModelError
        For a missing label, with its rows, or fewer than two clusters.

    Examples
    --------
    >>> found = clusters_of(["b", "a", "b"])
    >>> found.labels.tolist(), found.order.tolist(), found.starts.tolist()
    (['b', 'a'], [0, 2, 1], [0, 2])
    """
    given = isinstance(labels, np.ndarray) and labels.dtype == object
    values = np.asarray(labels if given else pd.Series(labels, dtype=object))
    missing = np.asarray(pd.isna(values))
    if missing.any():
        named = np.arange(values.size) if rows is None else rows
        raise ModelError(
            f"the label of the cluster is missing in row "
            f"{', '.join(map(str, named[missing]))} (counted from 0). Every row used "
            "needs one: give the row a cluster of its own, or leave it out."
        )
    codes, names = pd.factorize(values)
    if len(names) < 2:
        raise ModelError(
            f"all {values.size} rows are of one cluster ({names[0]!r}); differences "
            "between clusters need two of them, and inference many more."
        )
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names)))
    return Clusters(np.asarray(names, dtype=object), order, starts)


def labels_of(cluster: str | Sequence[Any], effects: Effects) -> NDArray[np.object_]:
    """Look up the cluster of each row of the effects, by name or as given.

    Raises
    ------
    ModelError
        For an unknown name, or labels of another number of rows.

    Examples
    --------
    >>> labels_of("study", Effects.from_arrays([0.1], [0.2], study=["A"]))
    array(['A'], dtype=object)
    """
    if not isinstance(cluster, str):
        if len(cluster) != effects.k:
            raise ModelError(
                f"cluster has {len(cluster)} labels; the effects have {effects.k} "
                "rows. Give one a row; to refit on other rows, make the labels a "
                "moderator and give its name."
            )
        return np.asarray(pd.Series(list(cluster), dtype=object))
    if cluster in effects.frame.columns:
        return np.asarray(effects.frame[cluster], dtype=object)
    if cluster == "study":
        return effects.study.astype(object)
    there = ", ".join(map(repr, ("study", *effects.frame.columns)))
    raise ModelError(
        f"cluster={cluster!r} is not among {there}. Name one of these, or give the "
        "label of each row."
    )
