"""What a recipe works with: the statement, its given numbers, its raw rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.errors import ClaimError
from mdmameta.records import Evidence
from mdmameta.schema import TABLES

__all__ = ["Material", "Row", "records", "rows_by_id"]

Row = Mapping[str, Any]


def rows_by_id(evidence: Evidence) -> dict[str, Row]:
    """Index the rows of every table by their names.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> rows_by_id(load_evidence("data/raw"))["pri-MP2"]["n"]
    12.0
    """
    found: dict[str, Row] = {}
    for name in TABLES:
        frame = evidence.to_frame(name)
        if "row_id" in frame:
            found.update({str(row["row_id"]): row for row in records(frame)})
    return found


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame with names as text.

    Examples
    --------
    >>> records(pd.DataFrame({"n": [8]}))
    [{'n': 8}]
    """
    return [
        {str(key): cell for key, cell in row.items()}
        for row in frame.to_dict("records")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A statement with everything that its recipe may use.

    Parameters
    ----------
    claim_id
        Name of the statement, for messages.
    evidence
        Checked tables.
    rows
        Raw rows, in the order that the statement names them.
    given
        Printed numbers that are used rather than recomputed.
    printed
        The others: only for recipes that ask what could be behind them.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> of = {"claim_id": "mine", "evidence": load_evidence("data/raw")}
    >>> material = Material(**of, rows=(), given={"n": 90.0})
    >>> material.number("n")
    90.0
    """

    claim_id: str
    evidence: Evidence
    rows: Sequence[Row]
    given: Mapping[str, float] = field(default_factory=dict)
    printed: Mapping[str, float] = field(default_factory=dict)

    def value(self, row: Row, column: str) -> float:
        """Return a number of a raw row.

        Raises
        ------
        ClaimError
            When the row has no such number.
        """
        found = row.get(column)
        if found is None or found == "" or pd.isna(found):
            raise ClaimError(
                f"claim {self.claim_id!r}: row {row['row_id']!r} has no {column}, "
                "which its recipe needs. Fill it in, name another row, or leave "
                "the recipe empty and say what is missing."
            )
        return float(found)

    def values(self, column: str, rows: Sequence[Row] | None = None) -> list[float]:
        """Return the numbers of one column over rows; all by default."""
        return [
            self.value(row, column) for row in (self.rows if rows is None else rows)
        ]

    def take(self, count: int) -> tuple[Row, ...]:
        """Return the rows when there are as many as the recipe needs.

        Raises
        ------
        ClaimError
            When there are not.
        """
        if len(self.rows) != count:
            raise ClaimError(
                f"claim {self.claim_id!r}: its recipe needs {count} rows and it names "
                f"{len(self.rows)}. Correct its column rows."
            )
        return tuple(self.rows)

    def number(self, quantity: str) -> float:
        """Return a printed number that is given.

        Raises
        ------
        ClaimError
            When the statement has none of that name.
        """
        if quantity not in self.given:
            raise ClaimError(
                f"claim {self.claim_id!r}: its recipe needs the given number "
                f"{quantity!r}. Add it to claim_numbers.csv with relation 'given'."
            )
        return self.given[quantity]

    def sd(self, row: Row) -> float:
        """Return the SD of a row of scores, from its standard error if need be."""
        printed = row.get("sd")
        if printed is not None and not pd.isna(printed):
            return float(printed)
        return self.value(row, "se") * float(np.sqrt(self.value(row, "n")))

    def role(self, row: Row) -> str:
        """Return the role of the arm of a row, or "study" if it has none.

        A medium dose counts as active, as its trials pool it.
        """
        arm = str(row.get("arm_id", ""))
        if not arm:
            return "study"
        arms = self.evidence.arms
        role = str(arms.loc[arms["arm_id"] == arm, "role"].iloc[0])
        return "active" if role in ("medium", "open_label") else role
