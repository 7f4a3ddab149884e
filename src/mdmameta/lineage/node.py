"""What stands in the graph, and how one thing in it rests on another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = ["Kind", "Node", "Step"]

Kind = Literal[
    "number", "estimate", "analysis", "set", "effect", "claim", "row", "table",
    "document", "trial", "audit",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing with an id that a person can type.

    Parameters
    ----------
    id
        Name of the thing, unique over all kinds.
    kind
        What it is.
    title
        The thing in one line.
    facts
        Its numbers and properties by name, ready for JSON.
    formulas
        How its numbers were computed, with the numbers in them.
    marks
        What a reader must know of it: retractions, concerns, with their dates.

    Examples
    --------
    >>> Node(id="MP1", kind="trial", title="Mithoefer 2011").marks
    ()
    """

    id: str
    kind: Kind
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    formulas: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A node of a walk, with all that lies behind it.

    Parameters
    ----------
    node
        The thing.
    relation
        What it is to the step above; empty at the beginning of the walk.
    share
        Percent of the weight of the step above, or None.
    steps
        What it rests on or, in a walk upwards, what rests on it.

    Examples
    --------
    >>> leaf = Step(node=Node(id="b", kind="row", title=""), relation="from")
    >>> top = Step(node=Node(id="a", kind="effect", title=""), steps=(leaf,))
    >>> [(depth, step.node.id) for depth, step in top.walk()]
    [(0, 'a'), (1, 'b')]
    """

    node: Node
    relation: str = ""
    share: float | None = None
    steps: tuple[Step, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """Yield depth and step, each before those that lie behind it."""
        yield depth, self
        for step in self.steps:
            yield from step.walk(depth + 1)

    def down_to(self, depth: int) -> Step:
        """Return the walk without what lies deeper than some steps."""
        below = (step.down_to(depth - 1) for step in self.steps) if depth > 0 else ()
        return replace(self, steps=tuple(below))

    def to_dict(self) -> dict[str, Any]:
        """Return the step and all behind it, ready for JSON."""
        node = self.node
        return {
            "id": node.id,
            "kind": node.kind,
            "relation": self.relation,
            "share": self.share,
            "title": node.title,
            "marks": list(node.marks),
            "formulas": list(node.formulas),
            "facts": dict(node.facts),
            "steps": [step.to_dict() for step in self.steps],
        }
