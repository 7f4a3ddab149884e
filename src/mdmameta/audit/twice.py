"""The same people or numbers in two rows: conflicts, copies, pooled twice."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from mdmameta.audit.changes import confirmed
from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import decimals, half_unit
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["conflicts", "copies", "means_repeated", "repeated"]


def conflicts(evidence: Evidence) -> Iterator[Finding]:
    """Two sources of one number say the same."""
    rows = [r for r in scores(evidence) if r.verification != "unverified"]
    for group in by(rows, lambda r: (r.arm, r.moment, r.analysis_set)).values():
        for row in group:
            if row.kept:
                continue
            for other in (r for r in group if r.kept):
                yield from _conflict(row, other)


def _conflict(row: Scores, other: Scores) -> Iterator[Finding]:
    for column in ("n", "mean", "spread"):
        ours, theirs = getattr(row, column), getattr(other, column)
        unit = half_unit(ours, theirs) if column == "mean" else 0.0
        if column == "spread":
            unit = 0.05 * theirs
        if not isnan(ours - theirs) and abs(ours - theirs) > unit:
            cell = row.spread_column if column == "spread" else column
            yield report(
                "conflict",
                row,
                cell,
                f"{_named(column)} {ours:.4g} here and {theirs:.4g} in {other.row_id}, "
                "which is preferred.",
                severity="warning",
                evidence={"here": ours, "there": theirs, "preferred": other.row_id},
            )


def _named(column: str) -> str:
    return {"n": "n is", "mean": "The mean is", "spread": "The SD is"}[column]


def copies(evidence: Evidence) -> Iterator[Finding]:
    """Two arms or times do not have the same n, mean and SD."""
    rows = [r for r in scores(evidence) if r.kept and not isnan(r.spread)]
    for group in by(rows, lambda r: (r.n, r.mean, round(r.spread, 6))).values():
        places = {(r.arm, r.moment) for r in group}
        if len(places) > 1:
            for row in group:
                yield report(
                    "copy",
                    row,
                    "mean",
                    f"n, mean and SD are also those of {_others(row, group)}.",
                    severity="warning",
                    evidence={"rows": [r.row_id for r in group]},
                )


def means_repeated(evidence: Evidence) -> Iterator[Finding]:
    """A mean is not also that of another arm, or of another time of the arm.

    Means to a decimal hardly coincide; a number typed from the neighbouring cell
    does. Not said of a mean that baseline, endpoint and change confirm. Identical
    results are a check of INSPECT-SR (Wilkinson 2024,
    doi:10.1136/bmjopen-2024-084164).
    """
    rows = [r for r in scores(evidence) if r.kept and r.verification != "unverified"]
    sure = confirmed(evidence)
    for group in by(rows, lambda r: (r.study_id, r.instrument, r.stat)).values():
        if not any(decimals(r.mean) for r in group):
            continue
        for row in (r for r in group if r.row_id not in sure):
            same = [r for r in group if r.mean == row.mean and _is_neighbour(row, r)]
            if same:
                yield report(
                    "mean-repeated",
                    row,
                    "mean",
                    f"The mean {row.mean:g} is also that of {_others(row, same)}: "
                    "typed from the wrong cell?",
                    severity="warning",
                    evidence={"rows": [r.row_id for r in same], "mean": row.mean},
                )


def _is_neighbour(row: Scores, other: Scores) -> bool:
    """Whether rows are in one line or column of a table: one arm, or one time."""
    arm, time = other.arm_id == row.arm_id, other.timepoint == row.timepoint
    return bool(arm != time)


def _others(row: Scores, group: list[Scores]) -> str:
    return ", ".join(r.row_id for r in group if r.row_id != row.row_id)


def repeated(evidence: Evidence) -> Iterator[Finding]:
    """No participants enter a pooled result twice as if they were others."""
    models = dict(evidence.reviews[["review_id", "model"]].to_numpy())
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(evidence, "review_inputs"):
        place = (row["review_id"], row["study_id"])
        levels = any(word in models[place[0]] for word in ("level", "CHE", "robust"))
        if row["study_id"] and place in seen and not levels:
            yield report(
                "repeated",
                row,
                "study_id",
                f"The participants of {row['study_id']} are pooled twice, also as "
                f"{seen[place]['label']!r}.",
                file="review_inputs.csv",
                severity="warning",
                evidence={"labels": [seen[place]["label"], row["label"]]},
            )
        seen.setdefault(place, row)
