"""The same people or numbers in two rows: conflicts, copies, pooled twice."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["conflicts", "copies", "repeated"]


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


def _others(row: Scores, group: list[Scores]) -> str:
    return ", ".join(r.row_id for r in group if r.row_id != row.row_id)


def repeated(evidence: Evidence) -> Iterator[Finding]:
    """No participants enter a pooled result twice as if they were others."""
    models = dict(evidence.reviews[["review_id", "model"]].to_numpy())
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(evidence.review_inputs):
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
