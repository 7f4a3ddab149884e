"""Tables for the sensitivity analyses: guesses, earlier use, size of bias."""

from __future__ import annotations

from dataclasses import replace

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import ARM, COMPUTED, NOTE, ROW, SCOPE, STUDY, provenance

__all__ = ["BIAS_PRIORS", "BLINDING", "PRIOR_USE"]

_PERCENT = Column(
    name="pct_correct",
    meaning="Share who named their arm rightly, as printed.",
    type="number",
    unit="percent",
    minimum=0,
    maximum=100,
)


def _count(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=meaning, type="integer", minimum=0)


BLINDING = Table(
    name="blinding",
    meaning="Guesses of treatment; a row without numbers is a known gap.",
    identity=("study_id", "arm_id", "respondent", "timepoint", "scope", "role"),
    columns=(
        Column(
            name="study_id",
            meaning="Trial; empty where the text names none.",
            refers="studies.study_id",
        ),
        ARM,
        Column(
            name="respondent",
            meaning="Who guessed.",
            required=True,
            allowed=("participant", "therapist", "rater"),
        ),
        Column(name="timepoint", meaning="When the guess was asked for."),
        _count("n_asked", "People asked."),
        _count("n_guess_active", "Guessed the active treatment."),
        _count("n_guess_control", "Guessed the control."),
        _count("n_unsure", "Could not tell."),
        _PERCENT,
        *provenance(),
        ROW,
        SCOPE,
        Column(
            name="role",
            meaning="Arms that a pooled row speaks of.",
            allowed=("active", "medium", "control"),
        ),
        COMPUTED,
        NOTE,
    ),
)

PRIOR_USE = Table(
    name="prior_use",
    meaning="Use of the drug before the trial; a row without numbers is a known gap.",
    identity=("study_id", "arm_id", "window"),
    columns=(
        STUDY,
        ARM,
        _count("n", "People asked."),
        _count("n_prior", "People who had used it."),
        replace(_PERCENT, name="pct_prior", meaning="Share, as printed."),
        Column(
            name="window",
            meaning="Period asked about.",
            allowed=("lifetime", "past_year", "not_stated"),
            default="not_stated",
        ),
        *provenance(),
        ROW,
        SCOPE,
        COMPUTED,
        NOTE,
    ),
)

BIAS_PRIORS = Table(
    name="bias_priors",
    meaning="An estimate, from other trials, of how much lost blinding matters.",
    identity=("prior_id",),
    columns=(
        Column(name="prior_id", meaning="Name.", required=True, unique=True),
        Column(
            name="parameter",
            meaning="b: bias of the contrast; attrition_ratio: of dropout.",
            required=True,
        ),
        Column(
            name="scale",
            meaning=(
                "Scale as printed: SMD (negative exaggerates benefit), ratio of odds "
                "ratios (below 1 exaggerates), risk ratio. Code converts."
            ),
            required=True,
            allowed=("smd", "ror", "rr"),
        ),
        Column(name="setting", meaning="Who was not blinded, and what was measured."),
        Column(name="estimate", meaning="Estimate.", type="number", required=True),
        Column(name="ci_low", meaning="Lower 95 % limit.", type="number"),
        Column(name="ci_high", meaning="Upper 95 % limit.", type="number"),
        Column(
            name="interval",
            meaning="Kind of interval; it is for the mean, not for a new trial.",
            allowed=("confidence", "credible"),
        ),
        Column(name="k", meaning="Trials or meta-analyses.", type="integer", minimum=1),
        *provenance(),
        ROW,
        NOTE,
    ),
)
