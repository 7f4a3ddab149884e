"""Tables of results: scores and counts."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import (
    ARM,
    COMPUTED,
    COMPUTED_FROM,
    NOTE,
    PERIOD,
    PREFERRED,
    ROW,
    SCOPE,
    STUDY,
    TIMEPOINT,
    provenance,
)

__all__ = ["BINARY", "CONTINUOUS", "TOTALS"]

_WEEKS = Column(
    name="weeks",
    meaning="Weeks from baseline, often approximate.",
    type="number",
    unit="weeks",
    minimum=0,
)

CONTINUOUS = Table(
    name="continuous",
    meaning="Scores of one arm on one instrument at one time, as printed.",
    identity=(
        "study_id",
        "arm_id",
        "instrument",
        "timepoint",
        "stat",
        "analysis_set",
    ),
    columns=(
        STUDY,
        Column(name="arm_id", meaning="Arm.", required=True, refers="arms.arm_id"),
        Column(
            name="instrument",
            meaning="Instrument.",
            required=True,
            refers="instruments.instrument",
        ),
        TIMEPOINT,
        _WEEKS,
        Column(
            name="stat",
            meaning=(
                "What the mean is of: scores at baseline, scores at a later time, "
                "changes from baseline, or a model's estimate of change."
            ),
            required=True,
            allowed=("baseline", "endpoint", "change", "lsmean_change"),
        ),
        Column(name="n", meaning="People assessed.", type="integer", minimum=2),
        Column(
            name="mean",
            meaning="Mean, or model estimate.",
            type="number",
            required=True,
        ),
        Column(
            name="sd",
            meaning="Standard deviation, only where it is printed.",
            type="number",
            above=0,
        ),
        Column(
            name="se",
            meaning="Standard error of the mean, only where it is printed.",
            type="number",
            above=0,
        ),
        *provenance(),
        ROW,
        Column(name="ci_low", meaning="Lower 95 % limit, as printed.", type="number"),
        Column(name="ci_high", meaning="Upper 95 % limit, as printed.", type="number"),
        Column(
            name="analysis_set",
            meaning="Who was analysed.",
            refers="analysis_sets.analysis_set",
        ),
        PERIOD,
        Column(
            name="rater",
            meaning="Who rated.",
            allowed=("clinician", "self", "observer"),
        ),
        PREFERRED,
        COMPUTED,
        COMPUTED_FROM,
        NOTE,
    ),
)

BINARY = Table(
    name="binary",
    meaning="Events of one arm, or of a trial where only its total is known.",
    identity=("study_id", "arm_id", "outcome", "timepoint", "definition_code", "unit"),
    columns=(
        STUDY,
        ARM,
        Column(
            name="outcome",
            meaning="Event counted.",
            required=True,
            refers="instruments.instrument",
        ),
        TIMEPOINT,
        _WEEKS,
        Column(
            name="events",
            meaning="People with the event, or events (see unit).",
            type="integer",
            required=True,
            minimum=0,
        ),
        Column(
            name="n",
            meaning="People counted.",
            type="integer",
            required=True,
            minimum=1,
        ),
        *provenance(),
        ROW,
        SCOPE,
        Column(
            name="definition_code",
            meaning="Short name of the definition.",
            refers="definitions.definition_code",
        ),
        Column(name="definition", meaning="When an event counts as one."),
        Column(
            name="unit",
            meaning="Whether people or events are counted.",
            allowed=("participants", "events"),
            default="participants",
        ),
        PERIOD,
        PREFERRED,
        COMPUTED,
        COMPUTED_FROM,
        NOTE,
    ),
)

TOTALS = Table(
    name="totals",
    meaning="Scores that a document prints for several arms together.",
    identity=("study_id", "arm_ids", "instrument", "timepoint", "stat"),
    columns=(
        STUDY,
        Column(
            name="arm_ids",
            meaning="Arms counted together, separated by ';'.",
            required=True,
            refers="arms.arm_id",
            many=True,
        ),
        Column(
            name="instrument",
            meaning="Instrument.",
            required=True,
            refers="instruments.instrument",
        ),
        TIMEPOINT,
        Column(
            name="stat",
            meaning="What the mean is of.",
            required=True,
            allowed=("baseline", "endpoint", "change"),
        ),
        Column(name="n", meaning="People.", type="integer", minimum=2),
        Column(name="mean", meaning="Mean.", type="number", required=True),
        Column(name="sd", meaning="Standard deviation.", type="number", above=0),
        *provenance(),
        ROW,
        NOTE,
    ),
)
