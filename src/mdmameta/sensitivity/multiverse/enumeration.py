"""Specifications in a stable order, some at a time, pruned by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mdmameta.sensitivity.multiverse.graph import Codes, Graph, Rule
from mdmameta.sensitivity.multiverse.universe import Universe

Rows = NDArray[np.int64]

Whole = TypeVar("Whole", Codes, Rows)

#: Rows that a stage works on at once, so that memory does not grow with the
#: number of specifications.
BLOCK = 4096


def combinations(graph: Graph, stages: int) -> Codes:
    """Options of the first choices in rising order, those ruled out left out.

    Parameters
    ----------
    graph
        Choices and rules.
    stages
        How many of the choices.

    Returns
    -------
    numpy.ndarray
        Shape (n, stages).
    """
    codes = np.zeros((1, 0), dtype=np.int16)
    for level in range(stages):
        codes = _crossed(codes, len(graph.choices[level].options))
        for rule in _rules_at(graph, level):
            codes = codes[~_broken(graph, rule, codes)]
    return codes


def chunks(universe: Universe, size: int) -> Iterator[Rows]:
    """Yield every specification, ``size`` at a time, in the order of spec_id.

    Parameters
    ----------
    universe
        Sets, layers and rules.
    size
        Rows of each chunk but the last.

    Yields
    ------
    numpy.ndarray
        Set, then the option of each later choice, shape (n, 1 + later).
    """
    waiting: list[Rows] = []
    there = 0
    for block in _grown(universe, _first(universe), universe.sets):
        waiting.append(block)
        there += len(block)
        while there >= size:
            together = np.concatenate(waiting)
            yield together[:size]
            waiting, there = [together[size:]], there - size
    if there:
        yield np.concatenate(waiting)


def full_codes(universe: Universe, rows: Rows) -> Codes:
    """Options at every choice of the graph, shape (n, choices)."""
    made = universe.codes[rows[:, 0]]
    return np.concatenate([made, rows[:, 1:].astype(np.int16)], axis=1)


def count(universe: Universe) -> int:
    """Count the specifications."""
    return sum(len(b) for b in _grown(universe, _first(universe), universe.sets))


def _first(universe: Universe) -> Rows:
    return np.arange(len(universe.codes), dtype=np.int64)[:, None]


def _grown(universe: Universe, rows: Rows, level: int) -> Iterator[Rows]:
    """Settle one choice after another, depth first, so that the order holds."""
    graph = universe.graph
    if level == len(graph.choices):
        yield rows
        return
    width = len(graph.choices[level].options)
    step = max(1, BLOCK // width)
    for start in range(0, len(rows), step):
        grown = _crossed(rows[start : start + step], width)
        kept = grown[_allowed(universe, grown, level)]
        if len(kept):
            yield from _grown(universe, kept, level + 1)


def _allowed(universe: Universe, rows: Rows, level: int) -> NDArray[np.bool_]:
    kept = np.ones(len(rows), dtype=bool)
    layer = level - universe.sets
    if layer < len(universe.layers):
        kept &= universe.layers[layer].allowed[rows[:, 0], rows[:, -1]]
    codes = full_codes(universe, rows)
    for rule in _rules_at(universe.graph, level):
        kept &= ~_broken(universe.graph, rule, codes)
    return kept


def _crossed(rows: Whole, width: int) -> Whole:
    before = np.repeat(rows, width, axis=0)
    last = np.tile(np.arange(width, dtype=rows.dtype), len(rows))
    return np.column_stack([before, last])


def _rules_at(graph: Graph, level: int) -> list[Rule]:
    """Rules whose last choice is the one at a level."""
    place = graph.place
    return [r for r in graph.rules if max(place[name] for name in r.when) == level]


def _broken(graph: Graph, rule: Rule, codes: Codes) -> NDArray[np.bool_]:
    broken = np.ones(len(codes), dtype=bool)
    for choice, options in rule.when.items():
        wanted = [graph.code(choice, option) for option in options]
        broken &= np.isin(codes[:, graph.place[choice]], wanted)
    return broken
