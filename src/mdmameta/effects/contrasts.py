"""Contrasts between arms of trials, from evidence to effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects import selection
from mdmameta.effects.arm_scores import Basis, Scores, group_scores
from mdmameta.effects.contrast_choices import ContrastChoices, ContrastMeasure
from mdmameta.effects.contrast_set import Contrast, effects_of
from mdmameta.effects.origin import allowed_levels, usable
from mdmameta.effects.roles import ContrastArms, active_groups, control_group
from mdmameta.effects.selection import Timepoint
from mdmameta.effects.table import Effects
from mdmameta.options import Correction, StatChoice
from mdmameta.records import Evidence


def contrasts(
    evidence: Evidence,
    *,
    studies: Sequence[str] | str | None = None,
    instruments: Sequence[str] | str | None = None,
    arms: ContrastArms = "highest-dose",
    stat: StatChoice = "endpoint",
    timepoint: Timepoint = "primary",
    measure: ContrastMeasure = "SMD",
    verification: Sequence[str] | None = None,
    correction: Correction = "exact",
    vtype: str = "LS",
    lsmeans: bool = False,
    r: float | None = None,
) -> Effects:
    """Differences between active and control arms, one a trial.

    A trial enters if both of its arms have n, mean and SD (printed, or
    recovered from an SE or interval of an observed mean) for the stat at the
    time asked for. Effects are active minus control.

    Parameters
    ----------
    evidence
        Checked evidence.
    studies
        Ids of trials; by default every trial with a control arm.
    instruments
        Instruments in order of preference: each trial is taken on the first
        that it has. By default each trial's primary instrument.
    arms
        Which arms are compared with the control: "highest-dose" (default),
        "pooled-active", "medium-dose", or "every-active", whose contrasts
        share controls and carry their covariance V.
    stat
        "endpoint" scores (default: no assumption is needed) or "change" from
        baseline; never both.
    timepoint
        "primary" (default), a time by its label, or a mapping from study to
        label for trials that shall differ from their primary time.
    measure
        "SMD" (default, for sets over several instruments), "MD" in points of
        one instrument, or "SMDH".
    verification
        Levels of verification that rows may have; by default all but
        "unverified".
    correction, vtype
        See `effect_size`.
    lsmeans, r
        For change only: whether model estimates may stand in, and the assumed
        correlation with which change may be computed. By default neither: such
        trials are left out. What is used is said in label, caveats and notes.

    Returns
    -------
    Effects
        Named set; moderators study_id, control_type, phase, year, instrument,
        timepoint, basis, active_arm, control_arm, n1, n2 (1: active), mean1,
        sd1, mean2, sd2; provenance of every effect.

    Raises
    ------
    OptionError
        For an unknown choice.
    EffectsError
        For a time at which arms are no longer randomised, several instruments
        with MD, instruments of opposite directions, or no trial at all.

    References
    ----------
    Cochrane Handbook, chapters 6 and 23, doi:10.1002/9781119536604.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> evidence = load_evidence("data/raw")
    >>> contrasts(evidence, instruments="CAPS-5", measure="MD").label
    'PTSD severity (CAPS-5), highest dose vs control, endpoint, MD'
    """
    choices = ContrastChoices(
        measure=measure,
        arms=arms,
        stat=stat,
        timepoint=timepoint,
        correction=correction,
        vtype=vtype,
        levels=allowed_levels(verification),
        lsmeans=lsmeans,
        r=r,
    )
    rows = usable(evidence, evidence.continuous, choices.levels)
    selection.check_times(timepoint, rows)
    found = [
        contrast
        for study in selection.selected_studies(evidence, studies)
        for contrast in _of_study(
            study,
            selection.compared_arms(evidence, study["study_id"]),
            _candidates(rows, study, instruments, timepoint),
            choices,
        )
    ]
    if not found:
        raise selection.no_trial(f"{stat} at {timepoint!r}", rows, "instrument")
    return effects_of(evidence, found, choices)


def _candidates(
    rows: pd.DataFrame,
    study: Mapping[str, Any],
    instruments: Sequence[str] | str | None,
    timepoint: Timepoint,
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield instrument, time and rows (baseline with them) in order of preference."""
    wanted = study["primary_instrument"] if instruments is None else instruments
    time = selection.time_of(study, timepoint)
    ours = selection.rows_where(rows, study_id=study["study_id"])
    for instrument in [wanted] if isinstance(wanted, str) else wanted:
        on_it = selection.rows_where(ours, instrument=instrument)
        if on_it.empty:
            continue
        there = selection.randomised_rows(on_it, study["study_id"], time)
        before = selection.rows_where(on_it, stat="baseline")
        yield instrument, time, pd.concat([before, there])


def _of_study(
    study: Mapping[str, Any],
    arms: pd.DataFrame,
    candidates: Iterator[tuple[str, str, pd.DataFrame]],
    choices: ContrastChoices,
) -> list[Contrast]:
    for instrument, time, rows in candidates:
        for basis in choices.bases():
            pairs = _pairs(rows, arms, basis, choices)
            if pairs:
                return [
                    Contrast(
                        study=study,
                        instrument=instrument,
                        timepoint=time,
                        weeks=_weeks(rows, active),
                        basis=basis,
                        active=active,
                        control=control,
                    )
                    for active, control in pairs
                ]
    return []


def _pairs(
    rows: pd.DataFrame, arms: pd.DataFrame, basis: Basis, choices: ContrastChoices
) -> list[tuple[Scores, Scores]]:
    control = group_scores(rows, control_group(arms), basis, choices.r)
    if control is None:
        return []
    groups = active_groups(arms, choices.arms)
    scores = (group_scores(rows, group, basis, choices.r) for group in groups)
    return [(active, control) for active in scores if active is not None]


def _weeks(rows: pd.DataFrame, active: Scores) -> float:
    used = selection.rows_where(rows, row_id=active.rows[-1])
    return float(used["weeks"].iloc[0]) if len(used) else np.nan
