"""The table that results are judged by: differences called important."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import NOTE, ROW, provenance

__all__ = ["THRESHOLDS"]

THRESHOLDS = Table(
    name="thresholds",
    meaning="A difference that somebody has called important, or a yardstick.",
    identity=("threshold_id",),
    columns=(
        Column(name="threshold_id", meaning="Name.", required=True, unique=True),
        Column(name="label", meaning="Name as a reader sees it.", required=True),
        Column(
            name="measure",
            meaning="Scale of the size; without sign.",
            required=True,
            allowed=("SMD", "MD"),
        ),
        Column(name="instrument", meaning="Instrument, where the size is in points."),
        Column(
            name="size",
            meaning="Size of the difference.",
            type="number",
            required=True,
            above=0,
        ),
        Column(
            name="kind",
            meaning=(
                "between_groups: proposed for a contrast; within_person: for a "
                "change; comparator: a contrast found for another treatment."
            ),
            required=True,
            allowed=("between_groups", "within_person", "comparator"),
        ),
        *provenance(),
        ROW,
        NOTE,
    ),
)
