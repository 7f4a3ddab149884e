"""The contrast in naive participants for given Δ and γ, and its tipping points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.altered import moved
from mdmameta.sensitivity.deciding import Decision
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import Crossing, first_crossing, refit
from mdmameta.sensitivity.units import unit_size
from mdmameta.sensitivity.verdicts import point, searched, unit_of

#: Tipping points are looked for up to three SDs or log units (see `unit_size`).
SEARCH = 3.0

#: Tables of shares by what the unknown ones are taken to be: known, low, high.
Filled = Mapping[str, pd.DataFrame]


def naive_contrast(
    effects: Effects, shares: pd.DataFrame, delta: float, gamma: float
) -> Effects:
    """Return δ_N,i = θᵢ − π_T,i Δ − γ (π_T,i − π_C,i).

    Parameters
    ----------
    effects
        The contrasts θ, k rows.
    shares
        share_active (π_T) and share_control (π_C), one row an effect. They
        describe the people who were randomised, so carry no sampling error.
    delta
        Δ = δ_E − δ_N, in the unit of the effects.
    gamma
        How much better or worse experienced people end up in either arm.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8], v=[0.1])
    >>> shares = pd.DataFrame({"share_active": [0.4], "share_control": [0.2]})
    >>> naive_contrast(effects, shares, delta=-0.5, gamma=0.5).y.round(2)
    array([-0.7])
    """
    treated = shares["share_active"].to_numpy(dtype=float)
    control = shares["share_control"].to_numpy(dtype=float)
    y = effects.y - treated * delta - gamma * (treated - control)
    return moved(effects, y, np.zeros(effects.k))


def suffix(name: str) -> str:
    """Return the ending of the names of parameters under a choice of unknown shares."""
    return "" if name == "known" else f"_share_{name}"


def naive_refits(
    question: Question, filled: Filled, deltas: Sequence[float], gammas: Sequence[float]
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    """Refit over both grids, for every choice of the unknown shares."""
    scenarios: list[tuple[dict[str, float | str], Effects]] = [
        (
            {"share_scenario": name, "delta": float(d), "gamma": float(g)},
            naive_contrast(question.effects, shares, d, g),
        )
        for name, shares in filled.items()
        for g in gammas
        for d in deltas
    ]
    return refit(scenarios, question.model, question.companion)


def naive_tipping(
    question: Question, filled: Filled, gammas: Sequence[float]
) -> list[TippingPoint]:
    """Tipping Δ at γ = 0 and at the ends of its grid, and tipping γ at Δ = 0."""
    points = []
    end, unit = SEARCH * unit_size(question.effects), unit_of(question.effects.measure)
    ends = [-end, end]
    others = sorted({float(min(gammas)), float(max(gammas))} - {0.0})
    for name, shares in filled.items():
        tail = suffix(name)
        words = "" if name == "known" else f", unknown shares {name}"
        for g in (0.0, *others):
            path = partial(_at_gamma, question.effects, shares, g)
            key = f"delta{tail}" if g == 0 else f"delta_gamma_{g:g}{tail}"
            label = f"delta_E - delta_N at gamma = {g:g}{words}"
            found = searched(
                question,
                path,
                ends,
                parameter=key,
                unit=unit,
                label=label,
            )
            points.append(found)
        moved_by_gamma = _gamma_crossing(question, shares, ends)
        label = f"gamma at delta = 0{words}"
        points.append(point(f"gamma{tail}", moved_by_gamma, unit, label))
    return points


def _gamma_crossing(
    question: Question, shares: pd.DataFrame, ends: Sequence[float]
) -> Crossing:
    if np.allclose(shares["share_active"], shares["share_control"]):
        reason = (
            "no trial is known to differ between arms in its share of experienced "
            "people, so gamma changes nothing"
        )
        deciding = repr(question.plain.fit.model)
        return Crossing(value=None, reason=reason, deciding=deciding)
    return first_crossing(
        partial(_at_delta, question.effects, shares, 0.0), question.judge, ends
    )


def _at_gamma(effects: Effects, shares: pd.DataFrame, g: float, d: float) -> Effects:
    return naive_contrast(effects, shares, d, g)


def _at_delta(effects: Effects, shares: pd.DataFrame, d: float, g: float) -> Effects:
    return naive_contrast(effects, shares, d, g)
