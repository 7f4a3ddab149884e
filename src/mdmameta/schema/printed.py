"""Tables of effects as others printed them: contrasts, reviews and their inputs."""

from __future__ import annotations

from dataclasses import replace

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import (
    COMPUTED,
    NOTE,
    PERIOD,
    PREFERRED,
    ROW,
    STUDY,
    TIMEPOINT,
    provenance,
)

__all__ = ["CONTRASTS", "REVIEWS", "REVIEW_INPUTS"]


def _number(name: str, meaning: str, **limits: float) -> Column:
    return Column(name=name, meaning=meaning, type="number", **limits)  # type: ignore[arg-type]


def _count(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=meaning, type="integer", minimum=0)


_MEASURE = Column(
    name="measure",
    meaning=(
        "d and g: standardised by an SD, without and with the small-sample factor; "
        "MD: of means; lsMD: of a model's means; change: mean change in one arm; "
        "SMD, OR, RR, percent: as named."
    ),
    required=True,
    allowed=("d", "g", "SMD", "MD", "lsMD", "change", "OR", "RR", "percent"),
)
_ESTIMATE = (
    _number("estimate", "Estimate, with the sign as printed."),
    _number("se", "Standard error, only where it is printed.", above=0),
    _number("ci_low", "Lower 95 % limit, as printed."),
    _number("ci_high", "Upper 95 % limit, as printed."),
)
_P = (
    Column(
        name="p_relation",
        meaning="Whether p is printed as equal to, below or above the number.",
        allowed=("=", "<", ">"),
    ),
    _number("p", "P-value, as printed.", minimum=0, maximum=1),
)
_DIGITS = Column(
    name="digits",
    meaning="Decimals printed of the estimate, padded zeros included.",
    type="integer",
    minimum=0,
)
_STUDIES = replace(
    STUDY,
    meaning="Trials, separated by ';'; empty where the text does not name them.",
    required=False,
    many=True,
)

CONTRASTS = Table(
    name="contrasts",
    meaning="An effect as a document prints it; never the input of an analysis.",
    identity=(
        "study_id",
        "comparison",
        "instrument",
        "timepoint",
        "measure",
        "source_id",
    ),
    columns=(
        _STUDIES,
        Column(
            name="comparison",
            meaning="What is compared with what, in words.",
            required=True,
        ),
        Column(name="active_arm", meaning="First arm.", refers="arms.arm_id"),
        Column(name="control_arm", meaning="Second arm.", refers="arms.arm_id"),
        Column(
            name="design",
            meaning=(
                "between_arms of a randomised trial; between_groups that nobody "
                "randomised; within_arm: no contrast."
            ),
            required=True,
            allowed=("between_arms", "between_groups", "within_arm"),
        ),
        Column(
            name="instrument",
            meaning="Instrument.",
            required=True,
            refers="instruments.instrument",
        ),
        TIMEPOINT,
        _MEASURE,
        Column(
            name="stat",
            meaning="What the measure is of, where the text says it.",
            allowed=("endpoint", "change", "model", "not_stated"),
            default="not_stated",
        ),
        *_ESTIMATE,
        *_P,
        Column(name="test", meaning="Test behind p, where it is another model's."),
        _DIGITS,
        _count("n_active", "People in the first arm or group."),
        _count("n_control", "People in the second."),
        *provenance(),
        ROW,
        PERIOD,
        PREFERRED,
        COMPUTED,
        NOTE,
    ),
)

REVIEWS = Table(
    name="reviews",
    meaning="A pooled result that another team published; a gap has no estimate.",
    identity=("review_id",),
    columns=(
        Column(name="review_id", meaning="Name.", required=True, unique=True),
        Column(name="label", meaning="Review, as a reader knows it.", required=True),
        Column(name="outcome", meaning="Outcome, in words.", required=True),
        Column(
            name="kind",
            meaning="pooled: of trials of the drug; benchmark: of other treatments.",
            required=True,
            allowed=("pooled", "benchmark"),
        ),
        replace(_MEASURE, required=False),
        Column(name="model", meaning="Model, as the review names it."),
        _count("k", "Trials or effects pooled."),
        *_ESTIMATE,
        *_P,
        _DIGITS,
        _number("tau2", "Variance between studies.", minimum=0),
        _number("tau2_low", "Lower limit of it.", minimum=0),
        _number("tau2_high", "Upper limit of it.", minimum=0),
        _number("i2", "I², percent.", minimum=0, maximum=100),
        _number("i2_low", "Lower limit of it.", minimum=0, maximum=100),
        _number("i2_high", "Upper limit of it.", minimum=0, maximum=100),
        _number("q", "Cochran's Q.", minimum=0),
        _count("q_df", "Degrees of freedom of Q."),
        _number("q_p", "P-value of Q.", minimum=0, maximum=1),
        _number("pi_low", "Lower prediction limit."),
        _number("pi_high", "Upper prediction limit."),
        replace(_STUDIES, meaning="Trials of these tables that it pools."),
        Column(name="trials", meaning="Trials, as the review names them."),
        *provenance(),
        ROW,
        PREFERRED,
        COMPUTED,
        NOTE,
    ),
)

REVIEW_INPUTS = Table(
    name="review_inputs",
    meaning="What a review says that it pooled: one row a trial or effect.",
    identity=("review_id", "label"),
    columns=(
        Column(
            name="review_id",
            meaning="Pooled result.",
            required=True,
            refers="reviews.review_id",
        ),
        Column(name="label", meaning="Row, as the review names it.", required=True),
        replace(STUDY, required=False),
        replace(_MEASURE, required=False),
        *_ESTIMATE,
        _DIGITS,
        _number("weight", "Weight, percent.", minimum=0, maximum=100),
        _count("n_active", "People in the active arm."),
        _number("mean_active", "Mean of it."),
        _number("sd_active", "SD of it.", above=0),
        _count("n_control", "People in the control arm."),
        _number("mean_control", "Mean of it."),
        _number("sd_control", "SD of it.", above=0),
        _count("events_active", "Events in the active arm."),
        _count("events_control", "Events in the control arm."),
        *provenance(),
        ROW,
        COMPUTED,
        NOTE,
    ),
)
