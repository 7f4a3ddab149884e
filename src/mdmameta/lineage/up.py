"""Up the graph: what rests on a row, a document, a trial, an effect or a set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mdmameta.lineage.down import document_step, trial_step
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Kind, Node, Step
from mdmameta.records.links import split

__all__ = ["Users", "rows_of_document", "rows_of_trial", "up_step"]


class Users:
    """Which effects, analyses and claims use a row.

    Parameters
    ----------
    graph
        The graph of some evidence.
    sets
        Contrast sets that are looked at; all by default.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> users = Users(Graph(load_evidence("data/raw")), ["ptsd-primary"])
    >>> users.effects["con-MP2-25-caps4-w3s3-endpoint"]
    ['effect:ptsd-primary/MP2']
    """

    def __init__(self, graph: Graph, sets: Iterable[str] | None = None) -> None:
        self.graph = graph
        self.effects: dict[str, list[str]] = {}
        for name in graph.sets if sets is None else sets:
            for origin in graph.origins(name):
                for row in origin.rows:
                    self.effects.setdefault(row, []).append(origin.id)
        self.analyses: dict[str, list[str]] = {}
        for name in graph.analyses:
            for row in graph.analysis_rows(name):
                self.analyses.setdefault(row, []).append(name)
        self.claims: dict[str, list[str]] = {}
        for claim in graph.evidence.claims.to_dict("records"):
            for row in {*split(claim["rows"]), claim["row_id"]}:
                self.claims.setdefault(row, []).append(str(claim["claim_id"]))


def rows_of_document(graph: Graph, source_id: str) -> list[str]:
    """Names of the rows that were read in a document, under any of its ids."""
    ids = set(graph.library[source_id].ids)
    return [
        row for row, known in graph.rows.status.items()
        if ids.intersection(split(known["source_id"]))
    ]  # fmt: skip


def rows_of_trial(graph: Graph, study_id: str) -> list[str]:
    """Names of the rows that speak of a trial, alone or with others."""
    found = []
    for table in {known["table"] for known in graph.rows.status.values()}:
        frame = graph.evidence.to_frame(table)
        if "study_id" in frame:
            ours = [study_id in split(cell) for cell in frame["study_id"]]
            found += list(frame.loc[ours, "row_id"])
    order = {row: i for i, row in enumerate(graph.rows.status)}
    return sorted(found, key=order.__getitem__)


def up_step(graph: Graph, kind: Kind, key: str) -> Step:
    """Return a thing with everything that rests on it.

    Parameters
    ----------
    graph
        The graph of some evidence.
    kind, key
        What it is, and its name.
    """
    if kind == "row":
        return _row(graph, Users(graph), key, "")
    if kind in {"document", "trial"}:
        return _origin(graph, kind, key)
    if kind == "effect":
        return _effect(graph, key, "")
    if kind == "set":
        return _set(graph, key, "")
    return Step(node=Node(id=key, kind=kind, title="nothing rests on it but prose"))


def _origin(graph: Graph, kind: str, key: str) -> Step:
    document = kind == "document"
    top = document_step(graph, key, "") if document else trial_step(graph, key, "")
    rows = rows_of_document(graph, key) if document else rows_of_trial(graph, key)
    users, words = Users(graph), "read here:" if document else "about it:"
    steps = tuple(_row(graph, users, row, words) for row in rows)
    return replace(top, steps=(*steps, *_same_people(graph, kind, key)))


def _same_people(graph: Graph, kind: str, key: str) -> Iterator[Step]:
    """Yield the documents that report on the same participants."""
    library: Mapping[str, object] = graph.library.by_id
    trials = {key} if kind == "trial" else set(graph.library[key].trials)
    own = graph.library[key].ids if kind == "document" else ()
    done = set(own)
    for source in library:
        one = graph.library[source]
        if source not in done and trials.intersection(one.trials):
            done.update(one.ids)
            shared = ", ".join(sorted(trials.intersection(one.trials)))
            verb = "pools" if one.pools else "reports on"
            yield document_step(graph, source, f"{verb} the same people ({shared}):")


def _row(graph: Graph, users: Users, row: str, relation: str) -> Step:
    effects = (_effect(graph, one, "used by") for one in users.effects.get(row, ()))
    analyses = (
        _leaf(graph, name, "analysis", "assumed by")
        for name in users.analyses.get(row, ())
    )
    claims = (
        _leaf(graph, f"claim:{name}", "claim", "checked by")
        for name in users.claims.get(row, ())
    )
    made = (
        _row(graph, users, one, "used to compute")
        for one in graph.rows.made_into.get(row, ())
    )
    node = graph.rows.node(row)
    steps = (*effects, *analyses, *claims, *made)
    return Step(node=node, relation=relation, steps=steps)


def _effect(graph: Graph, identity: str, relation: str) -> Step:
    name = identity.removeprefix("effect:").split("/")[0]
    one = next(one for one in graph.origins(name) if one.id == identity)
    node = Node(
        id=identity,
        kind="effect",
        title=f"{one.study}: {one.y:.5g}",
        facts={"y": one.y, "v": one.v},
    )
    return Step(node=node, relation=relation, steps=(_set(graph, name, "pooled in"),))


def _set(graph: Graph, name: str, relation: str) -> Step:
    estimates = graph.estimates(name)
    node = Node(
        id=name,
        kind="set",
        title=f"estimates {', '.join(estimates)}",
        facts={"estimates": list(estimates)},
    )
    steps = tuple(
        _leaf(graph, one, "analysis", "varied by")
        for one, about in graph.analyses.items()
        if about == name
    )
    return Step(node=node, relation=relation, steps=steps)


def _leaf(graph: Graph, identity: str, kind: str, relation: str) -> Step:
    if kind == "claim":
        title = graph.statements[identity.removeprefix("claim:")]
        return Step(
            node=Node(id=identity, kind="claim", title=title), relation=relation
        )
    title = f"sensitivity analysis of {graph.analyses[identity]}"
    return Step(node=Node(id=identity, kind="analysis", title=title), relation=relation)
