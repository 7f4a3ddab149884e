"""Tables of the terms that other tables use: times, analysis sets, definitions."""

from __future__ import annotations

from dataclasses import replace

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import COMPUTED, NOTE, ROW, STUDY, TIMEPOINT, provenance

__all__ = ["ANALYSIS_SETS", "DEFINITIONS", "TIMEPOINTS"]

TIMEPOINTS = Table(
    name="timepoints",
    meaning="A time of assessment in one trial; the label is what other tables use.",
    identity=("study_id", "timepoint"),
    columns=(
        replace(
            STUDY,
            meaning="Trial; empty for a label that speaks of several trials.",
            required=False,
        ),
        TIMEPOINT,
        Column(
            name="weeks",
            meaning="Weeks from baseline, often approximate.",
            type="number",
            unit="weeks",
            minimum=0,
        ),
        Column(
            name="weeks_since_dose",
            meaning="Weeks from the last dose of the drug or its control.",
            type="number",
            unit="weeks",
            minimum=0,
        ),
        Column(
            name="blinded",
            meaning="Whether participants had not yet been told their arm.",
            required=True,
            allowed=("yes", "no"),
        ),
        Column(
            name="crossover",
            meaning="Where the time stands to a crossover of controls to the drug.",
            required=True,
            allowed=("before", "after", "spans", "none"),
        ),
        Column(
            name="alternative",
            meaning="For which question it may stand in place of the primary time.",
            allowed=("after_two_sessions", "disputed_primary"),
        ),
        *provenance(required=False),
        ROW,
        COMPUTED,
        NOTE,
    ),
)

ANALYSIS_SETS = Table(
    name="analysis_sets",
    meaning="Who was analysed, by the short name that other tables use.",
    identity=("analysis_set",),
    columns=(
        Column(name="analysis_set", meaning="Name.", required=True, unique=True),
        Column(name="meaning", meaning="Who is in it.", required=True),
        NOTE,
    ),
)

DEFINITIONS = Table(
    name="definitions",
    meaning="When an event counts as one, by the short name that other tables use.",
    identity=("definition_code",),
    columns=(
        Column(name="definition_code", meaning="Name.", required=True, unique=True),
        Column(
            name="outcome",
            meaning="Event defined.",
            required=True,
            refers="instruments.instrument",
        ),
        Column(name="meaning", meaning="When an event counts as one.", required=True),
        NOTE,
    ),
)
