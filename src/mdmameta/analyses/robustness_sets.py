"""Every other set of contrasts that the pooled contrast of severity is refitted to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from mdmameta.effects import effect_size, ptsd_effects
from mdmameta.effects.origin import READ_IN_TEXT
from mdmameta.effects.ptsd_choices import AFTER_TWO, DISPUTED
from mdmameta.effects.selection import alternative_times
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.records import Evidence

#: Phase whose trials were assessed at weeks 4, 8 and 18.
_LATER_PHASE = "3"

#: Weeks before the last one at which those trials compare arms.
_EARLIER_WEEKS = ("week 4", "week 8")

#: Best rating of the tool, and its rater here.
LOW_RISK = "Low"

#: Correlations of baseline and endpoint, where no SD of change is printed.
CORRELATIONS = (0.0, 0.5, 0.8)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Alternative:
    """A set of contrasts that a reader may prefer.

    Parameters
    ----------
    kind
        Which choice it varies.
    scenario
        What is done, in words.
    effects
        The contrasts, or None where the tables have none.
    reason
        Why there are none.
    unit
        SMD, or points of an instrument.
    """

    kind: str
    scenario: str
    effects: Effects | None
    reason: str = ""
    unit: str = "SMD"


def alternatives(evidence: Evidence, effects: Effects) -> Iterator[Alternative]:
    """Yield every alternative to a set of contrasts, itself first.

    Parameters
    ----------
    evidence
        Checked tables.
    effects
        The primary contrasts, with moderators study_id, phase and control_type.
    """
    yield Alternative(kind="main", scenario="as analysed", effects=effects)
    yield from _left_out(effects)
    yield from _clusters(effects)
    yield from _judged(evidence, effects)
    for kind, scenario, build in _built(evidence):
        yield _made(kind, scenario, build)
    yield from _points(effects)


def _made(kind: str, scenario: str, build: Callable[[], Effects]) -> Alternative:
    try:
        made = build()
    except EffectsError as error:
        reason = (
            str(error)
            .split(". ")[0]
            .replace("for endpoint at 'primary'", "at the primary time")
        )
        return Alternative(kind=kind, scenario=scenario, effects=None, reason=reason)
    return Alternative(kind=kind, scenario=scenario, effects=made)


def _points(effects: Effects) -> Iterator[Alternative]:
    """Yield the same scores as mean differences, an instrument at a time."""
    scores = effects.moderators
    for instrument, rows in scores.groupby("instrument", sort=False):
        size = effect_size(
            "MD", m1i=rows["mean1"], sd1i=rows["sd1"], n1i=rows["n1"],
            m2i=rows["mean2"], sd2i=rows["sd2"], n2i=rows["n2"],
        )  # fmt: skip
        made = Effects.from_arrays(
            y=size["y"].to_numpy(),
            v=size["v"].to_numpy(),
            study=[str(effects.study[row]) for row in rows.index],
            label=f"{instrument} points",
            measure="MD",
            direction=effects.direction,
        )
        yield Alternative(
            kind="points",
            scenario=f"{instrument} points",
            effects=made,
            unit=str(instrument),
        )


def _left_out(effects: Effects) -> Iterator[Alternative]:
    for i, study in enumerate(effects.study):
        rows = [row for row in range(effects.k) if row != i]
        yield Alternative(
            kind="one trial left out",
            scenario=f"without {study}",
            effects=effects.take(rows),
        )


def _clusters(effects: Effects) -> Iterator[Alternative]:
    words: Mapping[str, Mapping[str, str]] = MappingProxyType(
        {
            "phase": {"2": "phase II", "3": "phase III"},
            "control_type": {
                "inactive": "trials with an inactive control",
                "low_dose": "trials with a low-dose control",
            },
        }
    )
    for column, names in words.items():
        of = effects.moderators[column].astype(str)
        for level, name in names.items():
            yield _kept(
                effects, (of != level).to_numpy(), "a group left out", f"without {name}"
            )


def _kept(effects: Effects, keep: np.ndarray, kind: str, scenario: str) -> Alternative:
    if keep.all() or not keep.any():
        left = "every trial" if keep.all() else "no trial"
        return Alternative(
            kind=kind, scenario=scenario, effects=None, reason=f"it leaves {left}"
        )
    return Alternative(
        kind=kind, scenario=scenario, effects=effects.take(np.flatnonzero(keep))
    )


def _judged(evidence: Evidence, effects: Effects) -> Iterator[Alternative]:
    """Yield what is left after judgements of bias, conduct and sources."""
    ids = effects.moderators["study_id"].astype(str)
    rated = evidence.risk_of_bias
    low = set(rated.loc[rated["overall"] == LOW_RISK, "study_id"])
    yield _kept(
        effects,
        ids.isin(low).to_numpy(),
        "risk of bias",
        "only trials rated low (RoB 2, one team)",
    )
    table = evidence.studies
    doubted = set(table.loc[table["concern"].fillna("") != "", "study_id"])
    clean = [one.source_status == "current" for one in effects.provenance]
    yield _kept(
        effects,
        ~ids.isin(doubted).to_numpy() & np.array(clean),
        "sources under concern",
        "without trials or documents under concern",
    )


def _built(evidence: Evidence) -> Iterator[tuple[str, str, Callable[[], Effects]]]:
    make = partial(ptsd_effects, evidence)
    words = "only numbers read in a text"
    yield "verification", words, partial(make, verification=READ_IN_TEXT)
    yield "dose", "active arms pooled", partial(make, arms="pooled-active")
    yield "dose", "medium dose where there is one", partial(make, arms="medium-dose")
    yield from _of_times(evidence)
    for r in CORRELATIONS:
        words = f"change, r = {r:g} where needed"
        yield "change", words, partial(make, stat="change", r=r)


def _of_times(evidence: Evidence) -> Iterator[tuple[str, str, Callable[[], Effects]]]:
    make = partial(ptsd_effects, evidence)
    studies = evidence.studies
    later = studies.loc[
        (studies["phase"] == _LATER_PHASE) & (studies["design"] == "randomised"),
        "study_id",
    ]
    for week in _EARLIER_WEEKS:
        times = dict.fromkeys(map(str, later), week)
        yield "time", f"phase III at {week}", partial(make, timepoint=times)
    if two := alternative_times(evidence, AFTER_TWO):
        words = "after two sessions in every trial"
        yield "time", words, partial(make, timepoint=two)
    for study, time in alternative_times(evidence, DISPUTED).items():
        yield "time", f"{study} at {time}", partial(make, timepoint={study: time})
