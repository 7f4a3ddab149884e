"""The sensitivity analyses of any outcome of anybody's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from mdmameta.analyses import dropout_evidence
from mdmameta.analyses.assumptions import POWER_SEED, populations, sids
from mdmameta.effects.contrasts import contrasts
from mdmameta.effects.event_contrasts import event_contrasts
from mdmameta.effects.ptsd import CONDITION
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, OptionError
from mdmameta.models.fit import Model
from mdmameta.records import Evidence
from mdmameta.sensitivity import SensitivityTable, blinding, dropout, prior_use
from mdmameta.sensitivity.verdicts import Sids

#: Ways to make the contrasts of scores, each with why a reasonable analyst may.
SCORES: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "endpoint": ("Needs no assumption, and randomisation balances baselines.", {}),
        "arms pooled": (
            "Uses everybody randomised to an active dose, each once.",
            {"arms": "pooled-active"},
        ),
        "change": (
            "Takes out differences between arms at baseline by chance.",
            {"stat": "change"},
        ),
    }
)

#: The same of events.
EVENTS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {name: SCORES[name] for name in ("endpoint", "arms pooled")}
)


def outcome_effects(evidence: Evidence, name: str) -> Effects:
    """Contrasts of an outcome at the primary time of each trial, one a trial.

    Standardised mean differences of scores, log risk ratios of events.

    Parameters
    ----------
    evidence
        Checked tables.
    name
        An instrument or event, an outcome, or the beginning of one; capitals do not
        matter.

    Raises
    ------
    OptionError
        When nothing in these tables has the name, with what there is.
    EffectsError
        When no trial has it in both arms.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> outcome_effects(load_evidence("data/raw"), "response").measure
    'RR'
    """
    return _builder(evidence, name)()


def outcome_sets(
    evidence: Evidence, name: str
) -> tuple[dict[str, Effects], dict[str, str]]:
    """Return the sets of contrasts of an outcome that differ, and why each is made.

    For `mdmameta.sensitivity.multiverse.named_sets.of_sets`.

    Parameters
    ----------
    evidence, name
        See `outcome_effects`, which makes the first set.
    """
    build = _builder(evidence, name)
    first = build()
    ways = SCORES if first.measure == "SMD" else EVENTS
    sets = {"endpoint": first}
    for label, (_, keywords) in ways.items():
        try:
            made = build(**keywords)
        except EffectsError:
            continue
        if made.covariance is None and not any(_same(made, x) for x in sets.values()):
            sets[label] = made
    return sets, {label: ways[label][0] for label in sets}


def outcome_analysis(
    analysis: str, evidence: Evidence, effects: Effects, model: Model
) -> SensitivityTable:
    """Do one analysis with the guesses, shares or flow of the tables.

    Parameters
    ----------
    analysis
        "blinding", "prior_use" or "dropout".
    evidence
        Checked tables.
    effects
        From `outcome_effects`.
    model
        Any model for them.

    Raises
    ------
    OptionError
        For another analysis, or one whose table the evidence does not have.
    """
    own = {"blinding": _blinding, "prior_use": _prior_use, "dropout": _dropout}
    if analysis not in own:
        raise OptionError(
            f"{analysis!r} is not done on a named outcome; allowed: {', '.join(own)}, "
            "multiverse. Leave the outcome out, or choose among these."
        )
    return own[analysis](evidence, effects, model)


def require_condition(evidence: Evidence) -> None:
    """Refuse the analyses of the report on tables that are not about its condition.

    Raises
    ------
    OptionError
        With the outcomes that may be named instead.
    """
    known = evidence.studies["condition"]
    if (known == CONDITION).any():
        return
    there = ", ".join(sorted(set(known))) or "nothing"
    raise OptionError(
        f"these tables have no trial of {CONDITION} (they are of {there}), and without "
        f"an outcome the analyses are of that. Name one: --outcome, with "
        f"{_listed(evidence)}."
    )


def outcome_sids(evidence: Evidence, measure: str) -> Sids:
    """Smallest important differences of the tables, where effects are in their unit.

    Parameters
    ----------
    evidence
        Its table of thresholds has those of standardised differences.
    measure
        Of the effects.
    """
    return sids(evidence) if measure == "SMD" else {}


def _builder(evidence: Evidence, name: str) -> Callable[..., Effects]:
    table, asked = evidence.instruments, name.strip().casefold()
    own = table[table["instrument"].str.casefold() == asked]
    if own.empty:
        outcomes = table["outcome"].fillna("").astype(str).str.casefold()
        own = table[outcomes.str.startswith(asked)]
    scales = own["instrument"][
        own["instrument"].isin(evidence.continuous["instrument"])
    ]
    events = own["instrument"][own["instrument"].isin(evidence.binary["outcome"])]
    if asked and len(scales):
        return partial(contrasts, evidence, instruments=tuple(scales))
    if asked and len(events):
        return partial(event_contrasts, evidence, outcomes=tuple(events))
    raise OptionError(
        f"no outcome {name!r} in these tables; there are: {_listed(evidence)}."
    )


def _listed(evidence: Evidence) -> str:
    table = evidence.instruments
    used = {*evidence.continuous["instrument"], *evidence.binary["outcome"]}
    rows = table[table["instrument"].isin(used)]
    names = {*rows["outcome"].dropna().astype(str), *rows["instrument"].astype(str)}
    return ", ".join(sorted(names - {""}))


def _same(one: Effects, other: Effects) -> bool:
    return bool(
        one.study.tolist() == other.study.tolist()
        and np.allclose(one.y, other.y)
        and np.allclose(one.v, other.v)
    )


def _table(frame: pd.DataFrame, file: str, what: str) -> pd.DataFrame:
    if frame.empty:
        raise OptionError(
            f"{file} says nothing of the arms of randomised trials, and {what} needs "
            "it. Add its rows, and the type of control to studies.csv."
        )
    return frame


def _blinding(evidence: Evidence, effects: Effects, model: Model) -> SensitivityTable:
    guesses = evidence.guesses(unverified=True)
    priors = evidence.bias_priors
    return blinding(
        effects,
        model,
        guesses=_table(guesses, "blinding.csv", "the analysis of blinding"),
        sids=outcome_sids(evidence, effects.measure),
        priors=priors if len(priors) else None,
    )


def _prior_use(evidence: Evidence, effects: Effects, model: Model) -> SensitivityTable:
    shares = evidence.shares()
    return prior_use(
        effects,
        model,
        shares=_table(shares, "prior_use.csv", "the analysis of earlier use"),
        sids=outcome_sids(evidence, effects.measure),
        targets=populations(evidence),
        seed=POWER_SEED,
    )


def _dropout(evidence: Evidence, effects: Effects, model: Model) -> SensitivityTable:
    scores = effects.measure == "SMD"
    flow = evidence.flow()
    return dropout(
        effects,
        model,
        flow=_table(flow, "arms.csv", "the analysis of dropout"),
        sids=outcome_sids(evidence, effects.measure),
        unplaced=dropout_evidence.unplaced(evidence) if scores else None,
        scales=dropout_evidence.scales(evidence) if scores else None,
    )
