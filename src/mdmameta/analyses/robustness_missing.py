"""Trials without a contrast of their own: unpublished, or printed as change alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from mdmameta.analyses.robustness_sets import Alternative
from mdmameta.effects.table import Effects
from mdmameta.records import Evidence
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import first_crossing
from mdmameta.sensitivity.verdicts import point

#: Contrasts it may have had, as multiples of the pooled one.
SUPPOSED = (
    (0.0, "no contrast"),
    (1.0, "the pooled contrast"),
    (-1.0, "the pooled contrast reversed"),
)

#: The tipping contrast is looked for up to so many SDs.
SEARCH = 10.0


def joined(effects: Effects, y: float, v: float, study: str) -> Effects:
    """Add one trial to contrasts that do not depend on each other.

    Parameters
    ----------
    effects
        Contrasts without covariance.
    y, v, study
        Contrast, its variance and the name of the trial.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.5], v=[0.1], study=["A"])
    >>> joined(effects, 0.0, 0.5, "B").study.tolist()
    ['A', 'B']
    """
    return Effects.from_arrays(
        y=[*effects.y, y],
        v=[*effects.v, v],
        study=[*map(str, effects.study), study],
        label=effects.label,
        measure=effects.measure,
        direction=effects.direction,
    )


def supposed(effects: Effects, n: tuple[float, float], y: float, study: str) -> Effects:
    """Add a trial of a known size with a contrast that is supposed.

    The variance is that of a standardised mean difference, 1/n₁ + 1/n₂ +
    y² / (2 (n₁ + n₂)).

    Parameters
    ----------
    effects
        Contrasts without covariance.
    n
        People in the active and the control arm.
    y, study
        The contrast supposed, and the name of the trial.
    """
    v = 1 / n[0] + 1 / n[1] + y**2 / (2 * (n[0] + n[1]))
    return joined(effects, y, v, study)


def sizes(evidence: Evidence, study: str) -> tuple[float, float] | None:
    """People randomised to the active and the control arm, where both are known."""
    arms = evidence.arms[evidence.arms["study_id"] == study]
    people = arms.set_index("role")["n_randomised"].astype(float)
    if not {"active", "control"} <= set(people.dropna().index):
        return None
    return float(people["active"]), float(people["control"])


def unreported(evidence: Evidence, effects: Effects) -> str:
    """Name the randomised trial that is under concern and has no scores; "" for none.

    Parameters
    ----------
    evidence
        Its table of trials states concerns.
    effects
        The primary contrasts, with the moderator study_id.
    """
    table = evidence.studies
    doubted = table[(table["concern"].fillna("") != "")]
    doubted = doubted[doubted["design"] == "randomised"]
    reported = {*effects.moderators["study_id"], *evidence.continuous["study_id"]}
    return next((str(x) for x in doubted["study_id"] if x not in reported), "")


def missing_trial(
    evidence: Evidence, effects: Effects, pooled: float
) -> Iterator[Alternative]:
    """Yield the contrasts with the unreported trial under each supposition."""
    name = unreported(evidence, effects)
    if not name:
        return
    n, kind = sizes(evidence, name), "unreported trial"
    for times, words in SUPPOSED:
        scenario = f"{name} supposed to have {words}"
        if n is None:
            reason = "how many people were randomised to each arm is not known"
            yield Alternative(kind=kind, scenario=scenario, effects=None, reason=reason)
        else:
            made = supposed(effects, n, times * pooled, name)
            yield Alternative(kind=kind, scenario=scenario, effects=made)


def missing_tipping(evidence: Evidence, question: Question) -> tuple[TippingPoint, ...]:
    """Solve for the unreported contrast that takes the deciding interval to zero."""
    name = unreported(evidence, question.effects)
    n = sizes(evidence, name)
    if n is None:
        return ()
    path = partial(_path, question.effects, n, name)
    found = first_crossing(path, question.judge, (-SEARCH, SEARCH))
    return (
        point(
            "missing_trial",
            found,
            "SMD",
            f"contrast of {name} ({n[0]:g} against {n[1]:g} people)",
        ),
    )


def _path(effects: Effects, n: tuple[float, float], name: str, y: float) -> Effects:
    return supposed(effects, n, y, name)


def only_change(effects: Effects, change: Effects | None) -> Iterator[Alternative]:
    """Yield the contrasts with trials that printed change alone added to them.

    Parameters
    ----------
    effects
        Contrasts of endpoint scores.
    change
        Contrasts of change; None where there are none.
    """
    if change is None:
        return
    own = set(effects.moderators["study_id"])
    ids = change.moderators["study_id"].astype(str)
    for at in np.flatnonzero(~ids.isin(own).to_numpy()):
        name = str(ids.iloc[at])
        made = joined(effects, float(change.y[at]), float(change.v[at]), name)
        yield Alternative(
            kind="bases mixed",
            scenario=f"{name} added by its change scores",
            effects=made,
        )


def printed_only(low: Effects, high: Effects) -> Iterator[Alternative]:
    """Yield the change scores that need no correlation.

    Parameters
    ----------
    low, high
        The same contrasts with two correlations: those that differ need one.
    """
    same = np.flatnonzero(low.y == high.y)
    if same.size < low.k:
        yield Alternative(
            kind="change", scenario="change, printed SD only", effects=low.take(same)
        )


def without_retracted(change: Effects | None) -> Iterator[Alternative]:
    """Yield the change scores that rest on no retracted document."""
    if change is None:
        return
    clean = [one.source_status == "current" for one in change.provenance]
    if all(clean):
        return
    yield Alternative(
        kind="sources under concern",
        scenario="change, without retracted documents",
        effects=change.take(np.flatnonzero(clean)),
    )
