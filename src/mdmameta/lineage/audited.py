"""Findings of the audit in the graph: how many, and the rows they are about."""

from __future__ import annotations

from mdmameta.audit import audit
from mdmameta.lineage.down import row_step
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Node, Step

__all__ = ["AUDIT", "QUOTED", "audit_step"]

#: Id of the findings together.
AUDIT = "audit"

#: Tables of what others printed, which no analysis reads.
QUOTED = ("contrasts.csv", "reviews.csv", "review_inputs.csv")


def audit_step(graph: Graph, key: str = AUDIT, relation: str = "") -> Step:
    """Return the audit with the row of every finding, the gravest first."""
    found = graph.once(AUDIT, lambda: audit(graph.evidence))
    counts = {**found.counts, "findings": len(found)}
    counts["quoted"] = sum(one.file in QUOTED for one in found)
    words = ", ".join(f"{n} {kind}" for kind, n in found.counts.items())
    node = Node(
        id=key,
        kind="audit",
        title=f"{len(found)} findings: {words}",
        facts=counts,
        formulas=("every rule of the audit, on the tables as they are",),
    )
    rows: dict[str, list[str]] = {}
    for one in found:
        if one.row_id in graph.rows.status:
            rows.setdefault(one.row_id, []).append(f"{one.severity} ({one.rule}) in")
    steps = tuple(
        row_step(graph, row, ", ".join(dict.fromkeys(said)))
        for row, said in rows.items()
    )
    return Step(node=node, relation=relation, steps=steps)
