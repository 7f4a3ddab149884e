"""The contrast in naive participants, bounded without participant data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Model
from mdmameta.sensitivity.deciding import Companion
from mdmameta.sensitivity.experienced import experienced_tipping
from mdmameta.sensitivity.joint_naive import NaivePriors
from mdmameta.sensitivity.matching import Matched, matching_notes, retracted_note
from mdmameta.sensitivity.naive import Filled, naive_refits, naive_tipping, suffix
from mdmameta.sensitivity.prior_use_parts import Asked, prior_use_parts
from mdmameta.sensitivity.prior_use_words import prior_use_verdict, region_note
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.ratio import ratio_tipping
from mdmameta.sensitivity.shares import (
    checked_shares,
    filled_shares,
    share_notes,
    shares_by_study,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint
from mdmameta.sensitivity.target import Targets, check_targets
from mdmameta.sensitivity.tipping import region_grid
from mdmameta.sensitivity.units import require_region
from mdmameta.sensitivity.verdicts import Sids, check_region, check_sids

#: Differences between experienced and naive people up to a medium one (half a
#: standard deviation) are declared plausible: an assumption, stated as one.
PLAUSIBLE = (-0.5, 0.5)

#: All that is known of a share that nobody reports.
UNKNOWN_SHARE = (0.0, 1.0)


def prior_use(
    effects: Effects,
    model: Model,
    shares: pd.DataFrame,
    *,
    sids: Sids | None = None,
    delta: Sequence[float] | None = None,
    gamma: Sequence[float] | None = None,
    plausible_delta: tuple[float, float] | None = None,
    plausible_gamma: tuple[float, float] | None = None,
    missing_share: tuple[float, float] = UNKNOWN_SHARE,
    companion: Companion = "default",
    targets: Targets | None = None,
    priors: NaivePriors | None = None,
    seed: int | None = None,
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
        on the SMD scale) either way, for standardised differences and log ratios;
        other measures need both.
    missing_share
        Range of the share in trials that do not report one; both ends are run.
        The default is all that is logically possible.
    companion
        See `decide`.
    targets
        Populations to standardise to, name -> (share with earlier use, citation).
    priors
        Of the Bayesian version; see `NaivePriors`. Its defaults are for standardised
        differences and log ratios; in other units the part ``posterior`` is left out
        without priors, and a note says so.
    seed
        Of the simulated number of trials that a meta-regression would need;
        without one nothing is simulated.

    Returns
    -------
    SensitivityTable
        Rows: share_scenario (known, low, high), delta, gamma, then the result.
        Parts: reported (shares with intervals), shares (by effect), imbalance,
        bounds (sharp, over the declared regions), experienced (the contrast that
        experienced people would need), lambda, population (with targets),
        posterior, slope (meta-regression on the share), power (with a seed).

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
    question = Question.ask(effects, model, companion)
    wanted = check_sids(sids)
    regions = _regions(effects, delta=plausible_delta, gamma=plausible_gamma)
    ends = _missing_share(missing_share)
    users = Matched.of("shares", checked_shares(shares), effects)
    by_study = shares_by_study(users.table, users.studies)
    asked = Asked(
        question=question, table=users.table, by_study=by_study,
        filled=filled_shares(by_study, ends), regions=regions, missing=ends,
        targets=check_targets(targets), priors=priors, seed=seed,
    )  # fmt: skip
    answer = _answer(asked, delta, gamma, wanted)
    as_default = plausible_delta is None and plausible_gamma is None
    notes = (
        *question.plain.notes,
        region_note(regions, as_default=as_default),
        *matching_notes("shares", users.table, users.labels),
        *retracted_note("shares", users.own),
        *share_notes(users.table, by_study, ends),
        *answer.notes,
    )
    label = f"Earlier use: {effects.label or 'contrasts'}"
    return replace(answer, notes=notes).table("prior_use", label)


def _answer(
    asked: Asked,
    delta: Sequence[float] | None,
    gamma: Sequence[float] | None,
    sids: Sids,
) -> Answer:
    """Refit over the grids, judge by the declared region, and look for its end."""
    question, filled, regions = asked.question, asked.filled, asked.regions
    plausible = [region_grid(*regions[name]) for name in ("delta", "gamma")]
    grids = _grids((delta, gamma), plausible)
    frame, decisions = naive_refits(question, filled, *grids)
    same = grids == plausible
    inside = frame if same else naive_refits(question, filled, *plausible)[0]
    points = _points(question, filled, grids[1], sids)
    parts, notes = prior_use_parts(asked)
    return Answer(
        frame=frame,
        fits=tuple(decision.fit for decision in decisions),
        verdict=prior_use_verdict(
            question.plain.fit, inside, regions, points, asked.by_study, parts["bounds"]
        ),
        tipping=points,
        parts=parts,
        notes=notes,
    )


def _regions(
    effects: Effects, **given: tuple[float, float] | None
) -> dict[str, tuple[float, float]]:
    if None in given.values():
        require_region(effects, "plausible_delta and plausible_gamma")
    return {
        name: PLAUSIBLE if ends is None else check_region(f"plausible_{name}", ends)
        for name, ends in given.items()
    }


def _points(
    question: Question, filled: Filled, gammas: Sequence[float], sids: Sids
) -> tuple[TippingPoint, ...]:
    return (
        *naive_tipping(question, filled, gammas),
        *experienced_tipping(question.effects, filled, question.judge),
        *_ratios(question, filled, sids),
    )


def _grids(
    given: Sequence[Sequence[float] | None], plausible: Sequence[Sequence[float]]
) -> list[Sequence[float]]:
    """Values to refit at: those asked for, or the declared region."""
    pairs = zip(given, plausible, strict=True)
    return [default if own is None else list(own) for own, default in pairs]


def _missing_share(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = check_region("missing_share", ends)
    if low < 0 or high > 1:
        raise SensitivityError(
            f"missing_share is {ends!r}; a share lies between 0 and 1."
        )
    return low, high


def _ratios(question: Question, filled: Filled, sids: Sids) -> list[TippingPoint]:
    return [
        found
        for name, shares in filled.items()
        for found in ratio_tipping(
            question.effects, shares, question.judge, sids, suffix(name)
        )
    ]
