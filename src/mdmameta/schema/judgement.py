"""Tables that results are judged by: thresholds and published results."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import NOTE, ROW, provenance

__all__ = ["PUBLISHED", "THRESHOLDS"]

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

PUBLISHED = Table(
    name="published",
    meaning="A printed result and the result here that should reproduce it.",
    identity=("claim_id",),
    columns=(
        Column(name="claim_id", meaning="Name.", required=True, unique=True),
        Column(name="statement", meaning="What is claimed.", required=True),
        Column(
            name="result_id",
            meaning="Id of the result here, as in results.json.",
            required=True,
        ),
        Column(name="quantity", meaning="Field of the result.", required=True),
        Column(
            name="scale",
            meaning="exp where a ratio is printed and its logarithm computed.",
            allowed=("identity", "exp"),
            default="identity",
        ),
        Column(
            name="value", meaning="Number as printed.", type="number", required=True
        ),
        Column(
            name="digits",
            meaning="Decimals printed, padded zeros included.",
            type="integer",
            minimum=0,
            required=True,
        ),
        *provenance(),
        ROW,
        NOTE,
    ),
)
