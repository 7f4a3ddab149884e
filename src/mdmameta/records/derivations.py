"""Rows computed from other rows: they exist, and none rests on itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from mdmameta.errors import Fault
from mdmameta.raw import RawTable
from mdmameta.records.links import split

__all__ = ["derivation_faults"]

_COLUMN = "derived_from"

#: Name of a row -> the rows that it was computed from.
Graph = Mapping[str, tuple[str, ...]]


def derivation_faults(tables: Mapping[str, RawTable]) -> list[Fault]:
    """List rows said to be computed from rows that do not exist, or from themselves.

    Parameters
    ----------
    tables
        Every table, as read.

    Returns
    -------
    list of Fault
        One a missing row, and one a cycle, at its row that comes first. Where a
        table could not be read at all, its rows are not called missing.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_tables
    >>> derivation_faults(read_tables(Path("data/raw")))
    []
    """
    places = {
        name: (raw.table.file, line)
        for raw in tables.values()
        if "row_id" in raw.table.names
        for line, name in raw.rows("row_id")
        if name
    }
    graph = {
        name: split(cell)
        for raw in tables.values()
        if _COLUMN in raw.table.names
        for _, name, cell in raw.rows("row_id", _COLUMN)
        if cell
    }
    unread = any(raw.faults and not raw.header for raw in tables.values())
    missing = () if unread else _missing(graph, places)
    return [*missing, *_cycles(graph, places)]


def _missing(graph: Graph, places: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    for row, named in graph.items():
        for name in named:
            if name not in places:
                close = get_close_matches(name, list(places), n=1)
                hint = f"Did you mean {close[0]}? " if close else ""
                cure = f"{hint}Name the row that the number was computed from."
                yield _fault(places[row], repr(name), "a row_id of any table", cure)


def _cycles(graph: Graph, places: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in graph:
        cycle = _cycle_from(row, graph)
        if cycle and not seen & set(cycle):
            yield _fault(
                places[cycle[0]],
                f"a cycle: {' <- '.join((*cycle, cycle[0]))}",
                "rows that rest on numbers read in a document in the end",
                "Take out the reference that is wrong; one of them was not computed.",
            )
        seen.update(cycle)


def _cycle_from(start: str, graph: Graph) -> tuple[str, ...]:
    """Return a way back to a row, or nothing; each row is visited once."""
    waiting: list[tuple[str, ...]] = [(start,)]
    visited: set[str] = set()
    while waiting:
        way = waiting.pop()
        for name in graph.get(way[-1], ()):
            if name == start:
                return way
            if name not in visited:
                visited.add(name)
                waiting.append((*way, name))
    return ()


def _fault(place: tuple[str, int], found: str, allowed: str, cure: str) -> Fault:
    file, row = place
    return Fault(
        file=file, row=row, column=_COLUMN, found=found, allowed=allowed, cure=cure
    )
