"""Rows in independent blocks, stacked so that one call computes many blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.terms import Term

#: Numbers in a stack of blocks up to which padding all blocks to the size of
#: the largest is faster than a call for each size.
SMALL = 30_000


@dataclass(frozen=True, eq=False, slots=True)
class Stack:
    """Blocks padded to one size n; padding has V = 1 and all else 0.

    Parameters
    ----------
    rows
        Position of each row, −1 for padding, shape (g, n).
    y, X, V
        Shapes (g, n), (g, n, p) and (g, n, n).
    A
        Patterns of the random terms, shape (M, g, n, n).
    """

    rows: NDArray[np.intp]
    y: FloatArray
    X: FloatArray
    V: FloatArray
    A: FloatArray


def stacks(
    y: FloatArray,
    X: FloatArray,
    v: FloatArray,
    V: FloatArray | None,
    terms: tuple[Term, ...],
) -> tuple[Stack, ...]:
    """Divide rows into independent blocks and stack these.

    Parameters
    ----------
    y, X, v, V
        Shapes (k,), (k, p), (k,), and (k, k) or None.
    terms
        Random terms.
    """
    order, sizes = _blocks(y.size, V, terms)
    made = (
        _stack(rows, y, X, v, V, terms) for rows in _padded(order, sizes, len(terms))
    )
    return tuple(made)


def _blocks(
    k: int, V: FloatArray | None, terms: tuple[Term, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = [np.arange(k)], [np.arange(k)]
    for term in terms:
        first = np.zeros(term.outer.max() + 1, dtype=np.intp)
        first[term.outer[::-1]] = np.arange(k)[::-1]
        rows.append(np.arange(k))
        columns.append(first[term.outer])
    if V is not None:
        for found, place in zip((rows, columns), np.nonzero(V), strict=True):
            found.append(place)
    at = np.concatenate(rows), np.concatenate(columns)
    graph = coo_matrix((np.ones(at[0].size), at), shape=(k, k))
    block = connected_components(graph, directed=False)[1]
    return np.argsort(block, kind="stable"), np.bincount(block)


def _padded(
    order: NDArray[np.intp], sizes: NDArray[np.intp], terms: int
) -> Iterator[NDArray[np.intp]]:
    """Rows of the blocks of similar size, one matrix each."""
    starts = np.cumsum(sizes) - sizes
    classes = sizes if sizes.max() < 3 else 1 << np.ceil(np.log2(sizes)).astype(int)
    if sizes.size * int(sizes.max()) ** 2 * (1 + terms) <= SMALL:
        classes = np.zeros_like(sizes)
    for each in np.unique(classes):
        of = np.flatnonzero(classes == each)
        step = np.arange(sizes[of].max())
        place = starts[of][:, None] + step
        inside = step < sizes[of][:, None]
        yield np.where(inside, order[np.where(inside, place, 0)], -1)


def _stack(
    rows: NDArray[np.intp],
    y: FloatArray,
    X: FloatArray,
    v: FloatArray,
    V: FloatArray | None,
    terms: tuple[Term, ...],
) -> Stack:
    there = rows >= 0
    both = there[:, :, None] & there[:, None, :]
    if V is None:
        cov = np.where(there, v[rows], 0.0)[:, :, None] * np.eye(rows.shape[1])
    else:
        cov = np.where(both, V[rows[:, :, None], rows[:, None, :]], 0.0)
    cov = cov + np.where(there, 0.0, 1.0)[:, :, None] * np.eye(rows.shape[1])
    A = [_patterns(term, rows) * both for term in terms]
    return Stack(
        rows=rows,
        y=np.where(there, y[rows], 0.0),
        X=np.where(there[:, :, None], X[rows], 0.0),
        V=cov,
        A=np.concatenate(A) if A else np.zeros((0, *cov.shape)),
    )


def _patterns(term: Term, rows: NDArray[np.intp]) -> FloatArray:
    outer, inner = term.outer[rows], term.inner[rows]
    same = outer[:, :, None] == outer[:, None, :]
    A: FloatArray = same * term.B[:, inner[:, :, None], inner[:, None, :]]
    return A


def dense(stacks_: tuple[Stack, ...], blocks: list[FloatArray], k: int) -> FloatArray:
    """Put blocks back into a matrix of the rows observed.

    Parameters
    ----------
    stacks_
        Where the blocks lie.
    blocks
        One array (g, n, n) for each stack.
    k
        Number of rows.

    Returns
    -------
    numpy.ndarray
        Shape (k, k), or its diagonal, shape (k,), when all else is 0.
    """
    if all(stack.rows.shape[1] == 1 for stack in stacks_):
        diagonal = np.empty(k)
        for stack, block in zip(stacks_, blocks, strict=True):
            diagonal[stack.rows[:, 0]] = block[:, 0, 0]
        return diagonal
    whole = np.zeros((k, k))
    for stack, block in zip(stacks_, blocks, strict=True):
        there = stack.rows >= 0
        g, i, j = np.nonzero(there[:, :, None] & there[:, None, :])
        whole[stack.rows[g, i], stack.rows[g, j]] = block[g, i, j]
    return whole
