"""Dropout for standardised means: shifts of the missing, in SD."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.dropout_asked import (
    Beside,
    Missing,
    paths_of,
    spread,
)
from mdmameta.sensitivity.dropout_parts import beside
from mdmameta.sensitivity.flow import lost_more
from mdmameta.sensitivity.missing_means import PATTERNS, shifted
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import TippingPoint, Verdict
from mdmameta.sensitivity.tipping import refit, region_grid
from mdmameta.sensitivity.verdicts import (
    earlier_words,
    interval_words,
    kind_of,
    range_words,
    searched,
)

#: Shifts up to two standard deviations by halves.
GRID = tuple(float(x) for x in np.arange(-2.0, 2.01, 0.5))

#: Shifts of the map of both arms: far enough to show where intervals reach zero.
MAP_GRID = tuple(float(x) for x in np.arange(-4.0, 4.01, 1.0))

#: Tipping points are looked for up to shifts of five standard deviations.
SEARCH = 5.0


def means_dropout(
    question: Question,
    fractions: pd.DataFrame,
    region: tuple[float, float],
    grid: Sequence[float] | None,
    unknown_missing: float,
    asked: Beside,
) -> Answer:
    """Refit over patterns of shifts, and over the declared region of both arms."""
    used = _with_unknown(fractions, unknown_missing)
    shifts = GRID if grid is None else tuple(float(x) for x in grid)
    effects = question.effects
    scenarios = [
        (_row(name, a, c), shifted(effects, used, a, c))
        for name, a, c in spread(PATTERNS, shifts, MAP_GRID if grid is None else None)
    ]
    frame, decisions = refit(scenarios, question.model, question.companion)
    ends = region_grid(*region)
    corners = [
        (_row("plausible", a, c), shifted(effects, used, a, c))
        for a in ends
        for c in ends
    ]
    inside, _ = refit(corners, question.model, question.companion)
    points = _tipping(question, used)
    more = beside(_departures(question, used, region), asked, points)
    return Answer(
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=_verdict(question, inside, region, points, fractions),
        tipping=(*points, *more.tipping),
        parts=more.parts,
        notes=(
            *more.notes,
            "Shifts are in SD of those observed; the contrast stays standardised by "
            "that SD. A positive shift means higher scores among the missing"
            f"{_better(question.effects.direction)}.",
        ),
    )


def _better(direction: str | None) -> str:
    """Say which way scores point, where that is known."""
    words = {"lower": ", which is worse", "higher": ", which is better"}
    return words.get(direction or "", "")


def _departures(
    question: Question, used: pd.DataFrame, region: tuple[float, float]
) -> Missing:
    plane = partial(shifted, question.effects, used)
    return Missing(
        question=question,
        table=used,
        patterns=paths_of(PATTERNS, plane),
        plane=plane,
        region=region,
        search=SEARCH,
        events=False,
    )


def _with_unknown(fractions: pd.DataFrame, unknown_missing: float) -> pd.DataFrame:
    filled = fractions.copy()
    for column in ("f_active", "f_control"):
        filled[column] = filled[column].where(filled["known"], unknown_missing)
    return filled


def _row(name: str, active: float, control: float) -> dict[str, float | str]:
    return {
        "scenario": name,
        "shift_active": active + 0.0,
        "shift_control": control + 0.0,
    }


def _path(effects: Effects, fractions: pd.DataFrame, name: str, s: float) -> Effects:
    return shifted(effects, fractions, *PATTERNS[name](s))


def _tipping(question: Question, fractions: pd.DataFrame) -> tuple[TippingPoint, ...]:
    points = []
    for name in PATTERNS:
        path = partial(_path, question.effects, fractions, name)
        label = f"shift of the missing, {name}" + (
            " (active +, control −)" if name == "opposite" else ""
        )
        found = searched(
            question,
            path,
            [-SEARCH, SEARCH],
            parameter=f"shift_{name.replace(' ', '_')}",
            unit="SD",
            label=label,
        )
        points.append(found)
    return tuple(points)


def _verdict(
    question: Question,
    inside: pd.DataFrame,
    region: tuple[float, float],
    points: Sequence[TippingPoint],
    fractions: pd.DataFrame,
) -> Verdict:
    known, plain = int(fractions["known"].sum()), question.plain.fit
    text = (
        f"Among available cases the pooled contrast is "
        f"{interval_words(plain)}. {lost_more(fractions)} With the "
        f"missing of each arm {region[0]:g} to {region[1]:g} SD from those observed "
        f"(declared plausible), {range_words(inside)}. {_tipping_words(plain, points)} "
        f"Numbers missing are known by arm for {known} of {len(fractions)} contrasts."
    )
    return Verdict(
        kind=kind_of(inside, [], float(known == 0)),
        text=text,
        region={"shift_active": region, "shift_control": region},
        numbers={
            "contrast": plain.estimate.value,
            "lowest": float(inside["ci_low"].min()),
            "highest": float(inside["ci_high"].max()),
            "trials_with_flow": float(known),
            **{p.key: p.value for p in points},
        },
    )


def _tipping_words(plain: Fit, points: Sequence[TippingPoint]) -> str:
    """Name the smallest shift at which zero is reached, or say that there is none."""
    reached = [p for p in points if p.value is not None]
    if reached:
        tip = min(reached, key=lambda p: abs(p.value or 0.0))
        return (
            f"The smallest shift that takes the deciding interval to zero is "
            f"{tip.value:.2f}{earlier_words(tip)} SD: {tip.label}."
        )
    if not plain.estimate.excludes(0.0):
        return "The deciding interval holds zero already in the available cases."
    return "No pattern of shifts up to 5 SD takes the deciding interval to zero."
