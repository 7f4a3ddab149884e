"""Down the graph: what a number, effect, claim, row or trial rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from mdmameta.effects.provenance import Provenance
from mdmameta.lineage.documents import concerns
from mdmameta.lineage.formulas import effect_formulas, estimate_formulas, short
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Node, Step
from mdmameta.models.fit import Fit
from mdmameta.models.verified import weight_by_verification
from mdmameta.schema import TABLES

__all__ = [
    "analysis_step", "document_step", "effect_step", "estimate_step", "fit_node",
    "row_step", "set_step", "table_step", "trial_step",
]  # fmt: skip

#: Numbers of the two groups of an effect, as formulas name them.
_GROUPS = ("n1", "mean1", "sd1", "n2", "mean2", "sd2", "ai", "ci")


def document_step(graph: Graph, source_id: str, relation: str = "read in") -> Step:
    """Return a document with its standing and the people it reports on."""
    one = graph.library[source_id]
    doi = f" doi:{one.doi}" if one.doi else ""
    node = Node(
        id=source_id,
        kind="document",
        title=f"{one.citation}{doi if one.doi not in one.citation else ''}",
        facts={
            "ids": list(one.ids),
            "citation": one.citation,
            "doi": one.doi,
            "status": one.status,
            "status_date": one.date,
            "status_reason": one.reason,
            "people_of": list(one.trials),
            "pools": one.pools,
        },
        marks=one.marks,
    )
    return Step(node=node, relation=relation)


def row_step(graph: Graph, row_id: str, relation: str = "row") -> Step:
    """Return a raw row with the documents and rows that it was made from."""
    sources = graph.rows.sources(row_id)
    steps = tuple(document_step(graph, source) for source in sources)
    flagged = [f"{s.node.id}: {mark}" for s in steps for mark in _standing(s.node)]
    node = graph.rows.node(row_id, tuple(flagged))
    parts = tuple(
        row_step(graph, row, "computed from") for row in graph.rows.made_from(row_id)
    )
    place = f"read in ({node.facts['locator']})" if node.facts["locator"] else "read in"
    return Step(
        node=node,
        relation=relation,
        steps=(
            *(
                Step(node=s.node, relation=place if i == 0 else "also read in")
                for i, s in enumerate(steps)
            ),
            *parts,
        ),
    )


def _standing(document: Node) -> Iterator[str]:
    if document.facts["status"] != "current":
        yield document.marks[0]


def table_step(graph: Graph, name: str, relation: str = "") -> Step:
    """Return a raw table, which the report counts rows of."""
    rows = len(graph.evidence.to_frame(name))
    table = TABLES[name]
    node = Node(
        id=f"table:{name}",
        kind="table",
        title=f"{table.file}, {rows} rows. {table.meaning}",
        facts={"file": table.file, "rows": rows, "meaning": table.meaning},
    )
    return Step(node=node, relation=relation)


def trial_step(graph: Graph, study_id: str, relation: str = "people of") -> Step:
    """Return a trial with the row that describes it."""
    table = graph.evidence.studies
    one = table[table["study_id"] == study_id].iloc[0]
    worry = graph.once("concerns", lambda: concerns(graph.evidence)).get(study_id)
    facts = {"label": one["label"], "registry_id": one["registry_id"]}
    node = Node(
        id=f"trial:{study_id}",
        kind="trial",
        title=" ".join(str(x) for x in facts.values() if x),
        facts={**facts, "concern": one["concern"]},
        marks=(worry,) if worry else (),
    )
    described = row_step(graph, str(one["row_id"]), "designed as")
    return Step(node=node, relation=relation, steps=(described,))


def effect_step(
    graph: Graph, identity: str, relation: str = "effect", share: float | None = None
) -> Step:
    """Return a study-level effect with its formula, rows and trial."""
    name = identity.removeprefix("effect:").split("/")[0]
    place = graph.effect_ids(name).index(identity)
    effects = graph.effects(name)
    y, v = float(effects.y[place]), float(effects.v[place])
    table = effects.frame.iloc[place]
    facts = {str(k): _plain(x) for k, x in table.items()}
    groups = {k: table[k] for k in _GROUPS if k in table}
    origin = effects.provenance[place] if effects.provenance else Provenance()
    node = Node(
        id=identity,
        kind="effect",
        title=(
            f"{effects.study[place]}: {effects.measure} {short(y)}, v {short(v)} "
            f"[{origin.verification}]"
        ),
        facts={
            "study": str(effects.study[place]), "y": y, "v": v,
            "measure": effects.measure, "verification": origin.verification,
            "source_status": origin.source_status, **facts,
        },
        formulas=(*origin.notes, *effect_formulas(effects.measure, y, v, groups)),
        marks=_unsound(origin),
    )  # fmt: skip
    rows = tuple(row_step(graph, row, _arm(graph, row, table)) for row in origin.rows)
    trial = str(facts.get("study_id", ""))
    people = (trial_step(graph, trial),) if trial else ()
    return Step(node=node, relation=relation, share=share, steps=(*rows, *people))


def _arm(graph: Graph, row_id: str, table: Any) -> str:
    arm = str(graph.rows.cells(row_id).get("arm_id", ""))
    for side, words in (("active_arm", "active arm"), ("control_arm", "control arm")):
        if arm and arm in str(table.get(side, "")).split(" + "):
            return words
    return "row"


def _unsound(origin: Provenance) -> tuple[str, ...]:
    status = origin.source_status
    found = [f"rests on a {status} document"] if status not in ("", "current") else []
    if origin.verification == "unverified":
        found.append("rests on rows that nobody has read in a text")
    return tuple(found)


def fit_node(graph: Graph, identity: str, fit: Fit) -> Node:
    """Return a pooled estimate as a node."""
    e, h = fit.estimate, fit.heterogeneity
    shares = weight_by_verification(fit)
    ends = f"[{short(e.ci_low)}, {short(e.ci_high)}]"
    weights = ", ".join(f"{short(x)} % {level}" for level, x in shares.items())
    numbers = {**asdict(e), "tau2": h.tau2, "i2": h.i2, "q": h.q, "q_p": h.q_p}
    return Node(
        id=identity,
        kind="estimate",
        title=f"{short(e.value)} {ends}, k = {fit.k}, {fit.model!r}",
        facts={
            "model": repr(fit.model),
            "set": fit.effects.label,
            "k": fit.k,
            **{key: _plain(x) for key, x in numbers.items()},
            "weight_by_verification": shares,
        },
        formulas=(
            f"set: {fit.effects.label}",
            *estimate_formulas(fit),
            f"weight by verification: {weights}",
        ),
        marks=tuple(str(text) for text in fit.warnings),
    )


def estimate_step(graph: Graph, identity: str, relation: str = "") -> Step:
    """Return a pooled estimate with its effects, the heaviest first."""
    name, model = identity.rsplit("/", 1)
    fit = graph.fit(name, model)
    ids, shares = graph.effect_ids(name), fit.weights
    return Step(
        node=fit_node(graph, identity, fit),
        relation=relation,
        steps=tuple(
            effect_step(graph, ids[i], share=float(shares[i]))
            for i in np.argsort(-shares, kind="stable")
        ),
    )


def set_step(graph: Graph, name: str, relation: str = "") -> Step:
    """Return a contrast set with its effects."""
    effects = graph.effects(name)
    node = Node(
        id=name,
        kind="set",
        title=f"{effects.label}, k = {effects.k}",
        facts={"label": effects.label, "estimates": list(graph.estimates(name))},
        marks=effects.caveats,
    )
    steps = tuple(effect_step(graph, one) for one in graph.effect_ids(name))
    return Step(node=node, relation=relation, steps=steps)


def analysis_step(graph: Graph, name: str, relation: str = "") -> Step:
    """Return a sensitivity analysis with its set and its own rows."""
    stored = graph.stored.analyses.get(name, {})
    verdict = stored.get("verdict", {})
    node = Node(
        id=name,
        kind="analysis",
        title=stored.get("label", name),
        facts={
            "set": graph.analyses[name],
            "verdict": verdict.get("kind"),
            "numbers": dict(verdict.get("numbers", {})),
        },
        formulas=(verdict["text"],) if verdict else (),
        marks=tuple(stored.get("notes", ())),
    )
    rows = (row_step(graph, row, "assumes") for row in graph.analysis_rows(name))
    effects = set_step(graph, graph.analyses[name], "of the set")
    return Step(node=node, relation=relation, steps=(effects, *rows))


def _plain(x: Any) -> Any:
    value = x.item() if isinstance(x, np.generic) else x
    return None if isinstance(value, float) and not np.isfinite(value) else value
