"""Tables around the trials: risk of bias, benchmark rates, regulators."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import COMPUTED, NOTE, ROW, STUDY, provenance

__all__ = ["BENCHMARKS", "REGULATORS", "RISK_OF_BIAS"]

_JUDGEMENT = ("Low", "Some concerns", "High")


def _domain(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=meaning, required=True, allowed=_JUDGEMENT)


RISK_OF_BIAS = Table(
    name="risk_of_bias",
    meaning="Risk of bias of one trial as one rater judged it.",
    identity=("study_id", "tool", "rater"),
    columns=(
        STUDY,
        Column(name="tool", meaning="Instrument.", required=True, allowed=("RoB 2",)),
        Column(name="rater", meaning="Who judged.", required=True),
        _domain("randomisation", "Bias from the randomisation process."),
        _domain("deviations", "Bias from deviations from intended interventions."),
        _domain("missing_data", "Bias from missing outcome data."),
        _domain("measurement", "Bias in the measurement of the outcome."),
        _domain("reporting", "Bias in the selection of the reported result."),
        _domain("overall", "Overall risk of bias."),
        *provenance(),
        ROW,
        NOTE,
    ),
)

BENCHMARKS = Table(
    name="benchmarks",
    meaning="A rate elsewhere that a reader may want beside these trials'.",
    identity=("benchmark_id",),
    columns=(
        Column(name="benchmark_id", meaning="Name.", required=True, unique=True),
        Column(name="quantity", meaning="What is measured.", required=True),
        Column(name="population", meaning="In whom.", required=True),
        Column(name="value", meaning="Value.", type="number", required=True),
        Column(name="ci_low", meaning="Lower 95 % limit.", type="number"),
        Column(name="ci_high", meaning="Upper 95 % limit.", type="number"),
        Column(
            name="unit",
            meaning="Unit of the value.",
            required=True,
            allowed=("percent",),
        ),
        Column(name="k", meaning="Studies pooled.", type="integer", minimum=1),
        *provenance(),
        ROW,
        COMPUTED,
        NOTE,
    ),
)

REGULATORS = Table(
    name="regulators",
    meaning="A vote, decision or concern of a body that judged the evidence.",
    identity=("event_id",),
    columns=(
        Column(name="event_id", meaning="Name.", required=True, unique=True),
        Column(name="body", meaning="Who judged.", required=True),
        Column(
            name="date",
            meaning="When.",
            pattern=r"\d{4}(-\d{2}(-\d{2})?)?",
            form="YYYY-MM-DD, YYYY-MM or YYYY",
        ),
        Column(
            name="kind",
            meaning="Kind of judgement.",
            required=True,
            allowed=("vote", "decision", "concern"),
        ),
        Column(name="statement", meaning="What was asked or said.", required=True),
        Column(name="votes_yes", meaning="Votes for.", type="integer", minimum=0),
        Column(name="votes_no", meaning="Votes against.", type="integer", minimum=0),
        *provenance(),
        ROW,
        NOTE,
    ),
)
