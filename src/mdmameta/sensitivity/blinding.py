"""How much of a contrast lost blinding could explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.sensitivity.belief_tables import indices_parts
from mdmameta.sensitivity.beliefs import (
    Belief,
    control_types_of,
    runs_of_belief,
    unused_priors,
)
from mdmameta.sensitivity.bias_region import PlausibleBias
from mdmameta.sensitivity.bias_runs import bias_answer
from mdmameta.sensitivity.blinding_parts import Beside, beside
from mdmameta.sensitivity.blinding_words import label_of
from mdmameta.sensitivity.control_type import control_type_table
from mdmameta.sensitivity.deciding import Companion
from mdmameta.sensitivity.guesses import MissingU, by_respondent, checked_guesses
from mdmameta.sensitivity.joint_blinding import Elicited
from mdmameta.sensitivity.joint_model import BiasPriors
from mdmameta.sensitivity.matching import (
    Matched,
    matching_notes,
    retracted_note,
    unverified_note,
)
from mdmameta.sensitivity.question import Answer, Question
from mdmameta.sensitivity.table import SensitivityTable
from mdmameta.sensitivity.units import measure_of
from mdmameta.sensitivity.verdicts import Sids, check_sids


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
    people = Matched.of("guesses", checked_guesses(own), effects)
    types = control_types_of(effects, people, control_type)
    runs, run_notes = runs_of_belief(people, types, assumed, missing_u)
    bias = PlausibleBias.of(question, priors, delta_u, plausible)
    asked = Beside(
        elicited=elicited or {},
        sids=wanted,
        shares=shares,
        therapist=therapist,
        assumed=assumed,
        joint=joint,
    )
    answer = _answer(question, people.table, runs, bias, b, asked)
    control, control_notes = control_type_table(effects, model, types, control_type)
    notes = (
        *question.plain.notes,
        *bias.notes,
        *_guess_notes(people),
        *run_notes,
        *unused_priors(bias.priors, bias.published, measure_of(effects)),
        *control_notes,
        *answer.notes,
        f"Bootstrap intervals of James's index: seed {seed}.",
    )
    indices = indices_parts(people.table, others, assumed, seed)
    parts = {"control_type": control, **indices, **answer.parts}
    answer = replace(answer, parts=parts, notes=notes)
    return answer.table("blinding", label_of(effects, runs[0]))


def _answer(
    question: Question,
    guesses: pd.DataFrame,
    runs: Sequence[Belief],
    bias: PlausibleBias,
    b: Sequence[float] | None,
    asked: Beside,
) -> Answer:
    """Refit over b, and join what stands beside the refits."""
    answer = bias_answer(question, runs, bias, b)
    extra = beside(question, runs[0], guesses, bias, answer.tipping[0], asked)
    verdict = answer.verdict
    return replace(
        answer,
        verdict=replace(verdict, numbers={**verdict.numbers, **extra.numbers}),
        tipping=(*answer.tipping, *extra.tipping),
        parts={**answer.parts, **extra.parts},
        notes=extra.notes,
    )


def _guess_notes(people: Matched) -> tuple[str, ...]:
    counted = people.table[people.table["counted"]]
    return (
        *matching_notes("guesses", people.table, people.labels),
        *unverified_note("guesses", counted),
        *retracted_note("guesses", counted),
    )
