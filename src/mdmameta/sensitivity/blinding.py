"""How much of a contrast lost blinding could explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.beliefs import (
    Belief,
    control_types_of,
    identification,
    runs_of_belief,
    unused_priors,
)
from mdmameta.sensitivity.bias_adjusted import adjusted, anchors, unit_of_b
from mdmameta.sensitivity.blinding_indices import indices_frame
from mdmameta.sensitivity.blinding_words import blinding_verdict, label_of
from mdmameta.sensitivity.control_type import control_type_table
from mdmameta.sensitivity.deciding import Companion, Decision, decide
from mdmameta.sensitivity.frames import keys, matching_notes, unverified_note
from mdmameta.sensitivity.guesses import (
    DEFAULT_MISSING_U,
    MissingU,
    checked_guesses,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint
from mdmameta.sensitivity.tipping import first_crossing, refit, region_grid
from mdmameta.sensitivity.verdicts import benefit_sign, check_region, point

#: Without published estimates, bias up to Cohen's large difference is declared
#: plausible: an assumption, stated as one.
PLAUSIBLE_WITHOUT_PRIORS = 0.8

#: Tipping points are looked for up to this bias: far beyond any published one.
SEARCH = 3.0

#: Bias in tenths of a standard deviation up to a whole one.
GRID = tuple(float(x) for x in np.round(np.arange(0, 1.01, 0.1), 2))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Question:
    effects: Effects
    model: Model
    companion: Companion
    sign: float
    unit: str

    def judge(self, effects: Effects) -> Fit:
        return decide(effects, self.model, self.companion).fit


def blinding(
    effects: Effects,
    model: Model,
    guesses: pd.DataFrame,
    *,
    priors: pd.DataFrame | None = None,
    assumed: pd.DataFrame | None = None,
    b: Sequence[float] | None = None,
    plausible: tuple[float, float] | None = None,
    missing_u: MissingU | None = None,
    delta_u: Sequence[float] = (1.0, 0.75, 0.5),
    control_type: str = "control_type",
    companion: Companion = "default",
) -> SensitivityTable:
    """Bound the contrast under bias from lost blinding.

    θᵢ = δᵢ + b uᵢ, with θᵢ the contrast as estimated, uᵢ the difference between
    arms in the probability of believing to be on active treatment, and b the bias
    at u = 1, in the unit of the effects. Guesses follow the outcome too: people
    who improve guess that they were treated. So b u can subtract true effect, and
    the pooled δ is a *bound*, not a corrected estimate. Sampling error of u adds
    b² var(uᵢ) to the variances, trials taken as independent.

    Parameters
    ----------
    effects, model
        Contrasts, and any model for them.
    guesses
        One row an arm: see `checked_guesses`. Trials without counts get u from
        ``missing_u``; the run "counts only" leaves them out.
    priors
        Published estimates of bias: see `anchors`.
    assumed
        A second frame of guesses, assumed from reported percentages: see
        `guesses_from_percentages`.
    b
        Values to refit at; by default 0 to 1 by 0.1 towards exaggerated benefit.
        Where lower is better, negative b exaggerates benefit; where higher is
        better, positive b does.
    plausible
        Declared plausible region of b. By default from zero to the strongest
        published point estimate, and to 0.8 (a large difference) without one.
    missing_u
        Control type -> (mean, SD) of u where there are no counts. The default is
        an assumption, wide on purpose, and no evidence. {} for none.
    delta_u
        Changes in belief that the sources of ``priors`` are assumed to have made;
        the first one defines the plausible region.
    control_type
        Moderator, or else column of ``guesses``, with the type of control.
    companion
        See `decide`.

    Returns
    -------
    SensitivityTable
        Rows: u_from, b, anchor, then the result. Parts: control_type, bang,
        james, u, anchors, tipping_by_interval, learnt_about_b.

    Raises
    ------
    SensitivityError
        For frames that lack columns, hold counts that do not add up, or match no
        effect; for single arms.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[-0.8, -0.6], v=[0.04, 0.04], study=["A", "B"], direction="lower")
    >>> guesses = pd.DataFrame({
    ...     "study": ["A", "A", "B", "B"], "arm": ["t", "c"] * 2,
    ...     "role": ["active", "control"] * 2, "n_asked": [100] * 4,
    ...     "n_guess_active": [90, 10, 80, 20], "n_guess_control": [10, 90, 20, 80]})
    >>> table = blinding(effects, CommonEffect(), guesses, plausible=(-0.5, 0))
    >>> table.verdict.kind, round(table.tipping_point("b").value, 2)
    ('robust', -0.6)
    """
    plain = decide(effects, model, companion)
    table = checked_guesses(guesses)
    labels = keys(effects, table, "guesses")
    sign, sign_note = benefit_sign(effects, plain.fit)
    question = _Question(
        effects=effects,
        model=model,
        companion=companion,
        sign=sign,
        unit="SMD at u = 1" if unit_of_b(effects.measure) == 1 else "effect at u = 1",
    )
    prior_u = DEFAULT_MISSING_U if missing_u is None else missing_u
    types = control_types_of(effects, table, labels, control_type)
    runs, run_notes = runs_of_belief(labels, types, table, assumed, prior_u)
    published = anchors(priors, effects.measure, sign, delta_u)
    region = _region(plausible, published, sign, delta_u)
    frame, decisions = _refits(question, runs, b, published)
    points = _tipping(question, runs)
    inside = _inside(question, runs[0], region)
    learnt = identification(effects, runs[0], plain.fit, published)
    moderator, moderator_notes = control_type_table(
        effects, model, pd.Series(types), control_type
    )
    bang, james = _indices(table, assumed)
    verdict = blinding_verdict(
        plain.fit, inside, region, points, runs[0], published, question.judge, effects
    )
    return SensitivityTable(
        name="blinding",
        label=label_of(effects, runs[0]),
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=verdict,
        tipping=points,
        parts={
            "control_type": moderator,
            "bang": bang,
            "james": james,
            "u": pd.concat([run.table.assign(u_from=run.name) for run in runs]),
            "anchors": published,
            "tipping_by_interval": _by_interval(question, runs, plain),
            "learnt_about_b": learnt,
        },
        notes=(
            *plain.notes,
            *sign_note,
            *matching_notes("guesses", table, labels),
            *unverified_note("guesses", table[table["counted"]]),
            *run_notes,
            *unused_priors(priors, published, effects.measure),
            *moderator_notes,
        ),
    )


def _region(
    plausible: tuple[float, float] | None,
    published: pd.DataFrame,
    sign: float,
    delta_u: Sequence[float],
) -> tuple[float, float]:
    if plausible is not None:
        return check_region("plausible", plausible)
    first = published[published["delta_u"] == delta_u[0]]["b"]
    if first.empty:
        ends = np.sort([0.0, sign * PLAUSIBLE_WITHOUT_PRIORS])
    else:
        ends = np.array([min(0.0, first.min()), max(0.0, first.max())])
    return float(ends[0]), float(ends[1])


def _refits(
    question: _Question,
    runs: Sequence[Belief],
    b: Sequence[float] | None,
    published: pd.DataFrame,
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    grid = [question.sign * x for x in GRID] if b is None else list(b)
    marks: list[tuple[float, str]] = [(float(x) + 0.0, "") for x in grid]
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


def _tipping(question: _Question, runs: Sequence[Belief]) -> tuple[TippingPoint, ...]:
    points = []
    for run in runs:
        path = partial(adjusted, run.of(question.effects), run.table)
        found = first_crossing(path, question.judge, [question.sign * SEARCH])
        label = f"bias at complete unblinding, u from {run.name}"
        points.append(point(run.parameter, found, question.unit, label))
    return tuple(points)


def _inside(
    question: _Question, run: Belief, region: tuple[float, float]
) -> pd.DataFrame:
    effects = run.of(question.effects)
    scenarios = [
        ({"b": x}, adjusted(effects, run.table, x)) for x in region_grid(*region, 9)
    ]
    return refit(scenarios, question.model, question.companion)[0]


def _by_interval(
    question: _Question, runs: Sequence[Belief], plain: Decision
) -> pd.DataFrame:
    models = {repr(fit.model): fit.model for fit in (plain.asked, *plain.candidates)}
    rows = []
    for run in runs:
        path = partial(adjusted, run.of(question.effects), run.table)
        for name, model in models.items():
            found = first_crossing(path, model.fit, [question.sign * SEARCH])
            rows.append((run.name, name, found.value, found.reason))
    return pd.DataFrame(rows, columns=["u_from", "model", "tipping_b", "reason"])


def _indices(
    table: pd.DataFrame, assumed: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    bang, james = indices_frame(table, "counts")
    if assumed is None:
        return bang, james
    more = indices_frame(checked_guesses(assumed, "assumed"), "assumed")
    both = [
        pd.concat([part for part in pair if len(part)] or [pair[0]], ignore_index=True)
        for pair in ((bang, more[0]), (james, more[1]))
    ]
    return both[0], both[1]
