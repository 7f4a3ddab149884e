"""Raw rows: where each stands in its file, what it holds, and how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.lineage.node import Node
from mdmameta.raw import read_table
from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.schema import TABLES

__all__ = ["Rows"]

#: Columns that are said elsewhere in a node.
_SAID = frozenset({"row_id", "source_id", "locator", "verification", "note"})

#: Columns that say what a row is about, in the order of a title.
_ABOUT = (
    "arm_id", "study_id", "claim_id", "review_id", "label", "instrument", "outcome",
    "timepoint", "stat",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Rows:
    """Every row of the tables by its name.

    Parameters
    ----------
    evidence
        Checked tables.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> rows = Rows(load_evidence("data/raw"))
    >>> rows.node("pri-MP2").id, rows.line("pri-MP2")
    ('prior_use:pri-MP2', 3)
    """

    evidence: Evidence

    @cached_property
    def status(self) -> Mapping[str, Mapping[Any, str]]:
        """Name of a row -> its table, verification, standing and sources."""
        frame = self.evidence.status_of().set_index("row_id")
        return {str(name): row for name, row in frame.to_dict("index").items()}

    @cached_property
    def _cells(self) -> dict[str, dict[str, Any]]:
        return {}

    def cells(self, row_id: str) -> Mapping[str, Any]:
        """Return the cells of a row by column, empty ones left out."""
        table = self.status[row_id]["table"]
        if row_id not in self._cells:
            for row in self.evidence.to_frame(table).to_dict("records"):
                filled = {str(k): _plain(x) for k, x in row.items() if not _empty(x)}
                self._cells[str(row["row_id"])] = filled
        return self._cells[row_id]

    def sources(self, row_id: str) -> tuple[str, ...]:
        """Return the source ids of a row."""
        return split(self.status[row_id]["source_id"])

    def made_from(self, row_id: str) -> tuple[str, ...]:
        """Return the rows that columns of a row were computed from."""
        return split(str(self.cells(row_id).get("derived_from", "")))

    @cached_property
    def made_into(self) -> Mapping[str, tuple[str, ...]]:
        """Name of a row -> rows that were computed from it."""
        found: dict[str, tuple[str, ...]] = {}
        for table in dict.fromkeys(row["table"] for row in self.status.values()):
            frame = self.evidence.to_frame(table)
            for row, cell in zip(
                frame["row_id"], frame.get("derived_from", ()), strict=False
            ):
                for other in split(cell):
                    found[other] = (*found.get(other, ()), str(row))
        return found

    def line(self, row_id: str) -> int | None:
        """Return the line of a row in its file, or None when there is no file."""
        return self._lines(self.status[row_id]["table"]).get(row_id)

    @cached_property
    def _read(self) -> dict[str, dict[str, int]]:
        return {}

    def _lines(self, table: str) -> dict[str, int]:
        if table not in self._read:
            names = self.evidence.to_frame(table)["row_id"]
            file = read_table(self.evidence.path, TABLES[table]).frame
            same = len(file) == len(names)
            places = zip(names, file.index, strict=True) if same else ()
            self._read[table] = {str(name): int(line) for name, line in places}
        return self._read[table]

    def node(self, row_id: str, marks: tuple[str, ...] = ()) -> Node:
        """Return a row as a node of the graph.

        Parameters
        ----------
        row_id
            Name of the row.
        marks
            What must be known of the documents behind it.
        """
        known, cells = self.status[row_id], self.cells(row_id)
        table, line = known["table"], self.line(row_id)
        numbers = {k: x for k, x in cells.items() if k not in _SAID}
        computed = split(str(cells.get("derived_columns", "")))
        place = TABLES[table].file + ("" if line is None else f":{line}")
        values = {k: x for k, x in numbers.items() if isinstance(x, int | float)}
        about = [str(cells[name]) for name in _ABOUT if name in cells][:4]
        shown = ", ".join(f"{k} {x:g}" for k, x in values.items() if k != "weeks")
        return Node(
            id=f"{table}:{row_id}",
            kind="row",
            title=f"{place} [{known['verification']}] {', '.join(about)}: {shown}",
            facts={
                "file": TABLES[table].file,
                "line": line,
                "row_id": row_id,
                "cells": numbers,
                "locator": cells.get("locator", ""),
                "verification": known["verification"],
                "sources": list(self.sources(row_id)),
                "note": cells.get("note", ""),
            },
            formulas=tuple(
                f"{column} was computed, not read: {cells.get('note', 'see the row')}"
                for column in computed
            ),
            marks=marks,
        )


def _empty(x: Any) -> bool:
    return x == "" or (isinstance(x, float) and np.isnan(x)) or x is pd.NA


def _plain(x: Any) -> Any:
    if isinstance(x, np.generic):
        x = x.item()
    return int(x) if isinstance(x, float) and x.is_integer() else x
