"""A graph of choices for anybody's sets of effects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.deciding import refuse_single_arms
from mdmameta.sensitivity.multiverse.assembly import LEAST, assemble, leave_out
from mdmameta.sensitivity.multiverse.graph import Choice, Graph, Option
from mdmameta.sensitivity.multiverse.methods import CHOICES, MAIN, RULES
from mdmameta.sensitivity.multiverse.universe import Universe

ALL = "all"


def of_sets(
    sets: Mapping[str, Effects], defences: Mapping[str, str] | None = None
) -> Universe:
    """Cross named sets of effects with leaving out each study, and with methods.

    Parameters
    ----------
    sets
        Name -> independent effects of one measure, one a study; the first is
        that of the main analysis.
    defences
        Name -> why a reasonable analyst may choose the set; its label, or name,
        when left out.

    Raises
    ------
    SensitivityError
        For no sets, several measures, or effects that cannot be pooled in
        batches.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.5, -0.8, -0.2], v=[0.1, 0.2, 0.1])
    >>> universe = of_sets({"endpoint": effects})
    >>> universe.studies, [choice.name for choice in universe.graph.choices]
    (('1', '2', '3'), ['set', 'trials', 'estimator', 'interval', 'prior'])
    """
    _check(sets)
    why = {name: (defences or {}).get(name) or e.label for name, e in sets.items()}
    options = tuple(Option(name, why[name] or f"Set {name}.") for name in sets)
    graph = Graph(
        (Choice("set", "Set of effects", options), trials_choice(sets), *CHOICES),
        RULES,
        {"set": next(iter(sets)), "trials": ALL, **MAIN},
    )
    return assemble(
        graph, lambda picked: sets[picked["set"]], {"trials": without_trial}
    )


def trials_choice(sets: Mapping[str, Effects], *further: Option) -> Choice:
    """Make the choice of leaving out one study, those of the first set only."""
    first = next(iter(sets.values()))
    left = (
        Option(f"without {study}", f"Shows how much rests on {study} alone.")
        for study in dict.fromkeys(first.study)
    )
    whole = Option(ALL, "Every trial that has the outcome is evidence.")
    return Choice("trials", "Trials", (whole, *left, *further))


def without_trial(effects: Effects, option: str) -> Effects | None:
    """Alter effects by an option of `trials_choice`; None where it says nothing."""
    if option == ALL:
        enough = np.isfinite(effects.y + effects.v).sum() >= LEAST
        return effects if enough else None
    return leave_out(effects, option.removeprefix("without "))


def _check(sets: Mapping[str, Effects]) -> None:
    if not isinstance(sets, Mapping) or not sets:
        raise SensitivityError(
            "choices is no mapping of names to Effects; give for example "
            "{'endpoint': effects}, or leave it out for the default of the evidence."
        )
    for effects in sets.values():
        refuse_single_arms(effects)
    if len(measures := {effects.measure for effects in sets.values()}) > 1:
        raise SensitivityError(
            f"the sets have the measures {', '.join(map(repr, sorted(measures)))}; "
            "estimates on different scales cannot stand in one multiverse."
        )
