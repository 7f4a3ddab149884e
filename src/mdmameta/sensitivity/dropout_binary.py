"""Dropout for events: imputed outcomes and odds ratios of the missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.deciding import Decision
from mdmameta.sensitivity.dropout_asked import (
    Beside,
    Found,
    Missing,
    spread,
)
from mdmameta.sensitivity.dropout_parts import beside
from mdmameta.sensitivity.dropout_words import binary_verdict, failure_note
from mdmameta.sensitivity.missing_binary import (
    IMPUTED,
    counts_of,
    imputed,
    imputed_counts,
    with_odds_ratio,
    without_counts,
)
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import Crossing, first_crossing, refit, region_grid
from mdmameta.sensitivity.verdicts import benefit_sign, point

#: Odds ratios of the missing from a tenth to ten.
GRID = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)

#: Tipping points are looked for up to odds ratios of 1/1000 and 1000: beyond, the
#: missing all have, or all lack, the event.
SEARCH = float(np.log(1000))

Pattern = Callable[[float], tuple[float, float]]

#: How one odds ratio r becomes those of the active and the control arm.
PATTERNS: dict[str, Pattern] = {
    "equal": lambda r: (r, r),
    "opposite": lambda r: (r, 1 / r),
    "active only": lambda r: (r, 1.0),
    "control only": lambda r: (1.0, r),
}


def binary_dropout(
    question: Question,
    fractions: pd.DataFrame,
    region: tuple[float, float],
    grid: Sequence[float] | None,
    unknown_missing: float,
    asked: Beside,
) -> Answer:
    """Refit over imputed outcomes, patterns of odds ratios, and the region."""
    ratios = _ratios(grid, region, unknown_missing)
    counts = counts_of(question.effects, fractions)
    sign, sign_note = benefit_sign(question.effects, question.plain.fit)
    frame, decisions = _refits(question, counts, ratios, good=sign > 0)
    fits = tuple(decision.fit for decision in decisions)
    points = _tipping(question, counts)
    more = _beside(question, counts, region, asked, points)
    note = failure_note(fits[0], fits[1], sign, counts)
    shown, inside = frame.iloc[: len(IMPUTED) + 1], _inside(question, counts, region)
    by_trial = _by_trial(counts, question.effects, good=sign > 0)
    return Answer(
        frame=frame,
        fits=fits,
        verdict=binary_verdict(question, shown, inside, region, points, counts, note),
        tipping=(*points, *more.tipping),
        parts={"by_trial": by_trial, **more.parts},
        notes=(*sign_note, note, *more.notes),
    )


def _ratios(
    grid: Sequence[float] | None, region: tuple[float, float], unknown_missing: float
) -> Sequence[float]:
    """Odds ratios to refit at, once they and the region are such."""
    if unknown_missing:
        raise SensitivityError(
            "unknown_missing serves means; for events give the numbers randomised."
        )
    ratios = GRID if grid is None else tuple(float(x) for x in grid)
    if min(*ratios, *region) <= 0:
        raise SensitivityError("odds ratios of the missing must be above 0.")
    return ratios


def _refits(
    question: Question, counts: pd.DataFrame, ratios: Sequence[float], *, good: bool
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    """Refit the available and the imputed cases, then along odds ratios."""
    bare = without_counts(question.effects)
    scenarios = [
        *_imputed(question.effects, counts, good=good),
        *(_imor(bare, counts, *one) for one in spread(PATTERNS, ratios)),
    ]
    return refit(scenarios, question.model, question.companion)


def _inside(
    question: Question, counts: pd.DataFrame, region: tuple[float, float]
) -> pd.DataFrame:
    """Refit over the declared region of both arms, evenly in the log odds ratio."""
    bare = without_counts(question.effects)
    low, high = np.log(region)
    ends = [float(np.exp(x)) for x in region_grid(float(low), float(high))]
    corners = [_imor(bare, counts, "plausible", a, c) for a in ends for c in ends]
    return refit(corners, question.model, question.companion)[0]


def _beside(
    question: Question,
    counts: pd.DataFrame,
    region: tuple[float, float],
    asked: Beside,
    points: Sequence[TippingPoint],
) -> Found:
    bare = without_counts(question.effects)

    def plane(log_active: float, log_control: float) -> Effects:
        ratios = np.exp([log_active, log_control])
        return with_odds_ratio(bare, counts, *map(float, ratios))

    def path(name: str, log_r: float) -> Effects:
        return _path(bare, counts, name, log_r)

    departures = Missing(
        question=question,
        table=counts,
        patterns={name: partial(path, name) for name in PATTERNS},
        plane=plane,
        region=region,
        search=SEARCH,
        events=True,
    )
    return beside(departures, asked, points)


def _imputed(
    effects: Effects, counts: pd.DataFrame, *, good: bool
) -> list[tuple[dict[str, Any], Effects]]:
    none = {"imor_active": np.nan, "imor_control": np.nan}
    available = {"scenario": "available case", "imor_active": 1.0, "imor_control": 1.0}
    return [
        (available, effects),
        *(
            ({"scenario": name, **none}, imputed(effects, counts, name, good=good))
            for name in IMPUTED
        ),
    ]


def _imor(
    effects: Effects, counts: pd.DataFrame, name: str, active: float, control: float
) -> tuple[dict[str, Any], Effects]:
    row = {"scenario": name, "imor_active": active, "imor_control": control}
    return row, with_odds_ratio(effects, counts, active, control)


def _path(effects: Effects, counts: pd.DataFrame, name: str, log_r: float) -> Effects:
    return with_odds_ratio(effects, counts, *PATTERNS[name](float(np.exp(log_r))))


def _tipping(question: Question, counts: pd.DataFrame) -> tuple[TippingPoint, ...]:
    points = []
    for name in PATTERNS:
        path = partial(_path, without_counts(question.effects), counts, name)
        found = first_crossing(path, question.judge, [-SEARCH, SEARCH])
        reason = found.reason
        if found.value is None and question.plain.fit.estimate.excludes(0.0):
            reason = (
                "the deciding interval excludes no effect for every odds ratio of "
                "the missing searched, 0.001 to 1000"
            )
        value = None if found.value is None else float(np.exp(found.value))
        ratio = Crossing(value=value, reason=reason, deciding=found.deciding)
        label = f"odds ratio of the event among the missing, {name}" + (
            " (active r, control 1/r)" if name == "opposite" else ""
        )
        points.append(
            point(f"imor_{name.replace(' ', '_')}", ratio, "odds ratio", label)
        )
    return tuple(points)


def _by_trial(counts: pd.DataFrame, effects: Effects, *, good: bool) -> pd.DataFrame:
    """Put side by side the counts and risks of each trial in each scenario."""
    observed = counts[["study", "ai", "n1i", "ci", "n2i"]]
    tables = [observed.assign(scenario="available case")]
    for name in IMPUTED:
        table = imputed_counts(counts, name, good=good)
        tables.append(table.assign(scenario=name))
    both = pd.concat(tables, ignore_index=True)
    active, control = both["ai"] / both["n1i"], both["ci"] / both["n2i"]
    return both.assign(
        risk_active=active,
        risk_control=control,
        risk_ratio=active / control.where(control > 0),
        risk_difference=active - control,
        known=list(counts["known"]) * (len(IMPUTED) + 1),
    )
