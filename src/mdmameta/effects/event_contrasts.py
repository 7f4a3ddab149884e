"""Contrasts of events between arms of trials, from evidence to effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from mdmameta.effects import selection
from mdmameta.effects.arm_events import Events, group_events
from mdmameta.effects.binary import AddTo
from mdmameta.effects.contrast_set import (
    instruments_of,
    one_direction,
    study_columns,
    whole_numbers,
)
from mdmameta.effects.contrast_words import unknown_direction
from mdmameta.effects.event_words import caveats_of, label_of
from mdmameta.effects.measures import effect_size
from mdmameta.effects.origin import allowed_levels, provenances, usable
from mdmameta.effects.roles import active_groups, control_group
from mdmameta.effects.selection import Timepoint
from mdmameta.effects.table import Effects
from mdmameta.options import ArmsChoice, check_option
from mdmameta.records import Evidence

EventMeasure = Literal["RR", "OR", "RD"]

#: A trial, its outcome and time, and the events of its two groups.
Pair = tuple[dict[str, object], str, str, Events, Events]


def event_contrasts(
    evidence: Evidence,
    *,
    outcomes: Sequence[str] | str,
    studies: Sequence[str] | str | None = None,
    arms: ArmsChoice = "highest-dose",
    timepoint: Timepoint = "primary",
    measure: EventMeasure = "RR",
    verification: Sequence[str] | None = None,
    add: float = 0.5,
    to: AddTo = "only0",
    drop00: bool = False,
) -> Effects:
    """Ratios or differences of risk between active and control arms, one a trial.

    Counts are of the people of whom the source counts events, most often
    those assessed; nobody is imputed.

    Parameters
    ----------
    evidence
        Checked evidence.
    outcomes
        Events in order of preference: each trial is taken on the first that it
        has. When more than one is used, label and caveats say which for whom.
    studies, arms, timepoint, verification
        See `mdmameta.effects.contrasts.contrasts`.
    measure
        "RR" (log, default), "OR" (log) or "RD", active against control.
    add, to, drop00
        See `effect_size`.

    Returns
    -------
    Effects
        Moderators study_id, control_type, phase, year, outcome, definition,
        timepoint, basis, active_arm, control_arm and the counts of the 2 × 2
        tables: ai of n1 (active), ci of n2 (control), as printed, without what
        ``add`` adds.

    Raises
    ------
    OptionError
        For an unknown choice.
    EffectsError
        For a time at which arms are no longer randomised, or no trial at all.

    References
    ----------
    Cochrane Handbook, chapter 6.4, doi:10.1002/9781119536604.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> evidence = load_evidence("data/raw")
    >>> event_contrasts(evidence, outcomes="response").k
    5
    """
    check_option("measure", measure, EventMeasure)
    check_option("arms", arms, ArmsChoice)
    levels = allowed_levels(verification)
    rows = usable(evidence, evidence.binary, levels)
    rows = rows[rows["unit"] == "participants"]
    selection.check_times(timepoint, rows)
    wanted = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    found = [
        pair
        for study in selection.selected_studies(evidence, studies)
        if (pair := _of_study(evidence, study, rows, wanted, arms, timepoint))
    ]
    if not found:
        raise selection.no_trial(f"{' or '.join(wanted)}", rows, "outcome")
    table = _table(found)
    sizes = effect_size(
        measure,
        data=table,
        ai="ai",
        n1i="n1",
        ci="ci",
        n2i="n2",
        add=add,
        to=to,
        drop00=drop00,
    )
    return _effects(evidence, found, table, sizes, (arms, timepoint, levels, measure))


def _of_study(
    evidence: Evidence,
    study: dict[str, object],
    rows: pd.DataFrame,
    outcomes: Sequence[str],
    choice: ArmsChoice,
    timepoint: Timepoint,
) -> Pair | None:
    arms = selection.compared_arms(evidence, study["study_id"])
    time = selection.time_of(study, timepoint)
    for outcome in outcomes:
        counted = selection.rows_where(rows, outcome=outcome)
        there = selection.randomised_rows(counted, study["study_id"], time)
        groups = active_groups(arms, choice)
        active = group_events(there, groups[0]) if groups else None
        control = group_events(there, control_group(arms))
        if active is not None and control is not None:
            return study, outcome, time, active, control
    return None


def _table(found: Sequence[Pair]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            **study_columns(study),
            "outcome": outcome,
            "definition": "; ".join(
                dict.fromkeys((*active.definitions, *control.definitions))
            ),
            "timepoint": time,
            "basis": "events of those counted",
            "active_arm": " + ".join(active.arms),
            "ai": active.events,
            "n1": active.n,
            "control_arm": " + ".join(control.arms),
            "ci": control.events,
            "n2": control.n,
        }
        for study, outcome, time, active, control in found
    ]
    return whole_numbers(pd.DataFrame(rows), ("year", "ai", "n1", "ci", "n2"))


def _effects(
    evidence: Evidence,
    found: Sequence[Pair],
    table: pd.DataFrame,
    sizes: pd.DataFrame,
    choices: tuple[ArmsChoice, Timepoint, tuple[str, ...], EventMeasure],
) -> Effects:
    used = instruments_of(evidence, table["outcome"].tolist())
    return Effects.from_arrays(
        sizes["y"].to_numpy(),
        sizes["v"].to_numpy(),
        study=[str(study["label"]) for study, *_ in found],
        moderators=table,
        label=label_of(table, used, *choices),
        measure=choices[-1],
        direction=one_direction(used),
        provenance=provenances(
            evidence,
            [((*a.rows, *c.rows), (*a.notes, *c.notes)) for *_, a, c in found],
        ),
        caveats=(*caveats_of(table, used, evidence.arms), *unknown_direction(used)),
    )
