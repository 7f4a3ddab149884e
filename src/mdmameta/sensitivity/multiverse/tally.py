"""Sums over all specifications, taken chunk by chunk in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.multiverse.block import Block
from mdmameta.sensitivity.multiverse.graph import Codes, Graph


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Tally:
    """Sums over n specifications, with one column an option of any choice.

    Parameters
    ----------
    n
        Specifications.
    gram
        How often two options stand together, shape (P, P).
    sums, squares
        Sums of centred estimates by option, shape (P,), and of their squares.
    total, centre
        Sum of centred estimates, and what was subtracted.
    excluding
        Intervals that exclude zero by option, shape (P,).
    below, above
        Intervals wholly below, and wholly above, each threshold, shape (t,).
    main
        Results of the main analysis by name.
    """

    n: int
    gram: FloatArray
    sums: FloatArray
    squares: float
    total: float
    centre: float
    excluding: FloatArray
    below: NDArray[np.int64]
    above: NDArray[np.int64]
    main: Mapping[str, float | int | bool]


def tally(
    blocks: Iterable[Block],
    graph: Graph,
    main_id: int,
    centre: float,
    thresholds: FloatArray,
) -> Tally:
    """Sum over blocks, in their order.

    Parameters
    ----------
    blocks
        Of all specifications.
    graph
        Its choices.
    main_id
        spec_id of the main analysis.
    centre
        Any estimate, subtracted from all so that squares keep their digits.
    thresholds
        Values that intervals are compared with, shape (t,).
    """
    columns = sum(len(choice.options) for choice in graph.choices)
    n, total, squares = 0, 0.0, 0.0
    gram, sums = np.zeros((columns, columns)), np.zeros(columns)
    excluding = np.zeros(columns)
    below, above = (np.zeros(thresholds.size, np.int64) for _ in range(2))
    main: dict[str, float | int | bool] = {}
    for block in blocks:
        X, y = indicators(graph, block.codes), block.value - centre
        beyond = (block.ci_low > 0) | (block.ci_high < 0)
        n, total = n + len(block), total + float(y.sum())
        squares += float(y @ y)
        gram, sums = gram + X.T @ X, sums + y @ X
        excluding = excluding + beyond @ X
        below = below + (block.ci_high[:, None] < thresholds).sum(axis=0)
        above = above + (block.ci_low[:, None] > thresholds).sum(axis=0)
        main |= _row(block, main_id)
    return Tally(
        n=n,
        gram=gram,
        sums=sums,
        squares=squares,
        total=total,
        centre=centre,
        excluding=excluding,
        below=below,
        above=above,
        main=main,
    )


def indicators(graph: Graph, codes: Codes) -> FloatArray:
    """Return 1 where a specification has an option, else 0, shape (n, P)."""
    parts = [
        codes[:, i, None] == np.arange(len(choice.options))
        for i, choice in enumerate(graph.choices)
    ]
    return np.concatenate(parts, axis=1).astype(float)


def columns_of(graph: Graph) -> list[slice]:
    """Place of the options of each choice among all of them."""
    ends = np.cumsum([0, *(len(choice.options) for choice in graph.choices)])
    return [slice(int(low), int(high)) for low, high in pairwise(ends)]


def _row(block: Block, spec_id: int) -> dict[str, float | int | bool]:
    at = np.flatnonzero(block.spec_id == spec_id)
    if not at.size:
        return {}
    names = ("k", "value", "se", "ci_low", "ci_high", "tau2", "converged")
    return {name: getattr(block, name)[at[0]].item() for name in names}
