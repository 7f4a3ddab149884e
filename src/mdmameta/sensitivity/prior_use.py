"""The contrast in naive participants, bounded without participant data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.deciding import Companion, Decision, decide
from mdmameta.sensitivity.frames import keys, matching_notes, moved, unverified_note
from mdmameta.sensitivity.ratio import ratio_table, ratio_tipping
from mdmameta.sensitivity.shares import (
    checked_shares,
    filled_shares,
    imbalance_table,
    share_notes,
    shares_by_study,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict
from mdmameta.sensitivity.tipping import Crossing, first_crossing, refit, region_grid
from mdmameta.sensitivity.verdicts import (
    Sids,
    check_region,
    check_sids,
    interval_words,
    kind_of,
    point,
    range_words,
    within,
)

#: Differences between experienced and naive people up to a medium one (half a
#: standard deviation) are declared plausible: an assumption, stated as one.
PLAUSIBLE = (-0.5, 0.5)

#: All that is known of a share that nobody reports.
UNKNOWN_SHARE = (0.0, 1.0)

#: Tipping points are looked for up to three standard deviations.
SEARCH = 3.0


@dataclass(frozen=True, eq=False, kw_only=True)
class _Question:
    effects: Effects
    model: Model
    companion: Companion
    filled: dict[str, pd.DataFrame]

    def judge(self, effects: Effects) -> Fit:
        return decide(effects, self.model, self.companion).fit

    def suffix(self, name: str) -> str:
        return "" if name == "known" else f"_share_{name}"


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


def prior_use(
    effects: Effects,
    model: Model,
    shares: pd.DataFrame,
    *,
    sids: Sids | None = None,
    delta: Sequence[float] | None = None,
    gamma: Sequence[float] | None = None,
    plausible_delta: tuple[float, float] = PLAUSIBLE,
    plausible_gamma: tuple[float, float] = PLAUSIBLE,
    missing_share: tuple[float, float] = UNKNOWN_SHARE,
    companion: Companion = "default",
) -> SensitivityTable:
    """Bound the contrast in participants without earlier use.

    θᵢ = (1 − π_T) δ_N + π_T δ_E + γ (π_T − π_C): the contrast as estimated mixes
    those of naive (N) and experienced (E) people, and moves when arms differ in
    their share of experienced people who fare better or worse anyway. Nothing in
    such summaries identifies Δ = δ_E − δ_N or γ; refits over their grids bound δ_N.
    With a ratio λ = δ_E / δ_N and γ = 0 every contrast is only rescaled, so no λ
    takes the interval to zero.

    Parameters
    ----------
    effects, model
        Contrasts, and any model for them.
    shares
        See `checked_shares`. A trial with only a total share has it in both arms.
    sids
        Smallest important differences, name -> (value, citation). None is built
        in: without one there is no tipping λ.
    delta, gamma
        Values to refit at, in the unit of the effects; by default five over the
        plausible regions, zero included.
    plausible_delta, plausible_gamma
        Declared plausible regions: by default half a unit (a medium difference
        on the SMD scale) either way.
    missing_share
        Range of the share in trials that do not report one; both ends are run.
        The default is all that is logically possible.
    companion
        See `decide`.

    Returns
    -------
    SensitivityTable
        Rows: share_scenario (known, low, high), delta, gamma, then the result.
        Parts: shares, imbalance, lambda.

    Raises
    ------
    SensitivityError
        For a frame that lacks columns, holds shares outside 0–1 or counts that do
        not add up, or matches no effect; for single arms; for a SID without source.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> table = prior_use(effects, CommonEffect(), shares)
    >>> table.verdict.kind, round(table.tipping_point("delta").value, 2)
    ('robust', -1.02)
    """
    plain = decide(effects, model, companion)
    wanted = check_sids(sids)
    regions = {
        "delta": check_region("plausible_delta", plausible_delta),
        "gamma": check_region("plausible_gamma", plausible_gamma),
    }
    low, high = _missing_share(missing_share)
    table = checked_shares(shares)
    labels = keys(effects, table, "shares")
    by_study = shares_by_study(table, list(map(str, labels)))
    question = _Question(
        effects=effects,
        model=model,
        companion=companion,
        filled=filled_shares(by_study, (low, high)),
    )
    deltas = region_grid(*regions["delta"]) if delta is None else list(delta)
    gammas = region_grid(*regions["gamma"]) if gamma is None else list(gamma)
    frame, decisions = _refits(question, deltas, gammas)
    inside = _inside(question, frame, regions, (deltas, gammas))
    points = (*_tipping(question, gammas), *_ratios(question, wanted))
    return SensitivityTable(
        name="prior_use",
        label=f"Earlier use: {effects.label or 'contrasts'}",
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=_verdict(plain.fit, inside, regions, points, by_study),
        tipping=points,
        parts={
            "shares": by_study,
            "imbalance": imbalance_table(table),
            "lambda": ratio_table(effects, question.filled, question.judge),
        },
        notes=(
            *plain.notes,
            *matching_notes("shares", table, labels),
            *unverified_note("shares", table[table["share"].notna()]),
            *share_notes(by_study, (low, high)),
            "Shares describe those randomised or treated; that those assessed have "
            "the same share is assumed.",
        ),
    )


def _missing_share(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = check_region("missing_share", ends)
    if low < 0 or high > 1:
        raise SensitivityError(
            f"missing_share is {ends!r}; a share lies between 0 and 1."
        )
    return low, high


def _refits(
    question: _Question, deltas: Sequence[float], gammas: Sequence[float]
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    scenarios: list[tuple[dict[str, float | str], Effects]] = [
        (
            {"share_scenario": name, "delta": float(d), "gamma": float(g)},
            naive_contrast(question.effects, shares, d, g),
        )
        for name, shares in question.filled.items()
        for g in gammas
        for d in deltas
    ]
    return refit(scenarios, question.model, question.companion)


def _inside(
    question: _Question,
    frame: pd.DataFrame,
    regions: dict[str, tuple[float, float]],
    grids: tuple[Sequence[float], Sequence[float]],
) -> pd.DataFrame:
    wanted = [region_grid(*regions[name]) for name in ("delta", "gamma")]
    if [list(map(float, grid)) for grid in grids] == wanted:
        return frame
    return _refits(question, wanted[0], wanted[1])[0]


def _tipping(question: _Question, gammas: Sequence[float]) -> list[TippingPoint]:
    points = []
    ends = [-SEARCH, SEARCH]
    others = sorted({float(min(gammas)), float(max(gammas))} - {0.0})
    for name, shares in question.filled.items():
        tail = question.suffix(name)
        words = "" if name == "known" else f", unknown shares {name}"
        for g in (0.0, *others):
            path = partial(_at_gamma, question.effects, shares, g)
            key = f"delta{tail}" if g == 0 else f"delta_gamma_{g:g}{tail}"
            label = f"delta_E - delta_N at gamma = {g:g}{words}"
            found = first_crossing(path, question.judge, ends)
            points.append(point(key, found, "unit of the effects", label))
        found = _gamma_crossing(question, shares, ends)
        label = f"gamma at delta = 0{words}"
        points.append(point(f"gamma{tail}", found, "unit of the effects", label))
    return points


def _gamma_crossing(
    question: _Question, shares: pd.DataFrame, ends: Sequence[float]
) -> Crossing:
    if np.allclose(shares["share_active"], shares["share_control"]):
        reason = (
            "no trial is known to differ between arms in its share of experienced "
            "people, so gamma changes nothing"
        )
        deciding = repr(question.judge(question.effects).model)
        return Crossing(value=None, reason=reason, deciding=deciding)
    return first_crossing(
        partial(_at_delta, question.effects, shares, 0.0), question.judge, ends
    )


def _at_gamma(effects: Effects, shares: pd.DataFrame, g: float, d: float) -> Effects:
    return naive_contrast(effects, shares, d, g)


def _at_delta(effects: Effects, shares: pd.DataFrame, d: float, g: float) -> Effects:
    return naive_contrast(effects, shares, d, g)


def _ratios(question: _Question, sids: Sids) -> list[TippingPoint]:
    points: list[TippingPoint] = []
    for name, shares in question.filled.items():
        tail = question.suffix(name)
        points += ratio_tipping(question.effects, shares, question.judge, sids, tail)
    return points


def _verdict(
    plain: Fit,
    inside: pd.DataFrame,
    regions: dict[str, tuple[float, float]],
    points: Sequence[TippingPoint],
    shares: pd.DataFrame,
) -> Verdict:
    known = int((shares["basis"] != "unknown").sum())
    tips = [p for p in points if p.parameter in ("delta", *_TAILED)]
    crossed = [p.value for p in tips if within(p.value, regions["delta"])]
    kind = kind_of(inside, [x for x in crossed if x is not None], float(known == 0))
    (d0, d1), (g0, g1) = regions["delta"], regions["gamma"]
    told = "; ".join(
        f"{p.label}: {p.value:.2f}" if p.value is not None else f"{p.label}: none"
        for p in tips
    )
    text = (
        f"The pooled contrast over all participants is {interval_words(plain)}. In "
        f"naive participants, with delta from {d0:g} to {d1:g} and gamma from {g0:g} "
        f"to {g1:g}, {range_words(inside)}. Tipping points ({told}). Shares are "
        f"known for {known} of {len(shares)} contrasts; no summary table identifies "
        "delta or gamma, so these are bounds."
    )
    numbers: dict[str, float | str | None] = {
        "contrast": plain.estimate.value,
        "lowest": float(inside["ci_low"].min()),
        "highest": float(inside["ci_high"].max()),
        "trials_with_shares": float(known),
        **{p.key: p.value for p in points},
    }
    return Verdict(kind=kind, text=text, region=regions, numbers=numbers)


#: The tipping difference at the two ends of the unknown shares.
_TAILED = ("delta_share_low", "delta_share_high")
