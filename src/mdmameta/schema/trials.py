"""Tables of trials, arms and instruments."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import (
    COMPUTED,
    COMPUTED_FROM,
    NOTE,
    ROW,
    STUDY,
    concern,
    provenance,
)

__all__ = ["ARMS", "INSTRUMENTS", "STUDIES"]

STUDIES = Table(
    name="studies",
    meaning="A trial; pooled papers are sources, not trials.",
    identity=("study_id",),
    columns=(
        Column(
            name="study_id", meaning="Name of the trial.", required=True, unique=True
        ),
        Column(name="label", meaning="Label in tables and figures.", required=True),
        Column(name="sponsor_code", meaning="Code that the sponsor uses."),
        Column(name="registry_id", meaning="NCT or EudraCT number."),
        Column(
            name="phase",
            meaning="Phase of development.",
            allowed=("1", "1/2", "2", "2a", "2b", "2/3", "3", "4"),
        ),
        Column(
            name="year",
            meaning="Year of the main publication.",
            type="integer",
            minimum=1900,
            maximum=2100,
        ),
        Column(name="country", meaning="Countries and places."),
        Column(name="condition", meaning="Condition treated.", required=True),
        Column(name="population", meaning="Who took part."),
        Column(
            name="design",
            meaning="Whether arms were randomised.",
            allowed=("randomised", "single_arm", "observational"),
        ),
        Column(name="design_text", meaning="Design in words."),
        Column(
            name="blinding",
            meaning="Blinding as planned.",
            allowed=("double_blind", "single_blind", "open_label"),
        ),
        Column(name="blinding_text", meaning="Blinding in words."),
        Column(
            name="control_type",
            meaning="Whether the control was inactive or a low dose of the drug.",
            allowed=("inactive", "low_dose", "none"),
        ),
        Column(name="control", meaning="Control in words."),
        Column(name="n_enrolled", meaning="Enrolled.", type="integer", minimum=0),
        Column(name="n_randomised", meaning="Randomised.", type="integer", minimum=0),
        Column(
            name="sessions_blinded",
            meaning="Drug sessions before any unblinding.",
            type="integer",
            minimum=0,
        ),
        Column(
            name="age_mean", meaning="Mean age.", type="number", unit="years", above=0
        ),
        Column(
            name="age_sd", meaning="SD of age.", type="number", unit="years", above=0
        ),
        Column(
            name="pct_female",
            meaning="Women.",
            type="number",
            unit="percent",
            minimum=0,
            maximum=100,
        ),
        Column(
            name="primary_instrument",
            meaning="Instrument of the primary outcome, if it is in these tables.",
            refers="instruments.instrument",
        ),
        Column(
            name="primary_timepoint",
            meaning="The one primary time, by its label in the other tables.",
        ),
        Column(
            name="status",
            meaning="What became of the trial.",
            allowed=("completed", "terminated", "stopped", "unreported"),
            default="completed",
        ),
        *concern("the trial"),
        *provenance(),
        ROW,
        NOTE,
    ),
)

ARMS = Table(
    name="arms",
    meaning="An arm of a trial.",
    identity=("arm_id",),
    columns=(
        STUDY,
        Column(name="arm_id", meaning="Name of the arm.", required=True, unique=True),
        Column(
            name="role",
            meaning="Part of the arm in a contrast; open_label is in none.",
            required=True,
            allowed=("active", "medium", "control", "open_label"),
        ),
        Column(
            name="dose_mg",
            meaning="Highest scheduled first dose of a session, without supplement.",
            type="number",
            unit="mg",
            minimum=0,
        ),
        Column(name="dose_text", meaning="Dose in words, where it varied."),
        Column(name="supplemental_text", meaning="Supplemental dose, mg."),
        Column(name="n_randomised", meaning="Randomised.", type="integer", minimum=0),
        Column(
            name="n_treated",
            meaning="Received at least one dose.",
            type="integer",
            minimum=0,
        ),
        Column(
            name="n_primary_assessed",
            meaning="Assessed at the primary time.",
            type="integer",
            minimum=0,
        ),
        *provenance(),
        ROW,
        COMPUTED,
        COMPUTED_FROM,
        NOTE,
    ),
)

INSTRUMENTS = Table(
    name="instruments",
    meaning="A scale or a kind of event, with the direction that is better.",
    identity=("instrument",),
    columns=(
        Column(
            name="instrument",
            meaning="Name in the outcome tables.",
            required=True,
            unique=True,
        ),
        Column(name="label", meaning="Name in full.", required=True),
        Column(
            name="kind",
            meaning="Scores, or events that are counted.",
            required=True,
            allowed=("scale", "event"),
        ),
        Column(name="outcome", meaning="What it measures."),
        Column(
            name="direction",
            meaning="Which way is better for the patient.",
            required=True,
            allowed=("lower", "higher"),
        ),
        Column(name="min", meaning="Lowest possible score.", type="number"),
        Column(name="max", meaning="Highest possible score.", type="number"),
        Column(
            name="rater",
            meaning="Who rates it.",
            allowed=("clinician", "self", "observer"),
        ),
        *provenance(required=False),
        ROW,
        NOTE,
    ),
)
