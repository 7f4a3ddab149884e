"""What stands beside the refits over b: thresholds, scenarios, the joint model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.belief_scenarios import (
    prior_use_scenarios,
    therapist_scenarios,
)
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_region import PlausibleBias
from mdmameta.sensitivity.bias_runs import SEARCH
from mdmameta.sensitivity.bias_thresholds import (
    estimate_crossings,
    multiples_table,
    removed_table,
    threshold_points,
)
from mdmameta.sensitivity.expectancy import expectancy
from mdmameta.sensitivity.guess_synthesis import guess_synthesis
from mdmameta.sensitivity.guesses import checked_guesses
from mdmameta.sensitivity.joint_blinding import Elicited, joint_blinding
from mdmameta.sensitivity.joint_model import JOINT, JOINT_CURE, BiasPriors
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.units import prior_fault, unit_size
from mdmameta.sensitivity.verdicts import NO_SID, Sids, sid_words, unit_of


@dataclass(frozen=True, eq=False, kw_only=True)
class Beside:
    """What is asked besides the refits over b.

    Parameters
    ----------
    elicited
        Priors of b from people: see `joint_blinding`.
    sids
        Smallest important differences, checked.
    shares
        Frame of earlier use, or None.
    therapist
        Names and sizes of a bias through therapists.
    assumed
        Second frame of guesses, or None.
    joint
        Priors of the joint model; None for its defaults on unit scales.
    """

    elicited: Elicited = field(default_factory=dict)
    sids: Sids = field(default_factory=dict)
    shares: pd.DataFrame | None = None
    therapist: Sequence[tuple[str, float]] = ()
    assumed: pd.DataFrame | None = None
    joint: BiasPriors | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Extra:
    """Parts, tipping points and notes that join those of the refits."""

    parts: dict[str, pd.DataFrame]
    tipping: tuple[TippingPoint, ...]
    notes: tuple[str, ...]
    numbers: dict[str, float | str | None]


def beside(
    question: Question,
    run: Belief,
    guesses: pd.DataFrame,
    bias: PlausibleBias,
    main: TippingPoint,
    asked: Beside,
) -> Extra:
    """Compute what stands beside the refits over b.

    Parameters
    ----------
    question, run
        Effects, model, and the u of the main run.
    guesses
        Checked frame, roles as in the contrasts.
    bias
        Published and plausible b; scenarios are shown at its strongest.
    main
        Tipping point of the main run.
    asked
        What is wanted.
    """
    at, published = bias.strongest, bias.published
    end = (SEARCH if at >= 0 else -SEARCH) * unit_size(question.effects)
    joint = _joint(question.effects, run, bias, asked)
    hope = expectancy(
        question.effects,
        question.model,
        run,
        guesses,
        size=at,
        companion=question.companion,
    )
    points = threshold_points(question, run, asked.sids, end, _unit(question))
    return Extra(
        parts={
            "guess_synthesis": _synthesis(guesses, asked.assumed),
            "thresholds": estimate_crossings(question, run, asked.sids, end),
            "multiples": multiples_table([main, *points], published),
            "removed": removed_table(question, run, main, at),
            "expectancy": hope.frame,
            **joint.parts,
            **_scenarios(question, run, at, end, asked),
        },
        tipping=(*points, *hope.tipping),
        notes=(
            *joint.notes,
            f"Hope and disappointment: {hope.verdict.text}",
            *_sid_notes(asked.sids),
        ),
        numbers=joint.numbers,
    )


def _joint(effects: Effects, run: Belief, bias: PlausibleBias, asked: Beside) -> Extra:
    """Fit the joint model, or say what it needs in units that are not its own."""
    why = prior_fault(effects, JOINT, f"joint={JOINT_CURE}")
    if why and asked.joint is None:
        note = f"No joint model: {why}"
        return Extra(parts={}, tipping=(), notes=(note,), numbers={})
    made = joint_blinding(
        effects,
        run,
        bias.published,
        priors=bias.priors,
        elicited=asked.elicited,
        joint=asked.joint,
    )
    learnt = {f"b_{name}": value for name, value in made.verdict.numbers.items()}
    return Extra(
        parts={"joint": made.frame},
        tipping=(),
        notes=(*made.notes, f"Joint model: {made.verdict}"),
        numbers={"b_verdict": made.verdict.kind, **learnt},
    )


def _unit(question: Question) -> str:
    return f"{unit_of(question.effects.measure)} at u = 1"


def _synthesis(guesses: pd.DataFrame, assumed: pd.DataFrame | None) -> pd.DataFrame:
    found = [guess_synthesis(guesses).assign(basis="counts")]
    if assumed is not None:
        second = guess_synthesis(checked_guesses(assumed, "assumed"))
        found.append(second.assign(basis="assumed"))
    return pd.concat(found, ignore_index=True)


def _scenarios(
    question: Question, run: Belief, at: float, end: float, asked: Beside
) -> dict[str, pd.DataFrame]:
    made = {}
    if asked.shares is not None:
        made["recognition"] = prior_use_scenarios(
            question, run, asked.shares, at=at, end=end
        )
    if asked.therapist:
        made["therapists"] = therapist_scenarios(
            question, run, sizes=asked.therapist, at=at, end=end
        )
    return made


def _sid_notes(sids: Sids) -> tuple[str, ...]:
    if not sids:
        return (NO_SID,)
    listed = "; ".join(sid_words(name, x, cite) for name, (x, cite) in sids.items())
    return (f"Smallest important differences, as cited: {listed}.",)
