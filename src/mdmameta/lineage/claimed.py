"""Statements of others in the graph: what was printed, computed, and from what."""

from __future__ import annotations

from mdmameta.claims import Entry, reproduction_ledger
from mdmameta.lineage.down import row_step
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Node, Step
from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.schema import TABLES

__all__ = ["claim_entry", "claim_step"]


def claim_entry(graph: Graph, claim_id: str) -> Entry:
    """Compute one statement again, and no other."""
    frames = {name: graph.evidence.to_frame(name) for name in TABLES}
    claims = frames["claims"]
    frames["claims"] = claims[claims["claim_id"] == claim_id]
    alone = Evidence.from_frames(
        frames, path=graph.evidence.path, digest=graph.evidence.digest
    )
    return reproduction_ledger(alone)[claim_id]


def claim_step(graph: Graph, claim_id: str, relation: str = "") -> Step:
    """Return a statement with the rows it is computed from and where it stands."""
    entry = claim_entry(graph, claim_id)
    record, attempt = entry.to_dict(), entry.finding.attempt
    numbers = [
        f"{quantity}: printed {text}, computed {record['recomputed'].get(quantity)}"
        for quantity, text in record["published"].items()
    ]
    words = f"{record['recipe']}: {attempt.words}" if attempt else ""
    node = Node(
        id=f"claim:{claim_id}",
        kind="claim",
        title=f"{record['statement']} [{record['verdict']}]",
        facts=record,
        formulas=tuple(text for text in (words, *numbers) if text),
        marks=(record["why"],) if record["why"] else (),
    )
    stated = row_step(graph, entry.claim["row_id"], "typed in")
    used = (row_step(graph, row, "computed from") for row in split(entry.claim["rows"]))
    return Step(node=node, relation=relation, steps=(stated, *used))
