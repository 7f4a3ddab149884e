"""How far those who are missing could change a contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Model
from mdmameta.sensitivity.deciding import Companion
from mdmameta.sensitivity.dropout_asked import Beside
from mdmameta.sensitivity.dropout_binary import binary_dropout
from mdmameta.sensitivity.dropout_itself import dropout_itself
from mdmameta.sensitivity.dropout_means import means_dropout
from mdmameta.sensitivity.flow import checked_flow, flow_notes, flow_table
from mdmameta.sensitivity.flow import fractions_missing as fractions_of
from mdmameta.sensitivity.matching import (
    Matched,
    matching_notes,
    retracted_note,
    unverified_note,
)
from mdmameta.sensitivity.missing_binary import has_counts
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import SensitivityTable
from mdmameta.sensitivity.verdicts import Sids, check_region, check_sids

#: The missing may be up to one standard deviation better or worse than those
#: observed: a large difference, an assumption, stated as one.
PLAUSIBLE_SHIFT = (-1.0, 1.0)

#: The odds among the missing may be a quarter to four times those observed: an
#: assumption in the range that Higgins et al. 2008 vary over
#: (doi:10.1177/1740774508091600).
PLAUSIBLE_IMOR = (0.25, 4.0)


def dropout(
    effects: Effects,
    model: Model,
    flow: pd.DataFrame,
    *,
    sids: Sids | None = None,
    unplaced: pd.DataFrame | None = None,
    scales: pd.DataFrame | None = None,
    plausible: tuple[float, float] | None = None,
    grid: Sequence[float] | None = None,
    unknown_missing: float = 0.0,
    companion: Companion = "default",
    thorough: bool = True,
) -> SensitivityTable:
    """Refit contrasts under informative missingness of outcomes.

    Standardised means: the mean of the missing is that of the observed plus a
    shift in SD, by arm (see `shifted`). Events, for RR, OR or RD whose moderators
    hold ai, n1i, ci, n2i (or n1, n2): available case, missing = failure, best and
    worst case, and an odds ratio of the missing by arm (see `with_odds_ratio`).

    Parameters
    ----------
    effects, model
        Contrasts of available cases, and any model for them.
    flow
        See `checked_flow`. Missing assessment, stopped treatment and left study
        are three things; only missing assessment enters the refits.
    sids
        Smallest important differences on the scale of the effects, name -> (size,
        citation). None is built in; without one only zero is judged.
    unplaced
        study, lost: people lost whose arm nobody reports, of trials whose flow is
        not known by arm. They are placed in every way. For means only.
    scales
        instrument, min, max: ranges against which departures in points are held,
        where the moderators give n1, mean1, sd1, n2, mean2, sd2 and instrument.
    plausible
        Declared plausible region, for both arms: of the shift in SD (default
        −1 to 1), or of the odds ratio (default 1/4 to 4).
    grid
        Shifts or odds ratios to refit at, by default over −2 to 2 SD, or 1/10 to
        10.
    unknown_missing
        Fraction taken to be missing in both arms of trials whose flow is not
        known; 0 leaves them as they are, and a note says so. For means only.
    companion
        See `decide`.
    thorough
        False leaves out all parts that need searches of their own (thresholds,
        by_trial_tipping, nearest, priors, implied, extremes, placed), for speed.

    Returns
    -------
    SensitivityTable
        Rows: scenario and shift_active, shift_control (or imor_active,
        imor_control), then the result; a shift of 0 (odds ratio of 1) is the
        available case; the scenario "both arms" is the full map. Parts: flow,
        fractions, losses (dropout pooled), thresholds, by_trial_tipping, nearest,
        priors; for events by_trial; for scores implied, extremes; placed.

    Raises
    ------
    SensitivityError
        For a frame that lacks columns, holds counts that do not add up, or matches
        no effect; for single arms; for mean differences in raw units.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[-0.6], v=[0.04], study=["A"], measure="SMD", direction="lower")
    >>> flow = pd.DataFrame({"study": ["A", "A"], "arm": ["t", "c"],
    ...                      "role": ["active", "control"], "randomised": [50, 50],
    ...                      "assessed": [45, 40]})
    >>> table = dropout(effects, CommonEffect(), flow)
    >>> table.verdict.kind, round(table.tipping_point("shift_active_only").value, 2)
    ('fragile', 1.8)
    """
    question = Question.ask(effects, model, companion)
    _check_fraction(unknown_missing)
    people = Matched.of("flow", checked_flow(flow), effects)
    fractions = fractions_of(people.table, people.studies)
    binary = _is_binary(effects)
    default = PLAUSIBLE_IMOR if binary else PLAUSIBLE_SHIFT
    region = check_region("plausible", default if plausible is None else plausible)
    asked = Beside(
        flow=people.table,
        sids=check_sids(sids),
        unplaced=unplaced,
        scales=scales,
        thorough=thorough,
    )
    analyse = binary_dropout if binary else means_dropout
    answer = analyse(question, fractions, region, grid, unknown_missing, asked)
    notes = (
        *question.plain.notes,
        _region_note(region, plausible, binary=binary),
        *_people_notes(people),
        *flow_notes(fractions, 0.0 if binary else unknown_missing),
        *answer.notes,
    )
    parts = {**_people_parts(people, fractions), **answer.parts}
    label = f"Missing outcomes: {effects.label or 'contrasts'}"
    return replace(answer, parts=parts, notes=notes).table("dropout", label)


def _is_binary(effects: Effects) -> bool:
    """Tell contrasts of events with their counts from standardised means."""
    binary = has_counts(effects)
    if not binary and effects.measure in ("MD", "RR", "OR", "RD"):
        raise SensitivityError(_cure(effects.measure))
    return binary


def _people_parts(people: Matched, fractions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        "flow": flow_table(people.table, people.studies),
        "fractions": fractions,
        "losses": dropout_itself(people.table, people.studies),
    }


def _region_note(
    region: tuple[float, float],
    plausible: tuple[float, float] | None,
    *,
    binary: bool,
) -> str:
    unit = "times the odds of" if binary else "SD from"
    why = (
        "ASSUMED: a default, and no finding on how the missing fared."
        if plausible is None
        else "as given."
    )
    ends = f"{region[0]:g} to {region[1]:g}"
    return (
        f"Declared plausible region for the missing of each arm: {ends} {unit} those "
        f"observed: {why}"
    )


def _check_fraction(unknown_missing: float) -> None:
    if not 0 <= unknown_missing < 1:
        raise SensitivityError(
            f"unknown_missing is {unknown_missing:g}; a fraction is from 0 to below 1."
        )


def _people_notes(people: Matched) -> tuple[str, ...]:
    own = people.own
    return (
        *matching_notes("flow", people.table, people.labels),
        *unverified_note("flow", own),
        *retracted_note("flow", own[own["missing"].notna()]),
    )


def _cure(measure: str) -> str:
    if measure == "MD":
        return (
            "effects are mean differences in raw units (MD), and shifts are in SD; "
            "give standardised differences (SMD)."
        )
    return (
        f"effects are {measure} without counts; give the moderators ai, n1i, ci, n2i "
        "(events and people assessed in the active and the control arm)."
    )
