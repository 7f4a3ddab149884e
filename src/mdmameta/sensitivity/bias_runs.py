"""Refits of the bias-adjusted contrast over b, and where they reach zero."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.beliefs import Belief, identification
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.bias_region import PlausibleBias
from mdmameta.sensitivity.blinding_words import blinding_verdict
from mdmameta.sensitivity.bounds import bounds
from mdmameta.sensitivity.deciding import Decision, margin, side_of
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import first_crossing, refit, region_grid
from mdmameta.sensitivity.units import unit_size
from mdmameta.sensitivity.verdicts import searched, unit_of

#: Tipping points are looked for up to this bias, in SDs or log units (see
#: `unit_size`): far beyond any published one.
SEARCH = 3.0

#: Bias in tenths of a unit up to a whole one.
GRID = tuple(float(x) for x in np.round(np.arange(0, 1.01, 0.1), 2))


def bias_answer(
    question: Question,
    runs: Sequence[Belief],
    bias: PlausibleBias,
    b: Sequence[float] | None,
) -> Answer:
    """Refit every run over b; the first run is judged.

    Parameters
    ----------
    question
        Effects and model.
    runs
        Choices of u, the main one first.
    bias
        Published and plausible b.
    b
        Values to refit at besides the published ones, or None for tenths of a unit.
    """
    published = bias.published
    end = bias.sign * SEARCH * unit_size(question.effects)
    grid = [end * x / SEARCH + 0.0 for x in GRID] if b is None else list(map(float, b))
    frame, decisions = _refits(question, runs, grid, published)
    points = tuple(_tipping(question, run, end) for run in runs)
    inside = _inside(question, runs[0], bias.region)
    return Answer(
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=blinding_verdict(question, inside, points, runs[0], bias),
        tipping=points,
        parts={
            "u": pd.concat(
                [run.table.assign(u_from=run.name) for run in runs], ignore_index=True
            ),
            "anchors": published,
            "tipping_by_interval": _by_interval(question, runs, end),
            "learnt_about_b": identification(
                question.effects, runs[0], question.plain.fit, published
            ),
        },
    )


def _refits(
    question: Question,
    runs: Sequence[Belief],
    grid: Sequence[float],
    published: pd.DataFrame,
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    marks: list[tuple[float, str]] = [(x, "") for x in grid]
    for row in published.to_dict("records"):
        at = f" at delta_u = {row['delta_u']:g}" if row["delta_u"] != 1 else ""
        marks.append((float(row["b"]), f"{row['prior_id']}{at}"))
    scenarios: list[tuple[dict[str, Any], Effects]] = [
        (
            {"u_from": run.name, "b": x, "anchor": anchor},
            adjusted(run.of(question.effects), run.table, x),
        )
        for run in runs
        for x, anchor in marks
    ]
    return refit(scenarios, question.model, question.companion)


def _tipping(question: Question, run: Belief, end: float) -> TippingPoint:
    path = partial(adjusted, run.of(question.effects), run.table)
    return searched(
        question,
        path,
        [end],
        parameter=run.parameter,
        unit=f"{unit_of(question.effects.measure)} at u = 1",
        label=f"bias b, u from {run.name}",
    )


def _inside(
    question: Question, run: Belief, region: tuple[float, float]
) -> pd.DataFrame:
    effects = run.of(question.effects)
    scenarios = [
        ({"b": x}, adjusted(effects, run.table, x)) for x in region_grid(*region, 9)
    ]
    return refit(scenarios, question.model, question.companion)[0]


def _by_interval(
    question: Question, runs: Sequence[Belief], end: float
) -> pd.DataFrame:
    """Tipping b by each interval by itself, Knapp–Hartung's too, for comparison.

    ``bound_over_u`` is the bound of the interval of the plain contrast divided by
    u, where u is the same everywhere and without error. It equals the refit's
    value for a model without a prior; with one, the prior then stays on the
    contrast as estimated instead of the adjusted one.
    """
    plain = question.plain
    fits = {repr(fit.model): fit for fit in (plain.asked, *plain.candidates)}
    rows = []
    for run in runs:
        path = partial(adjusted, run.of(question.effects), run.table)
        for name, fit in fits.items():
            judge = partial(bounds, model=fit.model)
            found = first_crossing(path, judge, [end])
            quotient = _bound_over_u(fit, run)
            rows.append((run.name, name, found.value, quotient, found.reason))
    columns = ["u_from", "model", "tipping_b", "bound_over_u", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _bound_over_u(fit: Fit, run: Belief) -> float:
    u, u_var = run.table["u"], run.table["u_var"]
    side = side_of(fit)
    same = bool(np.isclose(u, u.iloc[0]).all() and (u_var == 0).all())
    if not same or u.iloc[0] <= 0 or margin(fit, side) <= 0:
        return float("nan")
    return side * margin(fit, side) / float(u.iloc[0])
