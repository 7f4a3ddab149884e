"""How much of a contrast lost blinding could explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.sensitivity.belief_tables import indices_parts
from mdmameta.sensitivity.beliefs import (
    control_types_of,
    runs_of_belief,
    unused_priors,
)
from mdmameta.sensitivity.bias_adjusted import anchors, unit_of_b
from mdmameta.sensitivity.bias_runs import bias_answer
from mdmameta.sensitivity.blinding_parts import Beside, Extra, beside
from mdmameta.sensitivity.blinding_words import label_of
from mdmameta.sensitivity.control_type import control_type_table
from mdmameta.sensitivity.deciding import Companion
from mdmameta.sensitivity.frames import (
    contrast_roles,
    keys,
    matching_notes,
    retracted_note,
    unverified_note,
)
from mdmameta.sensitivity.guesses import (
    DEFAULT_MISSING_U,
    MissingU,
    by_respondent,
    checked_guesses,
)
from mdmameta.sensitivity.joint_blinding import Elicited
from mdmameta.sensitivity.joint_model import BiasPriors
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import SensitivityTable
from mdmameta.sensitivity.units import measure_of, require_region
from mdmameta.sensitivity.verdicts import (
    Sids,
    benefit_sign,
    check_region,
    check_sids,
)

#: Without published estimates, bias up to Cohen's large difference is declared
#: plausible: an assumption, stated as one.
PLAUSIBLE_WITHOUT_PRIORS = 0.8


def blinding(
    effects: Effects,
    model: Model,
    guesses: pd.DataFrame,
    *,
    sids: Sids | None = None,
    priors: pd.DataFrame | None = None,
    elicited: Elicited | None = None,
    assumed: pd.DataFrame | None = None,
    shares: pd.DataFrame | None = None,
    therapist: Sequence[tuple[str, float]] = (),
    b: Sequence[float] | None = None,
    plausible: tuple[float, float] | None = None,
    missing_u: MissingU | None = None,
    delta_u: Sequence[float] = (1.0, 0.75, 0.5),
    control_type: str = "control_type",
    companion: Companion = "default",
    joint: BiasPriors | None = None,
    seed: int = 1,
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
        ``missing_u``; the run "counts only" leaves them out. With a column
        ``respondent``, u is of participants; others have their indices shown.
    sids
        Smallest important differences, name -> (value, citation). None is built
        in; without one only zero is judged.
    priors
        Published estimates of bias: see `anchors`.
    elicited
        Priors of b from people: name -> (mean, SD, source), in the unit of the
        effects.
    assumed
        A second frame of guesses, assumed from reported percentages: see
        `guesses_from_percentages`.
    shares
        Frame of earlier use: see `prior_use_scenarios`.
    therapist
        Names and sizes of a bias through therapists: see `therapist_scenarios`.
    b
        Values to refit at; by default 0 to 1 by 0.1 towards exaggerated benefit (in
        units other than SDs and logs, tenths of the largest contrast).
        Where lower is better, negative b exaggerates benefit; where higher is
        better, positive b does.
    plausible
        Declared plausible region of b. By default from zero to the strongest
        published point estimate, and to 0.8 (a large difference) without one, for
        standardised differences and log ratios (of odds: the log odds ratio of
        that size); other measures need it.
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
    joint
        Priors of the joint model, in the unit of the effects. By default those of
        `BiasPriors` for standardised differences and log ratios; in other units the
        part ``joint`` is left out without them, and a note says so.
    seed
        Of the bootstrap of James's index.

    Returns
    -------
    SensitivityTable
        Rows: u_from, b, anchor, then the result. Parts: control_type, bang,
        james, u, anchors, tipping_by_interval, learnt_about_b, and those of
        `beside`: guess_synthesis, thresholds, multiples, removed, expectancy,
        joint, recognition, therapists.

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
    question = Question.ask(effects, model, companion)
    wanted, (own, others) = check_sids(sids), by_respondent(guesses)
    table = checked_guesses(own)
    labels = keys(effects, table, "guesses")
    table = contrast_roles(effects, table, labels)
    sign, sign_note = benefit_sign(effects, question.plain.fit)
    types = control_types_of(effects, table, labels, control_type)
    prior_u = DEFAULT_MISSING_U if missing_u is None else missing_u
    runs, run_notes = runs_of_belief(labels, types, table, assumed, prior_u)
    published = anchors(priors, measure_of(effects), sign, delta_u)
    region = _region(plausible, published, sign, delta_u, effects)
    answer = bias_answer(question, runs, published, region, sign, b)
    asked = Beside(
        priors=priors,
        elicited=elicited or {},
        sids=wanted,
        shares=shares,
        therapist=therapist,
        assumed=assumed,
        joint=joint,
    )
    at = region[0] if sign < 0 else region[1]
    extra = beside(question, runs[0], table, published, answer.tipping[0], at, asked)
    moderator, moderator_notes = control_type_table(
        effects, model, pd.Series(types), control_type
    )
    notes = (
        *question.plain.notes,
        *sign_note,
        _region_note(plausible, published, region, delta_u[0]),
        *_guess_notes(table, labels),
        *run_notes,
        *unused_priors(priors, published, measure_of(effects)),
        *moderator_notes,
        *extra.notes,
        f"Bootstrap intervals of James's index: seed {seed}.",
    )
    indices = indices_parts(table, others, assumed, seed)
    parts = {"control_type": moderator, **indices}
    return _joined(label_of(effects, runs[0]), answer, extra, parts, notes)


def _joined(
    label: str,
    answer: Answer,
    extra: Extra,
    parts: dict[str, pd.DataFrame],
    notes: tuple[str, ...],
) -> SensitivityTable:
    verdict = answer.verdict
    return SensitivityTable(
        name="blinding",
        label=label,
        frame=answer.frame,
        fits=answer.fits,
        verdict=replace(verdict, numbers={**verdict.numbers, **extra.numbers}),
        tipping=(*answer.tipping, *extra.tipping),
        parts={**parts, **answer.parts, **extra.parts},
        notes=notes,
    )


def _guess_notes(table: pd.DataFrame, labels: NDArray[np.str_]) -> tuple[str, ...]:
    counted = table[table["counted"]]
    return (
        *matching_notes("guesses", table, labels),
        *unverified_note("guesses", counted),
        *retracted_note("guesses", counted),
    )


def _region(
    plausible: tuple[float, float] | None,
    published: pd.DataFrame,
    sign: float,
    delta_u: Sequence[float],
    effects: Effects,
) -> tuple[float, float]:
    if plausible is not None:
        return check_region("plausible", plausible)
    first = published[published["delta_u"] == delta_u[0]]["b"]
    if first.empty:
        require_region(effects, "plausible")
        large = PLAUSIBLE_WITHOUT_PRIORS * (unit_of_b(effects.measure) or 1.0)
        ends = np.sort([0.0, sign * large])
    else:
        ends = np.array([min(0.0, first.min()), max(0.0, first.max())])
    return float(ends[0]), float(ends[1])


def _region_note(
    plausible: tuple[float, float] | None,
    published: pd.DataFrame,
    region: tuple[float, float],
    change: float,
) -> str:
    told = f"Declared plausible region of b: {region[0]:.2f} to {region[1]:.2f}"
    if plausible is not None:
        return f"{told}, as given."
    if published.empty:
        return f"{told}: ASSUMED, up to a large difference; no published estimate."
    return (
        f"{told}: from none to the strongest published point estimate, if its source "
        f"changed belief by {change:g}. A smaller change there would mean a larger b."
    )
