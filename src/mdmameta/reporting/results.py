"""Every analysis of the report, computed once from the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mdmameta.analyses.catalogue import MAIN_MODEL, MODELS, SETS
from mdmameta.claims import Ledger, reproduction_ledger
from mdmameta.effects import depression_effects
from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.plain import plain
from mdmameta.models.verified import weight_by_verification
from mdmameta.records import Evidence, load_evidence
from mdmameta.reporting.on_demand import OnDemand

if TYPE_CHECKING:
    from mdmameta.analyses.prior_beliefs import PriorBeliefs
    from mdmameta.lineage.graph import Graph
    from mdmameta.sensitivity import Multiverse, SensitivityTable

#: What the names of analyses of binary sets begin with.
_BINARY = "dropout"

#: The set that the report is about.
PRIMARY = "ptsd-primary"


@dataclass(frozen=True, eq=False)
class Results:
    """All analyses of one body of evidence, each made when asked for, and once.

    Sensitivity analyses and lineage are not even loaded before.

    Parameters
    ----------
    evidence
        Checked evidence, as `load_evidence` gives it.

    Examples
    --------
    >>> results = load_results("data/raw")
    >>> round(results.fits["ptsd-primary", "bayes"].estimate.value, 2)
    -0.71
    """

    evidence: Evidence

    @cached_property
    def effects(self) -> Mapping[str, Effects]:
        """Contrast sets by name."""
        return OnDemand(tuple(SETS), lambda name: SETS[name].build(self.evidence))

    def contrast_set(self, name: str) -> Effects:
        """Return the effects of a named contrast set.

        Raises
        ------
        OptionError
            With the names there are.
        """
        if name not in SETS:
            raise OptionError(
                f"there is no contrast set {name!r}; there are: {', '.join(SETS)}."
            )
        return self.effects[name]

    @cached_property
    def fits(self) -> Mapping[tuple[str, str], Fit]:
        """Fits by names of set and model; each passed its diagnostics."""
        names = ((name, model) for name, one in SETS.items() for model in one.models)
        return OnDemand(tuple(names), self._fit)

    def _fit(self, name: tuple[str, str]) -> Fit:
        fit = MODELS[name[1]].fit(self.effects[name[0]])
        fit.diagnostics.raise_if_bad()
        return fit

    def deciding(self, name: str) -> Fit:
        """Return the fit whose interval decides in words: the widest that may.

        Parameters
        ----------
        name
            Name of a contrast set.
        """
        from mdmameta.sensitivity import deciding_fit

        return deciding_fit(self.contrast_set(name), MODELS[MAIN_MODEL])

    @cached_property
    def depression(self) -> SingleArmEffects:
        """Changes within the single arm of the depression pilot."""
        return depression_effects(self.evidence)

    @cached_property
    def sensitivity(self) -> Mapping[str, SensitivityTable]:
        """The sensitivity analyses of the primary set, by name."""
        from mdmameta.analyses import assumptions

        return OnDemand(
            tuple(assumptions.ANALYSES),
            lambda name: assumptions.ANALYSES[name](
                self.evidence, self.effects[PRIMARY], MODELS[MAIN_MODEL]
            ),
        )

    @cached_property
    def binary_dropout(self) -> Mapping[str, SensitivityTable]:
        """The dropout analyses of the binary sets, by name of the set."""
        from mdmameta.analyses import assumptions

        return OnDemand(
            assumptions.BINARY_SETS,
            lambda name: assumptions.dropout_analysis(
                self.evidence, self.effects[name], MODELS[MAIN_MODEL]
            ),
        )

    @cached_property
    def lineage(self) -> Graph:
        """What rests on what, from documents to estimates."""
        from mdmameta.lineage.traced import graph_of

        return graph_of(self.evidence)

    @cached_property
    def multiverse(self) -> Multiverse:
        """Every defensible specification of the contrast in severity."""
        from mdmameta.analyses import assumptions
        from mdmameta.sensitivity import multiverse

        return multiverse(self.evidence, sids=assumptions.sids(self.evidence))

    @cached_property
    def beliefs(self) -> PriorBeliefs:
        """The primary contrasts under other beliefs than the default ones."""
        from mdmameta.analyses import assumptions, prior_beliefs

        sids = assumptions.sids(self.evidence)
        return prior_beliefs.prior_beliefs(self.effects[PRIMARY], sids)

    @cached_property
    def ledger(self) -> Ledger:
        """Statements of others, computed again and judged."""
        return reproduction_ledger(self.evidence)

    @cached_property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """One flat, JSON-ready record a fit, with its id and provenance."""
        return tuple(
            _record(f"{name}/{model}", fit) for (name, model), fit in self.fits.items()
        )

    @property
    def analyses(self) -> tuple[str, ...]:
        """Names of all sensitivity analyses, as ``results.json`` has them."""
        binary = (f"{_BINARY}/{name}" for name in self.binary_dropout)
        return (*self.sensitivity, *binary)

    def analysis(self, name: str) -> SensitivityTable:
        """Return a sensitivity analysis by its name in ``results.json``."""
        of, _, binary = name.partition("/")
        return self.binary_dropout[binary] if binary else self.sensitivity[of]

    def estimates(self) -> dict[str, Any]:
        """Give what ``results.json`` holds of pooled estimates, without analyses."""
        return {"schema": "mdmameta-results/1", "results": list(self.rows)}

    def to_dict(
        self, elsewhere: Mapping[str, Mapping[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Everything that ``results.json`` holds, NaN written as None.

        Parameters
        ----------
        elsewhere
            Sensitivity analyses that another process computed, as their
            ``to_dict`` gives them, by name.
        """
        done = elsewhere or {}
        found = {
            name: done[name] if name in done else self.analysis(name).to_dict()
            for name in self.analyses
        }
        return {
            **self.estimates(),
            "sensitivity": {
                name: {**record, "raw_rows": list(self.raw_rows[name])}
                for name, record in found.items()
            },
        }

    @cached_property
    def raw_rows(self) -> Mapping[str, tuple[str, ...]]:
        """Raw rows that a sensitivity analysis uses beside its effects, by its name."""
        return OnDemand(self.analyses, self._raw_rows)

    def _raw_rows(self, name: str) -> tuple[str, ...]:
        from mdmameta.analyses import assumptions

        effects = self.effects[name.partition("/")[2] or PRIMARY]
        trials = list(map(str, effects.moderators["study_id"]))
        return assumptions.analysis_rows(name, self.evidence, trials)

    def effects_frame(self) -> pd.DataFrame:
        """Every effect of every set, one row each, with its raw rows."""
        frames = [one.to_frame().assign(set=name) for name, one in self.effects.items()]
        table = pd.concat(frames, ignore_index=True)
        return table[["set", *(c for c in table.columns if c != "set")]]


