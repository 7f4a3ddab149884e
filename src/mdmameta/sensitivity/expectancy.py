"""Two expectancies at once: hope of the treated, disappointment of controls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.sensitivity.altered import moved
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.deciding import Companion
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict
from mdmameta.sensitivity.tipping import refit
from mdmameta.sensitivity.units import unit_size
from mdmameta.sensitivity.verdicts import (
    kind_of,
    range_words,
    searched,
    unit_of,
    within,
)

#: Steps of each expectancy from none to the declared plausible size.
STEPS = 7

#: Expectancies are searched up to this size, in SDs or log units (see `unit_size`).
SEARCH = 3.0


def denial_change(guesses: pd.DataFrame) -> pd.DataFrame:
    """Change in the probability of believing to be in control, by trial.

    d = P(believes control | control) − P(believes control | active): the mirror of
    u, equal to it where nobody is unsure.

    Parameters
    ----------
    guesses
        Checked frame of guesses.

    Returns
    -------
    pandas.DataFrame
        Indexed by study: d, d_var.
    """
    rows = {}
    for study, arms in guesses[guesses["counted"]].groupby("study", sort=False):
        sums = arms.groupby("role")[["n_guess_control", "n_asked"]].sum()
        if {"active", "control"} <= set(sums.index):
            p = sums["n_guess_control"] / sums["n_asked"]
            shrunk = (sums["n_guess_control"] + 0.5) / (sums["n_asked"] + 1)
            v = (shrunk * (1 - shrunk) / sums["n_asked"]).loc[["active", "control"]]
            rows[study] = (float(p["control"] - p["active"]), float(v.sum()))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["d", "d_var"])


def expectancy(
    effects: Effects,
    model: Model,
    run: Belief,
    guesses: pd.DataFrame,
    *,
    size: float,
    sizes: Sequence[float] | None = None,
    companion: Companion = "default",
) -> SensitivityTable:
    """Refit over hope h of those who believe in treatment, and disappointment.

    A person who believes to be treated does better by h, one who believes to be in
    control worse by s, one who is unsure neither. The bias of a trial is then
    h uᵢ + s dᵢ, with u and d the differences between arms in believing the one
    and the other. s = 0 is the main analysis with b = h. Without outcomes by guess
    the data cannot tell h from s: only their sum, weighted by u and d, counts.

    Parameters
    ----------
    effects, model, companion
        See `decide`.
    run
        u of each contrast; where nobody was asked d is taken to be u.
    guesses
        Checked frame of guesses, for d.
    size
        Signed size up to which each is declared plausible, in the unit of the
        effects: negative where lower is better.
    sizes
        Values of both; by default seven from none to ``size``.

    Returns
    -------
    SensitivityTable
        Rows: hope, disappointment, then the result. Tipping points: expectancy_hope
        (s = 0), expectancy_disappointment (h = 0) and expectancy_equal (h = s).
    """
    inside = run.of(effects)
    question = Question.ask(inside, model, companion)
    table = _beliefs(run, guesses)
    grid = np.linspace(0, size, STEPS) if sizes is None else np.asarray(sizes, float)
    pairs = [(float(h), float(s)) for h in grid for s in grid]
    scenarios = [
        ({"hope": h, "disappointment": s}, biased(inside, table, h, s))
        for h, s in pairs
    ]
    frame, decisions = refit(scenarios, model, companion)
    points = _points(question, table, size)
    answer = Answer(
        frame=frame,
        fits=tuple(one.fit for one in decisions),
        verdict=_verdict(frame, points, size),
        tipping=points,
    )
    return answer.table("expectancy", f"Hope and disappointment: {effects.label}")


def _verdict(
    frame: pd.DataFrame, points: Sequence[TippingPoint], size: float
) -> Verdict:
    """Judge by all combinations, which span the declared region."""
    ends = (min(0.0, size), max(0.0, size))
    crossed = [p.value for p in points if p.value is not None and within(p.value, ends)]
    zero = int((~frame["excludes_zero"]).sum())
    return Verdict(
        kind=kind_of(frame, crossed),
        text=(
            f"Over hope and disappointment from 0 to {size:.2f} each, "
            f"{range_words(frame)}; {zero} of {len(frame)} combinations hold zero. "
            "The data cannot tell the two apart."
        ),
        region={"hope": ends, "disappointment": ends},
        numbers={"combinations": float(len(frame)), "with_zero": float(zero)},
    )


def biased(effects: Effects, table: pd.DataFrame, hope: float, down: float) -> Effects:
    """Return contrasts less h u + s d, with the variance of that.

    The errors of u and d are taken as fully correlated: few are unsure, and the
    one share is then nearly the rest of the other.

    Examples
    --------
    >>> table = pd.DataFrame({"u": [0.5], "u_var": [0.04], "d": [0.5], "d_var": [0.04]})
    >>> out = biased(Effects.from_arrays(y=[-0.8], v=[0.1]), table, -0.2, -0.2)
    >>> out.y.round(3), out.v.round(4)
    (array([-0.6]), array([0.1064]))
    """
    u, d = (table[c].to_numpy(dtype=float) for c in ("u", "d"))
    sd_u, sd_d = (np.sqrt(table[f"{c}_var"].to_numpy(dtype=float)) for c in ("u", "d"))
    return moved(
        effects, effects.y - hope * u - down * d, (hope * sd_u + down * sd_d) ** 2
    )


def _beliefs(run: Belief, guesses: pd.DataFrame) -> pd.DataFrame:
    found = denial_change(guesses).reindex(run.table["study"].astype(str))
    counted = (run.table["basis"] == "counts").to_numpy()
    table = run.table.copy()
    for name, like in (("d", "u"), ("d_var", "u_var")):
        own = table[like].to_numpy(dtype=float)
        table[name] = np.where(counted, found[name].to_numpy(dtype=float), own)
    return table


def _points(
    question: Question, table: pd.DataFrame, size: float
) -> tuple[TippingPoint, ...]:
    end = float(np.copysign(SEARCH, size)) * unit_size(question.effects)
    paths = {
        "hope": ("hope alone", (1.0, 0.0)),
        "disappointment": ("disappointment alone", (0.0, 1.0)),
        "equal": ("hope and disappointment alike", (1.0, 1.0)),
    }
    points = []
    for name, (label, (h, s)) in paths.items():

        def path(x: float, h: float = h, s: float = s) -> Effects:
            return biased(question.effects, table, h * x, s * x)

        points.append(
            searched(
                question,
                partial(path),
                [end],
                parameter=f"expectancy_{name}",
                unit=f"{unit_of(question.effects.measure)} in those who believe it",
                label=label,
            )
        )
    return tuple(points)
