"""The default graph of choices of a body of evidence on PTSD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mdmameta.effects import effect_size, ptsd_effects
from mdmameta.effects.checks import freeze
from mdmameta.effects.ptsd_choices import (
    BIASES,
    INCOMPATIBLE,
    SCORES,
    SIZES,
    Way,
)
from mdmameta.effects.selection import alternative_times
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.records import Evidence
from mdmameta.sensitivity.multiverse import methods
from mdmameta.sensitivity.multiverse.alterations import (
    AVAILABLE,
    CONCERN,
    MISSING,
    NO_BIAS,
    MissingOutcomes,
    Trials,
    bias_choice,
)
from mdmameta.sensitivity.multiverse.assembly import Alter, assemble
from mdmameta.sensitivity.multiverse.graph import Choice, Graph, Option, Rule
from mdmameta.sensitivity.multiverse.named_sets import ALL, trials_choice
from mdmameta.sensitivity.multiverse.universe import Universe

#: What `effect_size` needs of the scores of a contrast.
_SCORES = {
    "m1i": "mean1",
    "sd1i": "sd1",
    "n1i": "n1",
    "m2i": "mean2",
    "sd2i": "sd2",
    "n2i": "n2",
}


@dataclass(frozen=True, eq=False, slots=True)
class PtsdSets:
    """Makes a contrast set of each combination of options, each contrast once.

    Parameters
    ----------
    evidence
        Checked evidence.
    """

    evidence: Evidence
    _made: dict[tuple[str, ...], Effects | None] = field(default_factory=dict)

    def __call__(self, picked: Mapping[str, str]) -> Effects | None:
        """Return the effects, or None where no trial has the scores."""
        key = tuple(picked[name] for name in SCORES)
        if key not in self._made:
            self._made[key] = self._contrasts(picked)
        scores = self._made[key]
        return None if scores is None else _sized(scores, picked)

    def _contrasts(self, picked: Mapping[str, str]) -> Effects | None:
        keywords = _keywords(SCORES, picked)
        if question := keywords.pop("alternative", ""):
            keywords["timepoint"] = alternative_times(self.evidence, question)
            if not keywords["timepoint"]:
                return None
        try:
            return ptsd_effects(self.evidence, **keywords)
        except EffectsError:
            return None


def of_evidence(evidence: Evidence) -> Universe:
    """Assemble the default multiverse of PTSD severity.

    Parameters
    ----------
    evidence
        Checked evidence.
    """
    sets = PtsdSets(evidence)
    made = [_choice(name, *SCORES[name]) for name in SCORES]
    made += [_choice(name, *SIZES[name]) for name in SIZES]
    main = {choice.name: choice.options[0].name for choice in made}
    first = ptsd_effects(evidence)
    sign = 1.0 if first.direction == "higher" else -1.0
    bias, unblinding = bias_choice(
        evidence.bias_priors, evidence.guesses(), first.measure, sign, BIASES
    )
    trials = trials_choice({"main": first}, CONCERN)
    graph = Graph(
        (*made, trials, MISSING, bias, *methods.CHOICES),
        (*_rules(), *_one_at_a_time(trials, bias), *methods.RULES),
        {**main, "trials": ALL, "missing": AVAILABLE, "bias": NO_BIAS, **methods.MAIN},
    )
    alter: dict[str, Alter] = {
        "trials": Trials(),
        "missing": MissingOutcomes(evidence.flow()),
        "bias": unblinding,
    }
    return assemble(graph, sets, alter, _NOTES)


#: What every reader of the default multiverse must know.
_NOTES = (
    "Bias from lost blinding is subtracted at the published estimate, with the change "
    "in belief of each trial taken from its type of control where nobody was asked.",
    "Trials, missing outcomes and bias are altered one at a time.",
    "Trials whose sources are retracted enter under one option of their own.",
)


def _choice(name: str, title: str, ways: Mapping[str, Way]) -> Choice:
    return Choice(name, title, tuple(Option(o, w.defence) for o, w in ways.items()))


def _keywords(
    choices: Mapping[str, tuple[str, Mapping[str, Way]]], picked: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (_, ways) in choices.items():
        found |= ways[picked[name]].keywords
    return found


def _sized(scores: Effects, picked: Mapping[str, str]) -> Effects:
    inputs: dict[str, Any] = {**_keywords(SIZES, picked), **_SCORES}
    sizes = effect_size(data=scores.frame, **inputs)
    y, v = (sizes[name].to_numpy(dtype=float) for name in ("y", "v"))
    return replace(scores, y=freeze(y), v=freeze(v))


def _rules() -> tuple[Rule, ...]:
    return tuple(Rule(name, *given) for name, given in INCOMPATIBLE.items())


def _one_at_a_time(trials: Choice, bias: Choice) -> tuple[Rule, ...]:
    """Alterations are not combined: their product would swamp all other choices."""
    altering = {choice.name: choice.names[1:] for choice in (trials, MISSING, bias)}
    pairs = (("trials", "missing"), ("trials", "bias"), ("missing", "bias"))
    return tuple(
        Rule(
            f"{first}-or-{second}",
            "One alteration at a time, so that none swamps the other choices.",
            {first: altering[first], second: altering[second]},
        )
        for first, second in pairs
    )