def load_results(data: str | Path) -> Results:
    """Check the raw tables and prepare every analysis of the report.

    Parameters
    ----------
    data
        Directory of the raw tables.
    """
    return Results(load_evidence(data))


def _record(identity: str, fit: Fit) -> dict[str, Any]:
    rows = sorted({row for one in fit.effects.provenance for row in one.rows})
    heterogeneity = {
        key: getattr(fit.heterogeneity, key)
        for key in ("tau2", "i2", "h2", "q", "q_df", "q_p")
    }
    record = {
        "id": identity,
        "model": repr(fit.model),
        "set": fit.effects.label,
        "measure": fit.effects.measure,
        "k": fit.k,
        **asdict(fit.estimate),
        **heterogeneity,
        "tau2_ci_low": fit.heterogeneity.tau2_ci[0],
        "tau2_ci_high": fit.heterogeneity.tau2_ci[1],
        "weight_by_verification": weight_by_verification(fit),
        "warnings": [str(text) for text in fit.warnings],
        "rows": rows,
    }
    if fit.exact is not None:
        record["tau_median"] = fit.exact.tau.median
        shortest = fit.exact.mu.interval(0.95, kind="shortest")
        record["shortest_low"], record["shortest_high"] = shortest
    cleaned: dict[str, Any] = plain(record)
    return cleaned
