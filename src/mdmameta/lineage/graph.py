"""The graph: documents, trials, rows, effects, estimates, analyses and claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mdmameta.analyses.assumptions import ANALYSES, BINARY_SETS, analysis_rows
from mdmameta.analyses.catalogue import MODELS, SETS, ContrastSet
from mdmameta.effects.table import Effects
from mdmameta.lineage.documents import Library, library
from mdmameta.lineage.rows import Rows
from mdmameta.lineage.stored import Origin, Stored, origins_of
from mdmameta.models.fit import Fit, Model
from mdmameta.records import Evidence

__all__ = ["PRIMARY", "Graph"]

#: The set that the sensitivity analyses are about, unless they name another.
PRIMARY = "ptsd-primary"


@dataclass(frozen=True, eq=False)
class Graph:
    """What rests on what, each part computed when first asked for.

    Parameters
    ----------
    evidence
        Checked tables.
    stored
        Derived files, where there are any.
    sets, models
        Contrast sets and models by name.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> graph = Graph(load_evidence("data/raw"))
    >>> graph.effect_ids("ptsd-primary")[0]
    'effect:ptsd-primary/MP1'
    """

    evidence: Evidence
    stored: Stored = field(default_factory=Stored, repr=False)
    sets: Mapping[str, ContrastSet] = field(default_factory=lambda: SETS, repr=False)
    models: Mapping[str, Model] = field(default_factory=lambda: MODELS, repr=False)

    @cached_property
    def library(self) -> Library:
        """The documents."""
        return library(self.evidence)

    @cached_property
    def rows(self) -> Rows:
        """The raw rows."""
        return Rows(self.evidence)

    @cached_property
    def _made(self) -> dict[Any, Any]:
        return {}

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what was made under a key, making it the first time."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def effects(self, name: str) -> Effects:
        """Return the effects of a contrast set."""
        found: Effects = self.once(name, lambda: self.sets[name].build(self.evidence))
        return found

    def fit(self, name: str, model: str) -> Fit:
        """Return the fit of a model to a contrast set."""
        found: Fit = self.once(
            (name, model), lambda: self.models[model].fit(self.effects(name))
        )
        return found

    def estimates(self, name: str) -> tuple[str, ...]:
        """Ids of the pooled estimates of a set."""
        return tuple(f"{name}/{model}" for model in self.sets[name].models)

    def origins(self, name: str) -> tuple[Origin, ...]:
        """Return the effects of a set with the raw rows behind each.

        Effects that were stored from these very tables are not computed again.
        """
        found: tuple[Origin, ...] = self.once(
            ("origins", name), lambda: self._origins(name)
        )
        return found

    def _origins(self, name: str) -> tuple[Origin, ...]:
        table = self.stored.effects
        if table is None or name not in self.sets or name not in set(table["set"]):
            return origins_of(name, self.effects(name).to_frame())
        return origins_of(name, table[table["set"] == name])

    def effect_ids(self, name: str) -> tuple[str, ...]:
        """Ids of the effects of a set, in its order.

        Where a trial has several, the active arm tells them apart.
        """
        return tuple(one.id for one in self.origins(name))

    @cached_property
    def statements(self) -> Mapping[str, str]:
        """Statement of each claim, by its id."""
        table = self.evidence.claims
        return dict(zip(table["claim_id"], table["statement"], strict=True))

    @property
    def analyses(self) -> Mapping[str, str]:
        """Id of each sensitivity analysis -> the contrast set it is about."""
        binary = {f"dropout/{name}": name for name in BINARY_SETS if name in self.sets}
        about = dict.fromkeys(ANALYSES, PRIMARY) if PRIMARY in self.sets else {}
        return {**about, **binary}

    def analysis_rows(self, name: str) -> tuple[str, ...]:
        """Raw rows that an analysis uses beside the effects.

        Those that were stored from these very tables are not looked for again.
        """
        if name in self.stored.rows:
            return self.stored.rows[name]
        trials = [one.trial for one in self.origins(self.analyses[name])]
        found: tuple[str, ...] = self.once(
            ("rows", name), lambda: analysis_rows(name, self.evidence, trials)
        )
        return found
