"""The pooled contrast of severity under every other choice that a reader may make."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.analyses.durability import durability
from mdmameta.analyses.harms import harms
from mdmameta.analyses.robustness_missing import (
    missing_tipping,
    missing_trial,
    only_change,
    printed_only,
    unreported,
    without_retracted,
)
from mdmameta.analyses.robustness_parts import (
    pair_part,
    selection_part,
    small_study_part,
)
from mdmameta.analyses.robustness_sets import Alternative, alternatives
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.records import Evidence
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict
from mdmameta.sensitivity.tipping import refit
from mdmameta.sensitivity.verdicts import (
    earlier_words,
    interval_words,
    kind_of,
    range_words,
)

#: What a reader calls the analysis.
TITLE = "Choice of trials, scores and times"

#: Unit of the refits that the verdict is about.
JUDGED = "SMD"

#: Order in which choices are shown.
KINDS = (
    "main",
    "one trial left out",
    "a group left out",
    "risk of bias",
    "sources under concern",
    "verification",
    "dose",
    "time",
    "change",
    "bases mixed",
    "unreported trial",
    "points",
)

#: Correlation of the change scores that other refits start from.
_CHANGE = "change, r = 0.5 where needed"

#: Up to so many trials an interval rests on one or two degrees of freedom.
FEW = 3


def robustness_analysis(
    evidence: Evidence, effects: Effects, model: Model
) -> SensitivityTable:
    """Refit the contrast of severity under every alternative choice.

    Parameters
    ----------
    evidence
        Checked tables.
    effects
        The primary contrasts.
    model
        Model of them; see `decide` for the interval that decides.

    Returns
    -------
    SensitivityTable
        Rows: kind, scenario, unit, judged, then the result. Parts: gaps
        (alternatives without numbers), small_study, selection, pair, harms,
        durability (uncontrolled).
    """
    question = Question.ask(effects, model, "default")
    known = list(_alternatives(evidence, effects, question))
    made = [one for one in known if one.effects is not None]
    scenarios = [(_scenario(one), one.effects) for one in made if one.effects]
    frame, decisions = refit(scenarios, model, "default")
    battery, warnings = small_study_part(effects)
    points = missing_tipping(evidence, question)
    lost = unreported(evidence, effects)
    instruments = tuple(effects.moderators["instrument"].unique())
    return SensitivityTable(
        name="robustness",
        label=f"{TITLE}: {effects.label or 'contrasts'}",
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=robustness_verdict(frame, question, points, lost),
        tipping=points,
        parts={
            "gaps": _gaps(known),
            "small_study": battery,
            "selection": selection_part(effects),
            "pair": pair_part(effects),
            "harms": harms(evidence),
            "durability": durability(evidence, instruments),
        },
        notes=(*question.plain.notes, *_notes(made, lost), *warnings),
    )


def _alternatives(
    evidence: Evidence, effects: Effects, question: Question
) -> list[Alternative]:
    found = list(alternatives(evidence, effects))
    changes = [one.effects for one in found if one.kind == "change" and one.effects]
    change = next((one.effects for one in found if one.scenario == _CHANGE), None)
    pooled = question.plain.fit.estimate.value
    every = [
        *found,
        *(printed_only(changes[0], changes[-1]) if len(changes) > 1 else ()),
        *without_retracted(change),
        *only_change(effects, change),
        *missing_trial(evidence, effects, pooled),
    ]
    return sorted(every, key=lambda one: KINDS.index(one.kind))


def _scenario(one: Alternative) -> dict[str, float | str]:
    return {
        "kind": one.kind,
        "scenario": one.scenario,
        "unit": one.unit,
        "judged": one.unit == JUDGED,
    }


def _gaps(known: Sequence[Alternative]) -> pd.DataFrame:
    rows = [(x.kind, x.scenario, x.reason) for x in known if x.effects is None]
    return pd.DataFrame(rows, columns=["kind", "scenario", "reason"])


def robustness_verdict(
    frame: pd.DataFrame,
    question: Question,
    points: Sequence[TippingPoint],
    lost: str = "",
) -> Verdict:
    """Judge by every refit on the scale of the contrast, however few its trials.

    Parameters
    ----------
    frame
        Refits, with ``judged``, ``scenario`` and ``k``.
    question
        The contrast as analysed.
    points
        Tipping point of the unreported trial.
    lost
        Name of that trial.
    """
    judged = frame[frame["judged"]]
    held = judged[~judged["excludes_zero"].astype(bool)]
    few = held[held["k"] <= FEW]
    text = (
        f"As analysed the pooled contrast is {interval_words(question.plain.fit)}. "
        f"Over that and {len(judged) - 1} refits on the same scale "
        f"{range_words(judged)}. "
        f"{_held_words(held, few)}{_missing_words(points, lost)}"
    )
    return Verdict(
        kind=kind_of(judged, []),
        text=text,
        region={},
        numbers={
            "refits": float(len(judged) - 1),
            "holding_zero": float(len(held)),
            "holding_zero_with_few_trials": float(len(few)),
            "lowest_value": float(judged["value"].min()),
            "highest_value": float(judged["value"].max()),
            "lowest": float(judged["ci_low"].min()),
            "highest": float(judged["ci_high"].max()),
            **{p.key: p.value for p in points},
        },
    )


def _held_words(held: pd.DataFrame, few: pd.DataFrame) -> str:
    if held.empty:
        return "Every deciding interval excludes zero."
    told = "; ".join(
        f"{row['scenario']} (k = {row['k']}): {row['value']:.2f} "
        f"[{row['ci_low']:.2f}, {row['ci_high']:.2f}]"
        for row in held.to_dict("records")
    )
    return (
        f"{len(held)} deciding intervals hold zero: {told}. "
        f"{len(few)} of them rest on {FEW} trials or fewer, where an interval is wide "
        "because trials are few and not because they disagree."
    )


def _missing_words(points: Sequence[TippingPoint], lost: str) -> str:
    if not points:
        return ""
    one = points[0]
    if one.value is None:
        return f" No contrast of {lost} takes the interval to zero: {one.reason}."
    return (
        f" The unreported {lost} would have to have a contrast of "
        f"{one.value:.2f}{earlier_words(one)} for the deciding interval to reach zero."
    )


def _notes(made: Sequence[Alternative], lost: str) -> tuple[str, ...]:
    caveats = [
        text for one in made if one.effects is not None for text in one.effects.caveats
    ]
    return (
        "Each refit varies one choice and keeps the others; all combinations are in "
        "the multiverse. Refits share trials, so they do not confirm each other.",
        "Endpoint and change scores are refitted apart; the one row that mixes them "
        "names the trial that is added by its change.",
        *_assumed_of(lost),
        "Points of an instrument are another unit: they are shown and not judged.",
        *dict.fromkeys(caveats),
    )


def _assumed_of(lost: str) -> tuple[str, ...]:
    if not lost:
        return ()
    return (
        f"ASSUMED of {lost}: as many were assessed as were randomised, and its "
        "scores would have given a standardised mean difference like the others.",
    )
