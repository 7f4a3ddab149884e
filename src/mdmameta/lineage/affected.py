"""What a document touches: estimates with and without it, verdicts, people, claims."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.analyses.assumptions import ANALYSES, dropout_analysis
from mdmameta.analyses.catalogue import MAIN_MODEL
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, ModelError, SensitivityError
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.names import resolve_source
from mdmameta.lineage.node import Node, Step
from mdmameta.lineage.refits import Analysis, Refit, Touched
from mdmameta.lineage.traced import graph_of
from mdmameta.lineage.up import Users, up_step
from mdmameta.lineage.without import rows_resting_on, without
from mdmameta.models.plain import plain
from mdmameta.records import Evidence
from mdmameta.sensitivity import deciding_fit

__all__ = ["Impact", "impact"]


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What rests on a document or trial, and what is left without it.

    Parameters
    ----------
    source
        The document or trial, with its marks.
    rows
        Names of the raw rows that rest on it and were dropped.
    sets
        Contrast sets that use them, each with its refits.
    analyses
        Sensitivity analyses that use them.
    claims
        Ids of statements that are computed from them or made in them.
    people
        Other documents on the same participants.

    Examples
    --------
    >>> source = Node(id="A2019", kind="document", title="A (2019)")
    >>> found = Impact(
    ...     source=source, rows=("con-1",), sets=(), analyses=(), claims=(), people=())
    >>> print(found)
    A2019: A (2019)
    1 raw rows rest on it.
    No pooled estimate rests on it.
    """

    source: Node
    rows: tuple[str, ...]
    sets: tuple[Touched, ...]
    analyses: tuple[Analysis, ...]
    claims: tuple[str, ...]
    people: tuple[Node, ...]

    def __repr__(self) -> str:
        touched = sum(len(one.refits) for one in self.sets)
        return (
            f"<Impact of {self.source.id}: {len(self.rows)} rows, {touched} estimates>"
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    @property
    def refits(self) -> tuple[Refit, ...]:
        """Every estimate touched, with and without the document."""
        return tuple(refit for one in self.sets for refit in one.refits)

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate touched.

        Returns
        -------
        DataFrame
            ``id``, ``k_before``, ``before``, ``before_low``, ``before_high``,
            ``k_after``, ``after``, ``after_low``, ``after_high``, ``shift``
            (after less before, on the scale of the analysis),
            ``verdict_before``, ``verdict_after``, ``verdict_changes``,
            ``reason``: why nothing is left, or empty.
        """
        rows = [refit.to_dict() for refit in self.refits]
        return pd.DataFrame(rows, columns=list(Refit.COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        found: dict[str, Any] = plain(
            {
                "source": self.source.id,
                "title": self.source.title,
                "marks": list(self.source.marks),
                "facts": dict(self.source.facts),
                "rows": list(self.rows),
                "estimates": [refit.to_dict() for refit in self.refits],
                "decided": [one.decided.to_dict() for one in self.sets],
                "effects": {one.name: one.effects for one in self.sets},
                "analyses": [one.to_dict() for one in self.analyses],
                "claims": list(self.claims),
                "people": [
                    {"id": one.id, "title": one.title, "marks": list(one.marks)}
                    for one in self.people
                ],
            }
        )
        return found

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def _lines(self) -> Iterator[str]:
        yield f"{self.source.id}: {self.source.title}"
        yield from (f"   ! {text}" for text in self.source.marks)
        yield f"{len(self.rows)} raw rows rest on it."
        if not self.sets:
            yield "No pooled estimate rests on it."
        for one in self.sets:
            yield ""
            yield from one.lines()
        if self.analyses:
            yield from ("", "Sensitivity analyses that it touches:")
            yield from (f"  {one}" for one in self.analyses)
        if self.claims:
            yield from ("", f"Claims that use its rows: {', '.join(self.claims)}")
        if self.people:
            yield from ("", "Other documents on the same people:")
        for node in self.people:
            marks = "".join(f" [{text.split(':')[0]}]" for text in node.marks)
            yield f"  {node.id}: {node.title}{marks}"


def impact(
    evidence: Evidence | Graph,
    source: str,
    *,
    keep_corroborated: bool = False,
    analyses: bool = False,
    stored: Path | None = None,
) -> Impact:
    """Refit every estimate that rests on a document without its rows.

    Parameters
    ----------
    evidence
        Checked tables, or a graph of them.
    source
        A source id or DOI; all ids that are the same document go with it. Or
        the id of a trial.
    keep_corroborated
        Keep rows that another document gives too, unless a column of theirs
        was computed. Off: a row rests on every document that it names.
    analyses
        Refit the sensitivity analyses as well, which takes seconds each.
    stored
        Directory of the derived files, which hold verdicts of analyses; by
        default the one beside the tables.

    Returns
    -------
    Impact
        ``to_frame`` has a row for each estimate that the document touches.

    Raises
    ------
    OptionError
        When no document or trial has the id, with those that are most alike.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> found = impact(load_evidence("data/raw"), "TAPER2021")
    >>> found.to_frame()[["id", "k_before", "k_after"]].head(1).values.tolist()
    [['ptsd-change/reml-kh', 7, 6]]
    """
    graph = evidence if isinstance(evidence, Graph) else graph_of(evidence, stored)
    named = resolve_source(graph, source)
    rows = rows_resting_on(
        graph, named.kind, named.key, keep_corroborated=keep_corroborated
    )
    top, users = up_step(graph, named.kind, named.key), Users(graph)
    left = without(graph.evidence, rows)
    sets = tuple(_touched(graph, left, set(rows)))
    return Impact(
        source=top.node,
        rows=tuple(rows),
        sets=sets,
        analyses=tuple(_analyses(graph, users, left, rows, sets, refit=analyses)),
        claims=tuple(
            dict.fromkeys(name for row in rows for name in users.claims.get(row, ()))
        ),
        people=tuple(_people(top)),
    )


def _people(top: Step) -> Iterator[Node]:
    yield from (step.node for step in top.steps if step.node.kind == "document")


def _touched(graph: Graph, left: Evidence, gone: set[str]) -> Iterator[Touched]:
    for name in graph.sets:
        lost = [one for one in graph.origins(name) if gone.intersection(one.rows)]
        if not lost:
            continue
        after, reason = _built(graph, name, left)
        before, asked = graph.effects(name), graph.models[MAIN_MODEL]
        yield Touched(
            name=name,
            effects=_changes(graph, name, after),
            decided=Refit(
                id=name,
                before=deciding_fit(before, asked),
                after=None if after is None else deciding_fit(after, asked),
                reason=reason,
            ),
            refits=tuple(
                Refit(
                    id=f"{name}/{model}",
                    before=graph.fit(name, model),
                    after=None if after is None else graph.models[model].fit(after),
                    reason=reason,
                )
                for model in graph.sets[name].models
            ),
        )


def _built(graph: Graph, name: str, left: Evidence) -> tuple[Effects | None, str]:
    try:
        return graph.sets[name].build(left), ""
    except EffectsError:
        return None, "nothing is left: no trial has both arms without it"


def _changes(graph: Graph, name: str, after: Effects | None) -> dict[str, str]:
    """Say of every effect that is not the same what became of it."""
    known = {} if after is None else dict(zip(after.study, after.y, strict=True))
    found = {}
    for one in graph.origins(name):
        if one.study not in known:
            found[one.id] = "gone"
        elif abs(known[one.study] - one.y) > 1e-6 * abs(one.y):
            found[one.id] = f"{one.y:.3f} -> {known[one.study]:.3f}"
    return found


def _analyses(
    graph: Graph,
    users: Users,
    left: Evidence,
    rows: list[str],
    sets: tuple[Touched, ...],
    *,
    refit: bool,
) -> Iterator[Analysis]:
    direct = {name for row in rows for name in users.analyses.get(row, ())}
    changed = {one.name for one in sets}
    for name, about in graph.analyses.items():
        if name not in direct and about not in changed:
            continue
        stored = graph.stored.analyses.get(name, {}).get("verdict", {})
        after, reason = "", "not refitted (--analyses does)"
        if refit:
            after, reason = _verdict(graph, name, left)
        yield Analysis(
            name=name, before=stored.get("kind", ""), after=after, reason=reason
        )


def _verdict(graph: Graph, name: str, left: Evidence) -> tuple[str, str]:
    run = ANALYSES.get(name, dropout_analysis)
    try:
        effects = graph.sets[graph.analyses[name]].build(left)
        return run(left, effects, graph.models[MAIN_MODEL]).verdict.kind, ""
    except (EffectsError, ModelError, SensitivityError) as error:
        return "", f"cannot be done without it: {error}"
