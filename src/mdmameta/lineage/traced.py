"""Any number walked back to raw rows, documents and formulas, or forward to its use."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.lineage import down
from mdmameta.lineage.audited import audit_step
from mdmameta.lineage.claimed import claim_step
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.names import Named, resolve, value_at
from mdmameta.lineage.node import Node, Step
from mdmameta.lineage.stored import read_stored
from mdmameta.lineage.tree import lines_of
from mdmameta.lineage.up import up_step
from mdmameta.records import Evidence

__all__ = ["Trace", "trace"]

#: Relative difference from which a stored number is said to be out of date.
_MOVED = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One walk through the graph.

    Parameters
    ----------
    top
        Where it begins, with all that lies behind it.
    upwards
        Whether it goes to what rests on the thing, not to what it rests on.

    Examples
    --------
    >>> row = Node(id="continuous:a", kind="row", title="an arm")
    >>> effect = Node(id="effect:mine/A", kind="effect", title="Trial A")
    >>> found = Trace(top=Step(node=effect, steps=(Step(node=row, relation="from"),)))
    >>> found
    <Trace down from effect:mine/A: 2 steps>
    >>> [node.id for node in found.of_kind("row")]
    ['continuous:a']
    """

    top: Step
    upwards: bool = False

    def __repr__(self) -> str:
        steps = sum(1 for _ in self.top.walk())
        way = "up" if self.upwards else "down"
        return f"<Trace {way} from {self.top.node.id}: {steps} steps>"

    def __str__(self) -> str:
        return "\n".join(lines_of(self.top))

    def down_to(self, depth: int) -> Trace:
        """Return the walk without what lies deeper than some steps."""
        return replace(self, top=self.top.down_to(depth))

    def of_kind(self, kind: str) -> list[Node]:
        """Return the nodes of one kind on the way, each once.

        Parameters
        ----------
        kind
            Such as row, document or effect.
        """
        nodes = (step.node for _, step in self.top.walk())
        return list({node.id: node for node in nodes if node.kind == kind}.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the walk as nested records, ready for JSON."""
        found: dict[str, Any] = _finite(
            {"upwards": self.upwards, "trace": self.top.to_dict()}
        )
        return found

    def to_json(self) -> str:
        """Return the walk as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """One row a step, in the order of the tree.

        Returns
        -------
        DataFrame
            ``depth``, ``id``, ``kind``, ``relation``, ``share``, ``title``,
            ``formulas`` and ``marks`` (separated by line ends), and for raw rows
            ``file``, ``line``, ``locator``, ``verification``.
        """
        place = ("file", "line", "locator", "verification")
        return pd.DataFrame(
            [
                {
                    "depth": depth,
                    "id": step.node.id,
                    "kind": step.node.kind,
                    "relation": step.relation,
                    "share": step.share,
                    "title": step.node.title,
                    "formulas": "\n".join(step.node.formulas),
                    "marks": "\n".join(step.node.marks),
                    **{key: step.node.facts.get(key) for key in place},
                }
                for depth, step in self.top.walk()
            ]
        )


def trace(
    evidence: Evidence | Graph,
    identity: str,
    *,
    up: bool = False,
    stored: Path | None = None,
) -> Trace:
    """Walk from a number back to raw rows, documents and formulas.

    Parameters
    ----------
    evidence
        Checked tables, or a graph of them that was walked before.
    identity
        Id of an estimate (``ptsd-primary/reml-kh``), of an analysis
        (``blinding``), of a set, effect, claim, row, trial or document, or
        ``audit``; with
        ``#`` one number of it (``ptsd-primary/reml-kh#ci_low``).
    up
        Walk the other way, to everything that rests on the thing.
    stored
        Directory of the derived files; by default the one beside the tables.
        Numbers of sensitivity analyses are read there, and pooled estimates,
        which are computed again, are compared with them.

    Returns
    -------
    Trace
        ``str`` of it is a tree.

    Raises
    ------
    OptionError
        When nothing has the id, with those that are most alike.
    DerivedDataError
        When a derived file cannot be read.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> found = trace(load_evidence("data/raw"), "effect:ptsd-primary/MP1")
    >>> [node.id for node in found.of_kind("row")][0]
    'continuous:con-MP1-125-caps4-m2s2-endpoint'
    """
    graph = evidence if isinstance(evidence, Graph) else graph_of(evidence, stored)
    named = resolve(graph, identity)
    if up:
        return Trace(top=up_step(graph, named.kind, named.key), upwards=True)
    step = _down(graph, named)
    return Trace(top=_number(graph, named, step) if named.number else step)


def graph_of(evidence: Evidence, stored: Path | None = None) -> Graph:
    """Return the graph of some tables, with the files derived from them.

    Parameters
    ----------
    evidence
        Checked tables.
    stored
        Directory of the derived files; by default the one beside the tables.
    """
    derived = stored or evidence.path.parent / "derived"
    return Graph(evidence, read_stored(derived, evidence))


def _down(graph: Graph, named: Named) -> Step:
    if named.kind == "estimate":
        return _checked(graph, down.estimate_step(graph, named.key))
    walks: dict[str, Callable[[Graph, str, str], Step]] = {
        "analysis": down.analysis_step,
        "set": down.set_step,
        "effect": down.effect_step,
        "claim": claim_step,
        "row": down.row_step,
        "audit": audit_step,
        "table": down.table_step,
        "document": down.document_step,
        "trial": down.trial_step,
    }
    return walks[named.kind](graph, named.key, "")


def _record(graph: Graph, named: Named, step: Step) -> Mapping[str, Any]:
    if named.kind == "estimate":
        return graph.stored.results.get(named.key, step.node.facts)
    if named.kind == "analysis":
        return graph.stored.analyses.get(named.key, {})
    facts: Mapping[str, Any] = step.node.facts.get("cells", step.node.facts)
    return facts


def _number(graph: Graph, named: Named, step: Step) -> Step:
    base = step.node.id
    value = value_at(_record(graph, named, step), named.number, base)
    node = Node(
        id=f"{base}#{named.number}",
        kind="number",
        title=f"{named.number} = {json.dumps(value, ensure_ascii=False)}",
        facts={"value": value},
    )
    return Step(node=node, steps=(step,))


def _checked(graph: Graph, step: Step) -> Step:
    """Say so where the stored estimate is not the one computed now."""
    record = graph.stored.results.get(step.node.id)
    now = step.node.facts["value"]
    if record is None or math.isclose(record["value"], now, rel_tol=_MOVED):
        return step
    mark = f"results.json has {record['value']:.7g}; run: mdmameta derive"
    return replace(step, node=replace(step.node, marks=(mark, *step.node.marks)))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
