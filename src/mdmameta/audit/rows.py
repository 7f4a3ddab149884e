"""Rows of scores with their places, in the form that rules compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, sqrt
from typing import Any

import numpy as np

from mdmameta.audit.finding import Finding, Severity
from mdmameta.records import Evidence

__all__ = ["Scores", "by", "records", "report", "scores"]


def records(evidence: Evidence, table: str) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries, each with its ``line`` in the file."""
    kept = _kept(evidence)
    if table not in kept:
        frame = evidence.to_frame(table)
        columns = [frame[name].tolist() for name in frame]
        names = [*map(str, frame), "line"]
        lines = evidence.lines(table)
        kept[table] = [
            dict(zip(names, cells, strict=True))
            for cells in zip(*columns, lines, strict=True)
        ]
    rows: list[dict[str, Any]] = kept[table]
    return rows


#: Tables that were read last: some twenty rules read the same ones in turn.
_LAST: list[tuple[Evidence, dict[str, Any]]] = []


def _kept(evidence: Evidence) -> dict[str, Any]:
    for known, kept in _LAST:
        if known is evidence:
            return kept
    kept = {}
    _LAST[:] = [(evidence, kept)]
    return kept


@dataclass(frozen=True)
class Scores:
    """One row of the table of scores.

    Parameters
    ----------
    row
        Cells by column, and ``line``.
    """

    row: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def spread(self) -> float:
        """SD as printed, or as the standard error implies; else NaN."""
        if not isnan(self.row["sd"]):
            return float(self.row["sd"])
        return float(self.row["se"] * sqrt(self.row["n"]))

    @property
    def spread_column(self) -> str:
        """Column that the spread was read from."""
        return "se" if isnan(self.row["sd"]) else "sd"

    @property
    def kept(self) -> bool:
        """Whether analyses may use the row."""
        return bool(self.row["preferred"] != "no")

    @property
    def arm(self) -> tuple[str, str, str]:
        """Trial, arm and instrument."""
        return (self.row["study_id"], self.row["arm_id"], self.row["instrument"])

    @property
    def moment(self) -> tuple[str, str]:
        """Time point and stat."""
        return (self.row["timepoint"], self.row["stat"])


def scores(evidence: Evidence) -> Sequence[Scores]:
    """Rows of scores, in the order of the file."""
    kept = _kept(evidence)
    if "scores" not in kept:
        kept["scores"] = [Scores(row) for row in records(evidence, "continuous")]
    found: Sequence[Scores] = kept["scores"]
    return found


def report(
    rule: str,
    row: Mapping[str, Any] | Scores,
    column: str,
    message: str,
    *,
    file: str = "continuous.csv",
    severity: Severity = "error",
    evidence: Mapping[str, Any] | None = None,
) -> Finding:
    """Make a finding; one about a row set aside is at most a warning."""
    cells = row.row if isinstance(row, Scores) else row
    if severity == "error" and cells.get("preferred", "yes") == "no":
        severity = "warning"
    return Finding(
        rule=rule,
        severity=severity,
        file=file,
        row=int(cells["line"]),
        column=column,
        row_id=str(cells.get("row_id", "")),
        message=message,
        evidence={k: _plain(v) for k, v in (evidence or {}).items()},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.6g}") if np.isfinite(value) else None
    return value


def by(rows: Iterable[Scores], key: Any) -> dict[Any, list[Scores]]:
    """Group rows by an attribute's name or a function of a row."""
    found: dict[Any, list[Scores]] = {}
    for row in rows:
        found.setdefault(key(row) if callable(key) else getattr(row, key), []).append(
            row
        )
    return found
