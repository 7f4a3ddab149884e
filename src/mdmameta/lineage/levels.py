"""How well the numbers behind an estimate were read, and what the best of them give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mdmameta.effects.origin import READ_IN_TEXT
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.traced import graph_of
from mdmameta.lineage.without import without
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.plain import plain
from mdmameta.models.verified import weight_by_verification
from mdmameta.records import Evidence
from mdmameta.schema.column import VERIFICATION

__all__ = ["Levels", "Standing", "levels", "restricted"]

#: Tables whose rows become effects.
_RESULTS = ("continuous", "binary")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Standing:
    """One estimate, how well its numbers were read, and the refit to the best.

    Parameters
    ----------
    id
        Id of the estimate.
    fit
        With all its rows.
    shares
        Level of verification -> percent of the weight.
    alone
        Refit with only the rows that were read in a text, or None.
    reason
        Why there is none, as data; None when there is one.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1])
    >>> fit = mm.CommonEffect().fit(effects)
    >>> one = Standing(id="mine/common", fit=fit, shares={"text": 100.0}, alone=fit)
    >>> one.to_dict()["share_text"]
    100.0
    """

    id: str
    fit: Fit
    shares: Mapping[str, float]
    alone: Fit | None
    reason: Caution | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return one row of the table, ready for JSON."""
        shares = {
            f"share_{level}": self.shares.get(level, 0.0) for level in VERIFICATION
        }
        was, now = self.fit.estimate, self.alone and self.alone.estimate
        record: dict[str, Any] = plain(
            {
                "id": self.id,
                "k": self.fit.k,
                **shares,
                "value": was.value,
                "ci_low": was.ci_low,
                "ci_high": was.ci_high,
                "k_text": self.alone.k if self.alone else 0,
                "text_value": now.value if now else None,
                "text_ci_low": now.ci_low if now else None,
                "text_ci_high": now.ci_high if now else None,
                "reason_code": self.reason.code if self.reason else "",
                "reason": str(self.reason) if self.reason else "",
            }
        )
        return record


@dataclass(frozen=True, slots=True)
class Levels:
    """Estimates by how well their numbers were read.

    Parameters
    ----------
    rows
        One an estimate.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1])
    >>> fit = mm.CommonEffect().fit(effects)
    >>> one = Standing(id="mine/common", fit=fit, shares={"text": 100.0}, alone=fit)
    >>> Levels((one,)).to_frame()[["id", "k", "k_text"]].values.tolist()
    [['mine/common', 2, 2]]
    """

    rows: tuple[Standing, ...] = field(default=())

    def __getitem__(self, identity: str) -> Standing:
        """Return one estimate by its id."""
        return {one.id: one for one in self.rows}[identity]

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate.

        Returns
        -------
        DataFrame
            ``id``, ``k``, ``share_two_texts``, ``share_text``, … (percent of
            the weight by level; what a Bayesian fit lacks to a hundred is its
            prior's), ``value``, ``ci_low``, ``ci_high``, and the refit with
            only rows read in a text: ``k_text``, ``text_value``,
            ``text_ci_low``, ``text_ci_high``; ``reason_code`` and ``reason``
            where there is none.
        """
        return pd.DataFrame([one.to_dict() for one in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """Return all rows, ready for JSON."""
        return {"levels": [one.to_dict() for one in self.rows]}


def levels(evidence: Evidence | Graph, sets: Iterable[str] | None = None) -> Levels:
    """Give the share of weight by verification, and refits to numbers read in texts.

    Parameters
    ----------
    evidence
        Checked tables, or a graph of them.
    sets
        Names of contrast sets; all by default.

    Returns
    -------
    Levels
        One row for each pooled estimate of the sets.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> found = levels(load_evidence("data/raw"), ["ptsd-primary"])
    >>> found["ptsd-primary/reml-kh"].reason.code
    'no-text'
    """
    graph = evidence if isinstance(evidence, Graph) else graph_of(evidence)
    left = restricted(graph.evidence)
    found = []
    for name in graph.sets if sets is None else sets:
        effects, reason = _alone(graph, name, left)
        for model in graph.sets[name].models:
            fit = graph.fit(name, model)
            found.append(
                Standing(
                    id=f"{name}/{model}",
                    fit=fit,
                    shares=weight_by_verification(fit),
                    alone=None if effects is None else graph.models[model].fit(effects),
                    reason=reason,
                )
            )
    return Levels(tuple(found))


def restricted(evidence: Evidence, allowed: Iterable[str] = READ_IN_TEXT) -> Evidence:
    """Return the evidence with only results of some levels of verification.

    Parameters
    ----------
    evidence
        Checked tables.
    allowed
        Levels kept; a row with a computed column counts as derived.
    """
    status, kept = evidence.status_of(), list(allowed)
    weaker = status["table"].isin(_RESULTS) & ~status["verification"].isin(kept)
    return without(evidence, set(status.loc[weaker, "row_id"]))


def _alone(
    graph: Graph, name: str, left: Evidence
) -> tuple[Effects | None, Caution | None]:
    try:
        return graph.sets[name].build(left), None
    except EffectsError:
        rows = {row for one in graph.origins(name) for row in one.rows}
        read = Counter(graph.rows.status[row]["verification"] for row in rows)
        counted = ", ".join(f"{read[one]} {one}" for one in VERIFICATION if read[one])
        good = sum(read[one] for one in READ_IN_TEXT)
        found = f"{good} of the {len(rows)} rows behind it were read in a text"
        if good:
            text = f"only {found} ({counted}), and no trial has both arms on such rows."
        else:
            found = f"none of the {len(rows)} rows behind it was read in a text"
            text = f"{found} ({counted})."
        return None, Caution("no-text", f"No refit: {text}")
