"""A walk through the graph as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from mdmameta.lineage.node import Step

__all__ = ["lines_of"]


def lines_of(top: Step) -> list[str]:
    """Return a walk as an indented tree, formulas and marks under their node.

    A node that was shown in full before is shown again as one line only.

    Examples
    --------
    >>> from mdmameta.lineage.node import Node
    >>> leaf = Step(node=Node(id="b", kind="row", title="12 people"), relation="row")
    >>> top = Node(id="a", kind="effect", title="SMD -1", formulas=("y = J × d",))
    >>> lines_of(Step(node=top, steps=(leaf,)))
    ['a: SMD -1', '   = y = J × d', '└─ row b: 12 people']
    """
    return list(_lines(top, "", "", set()))


def _lines(step: Step, first: str, rest: str, seen: set[str]) -> Iterator[str]:
    node = step.node
    share = "" if step.share is None else f"{step.share:.1f} % "
    relation = f"{step.relation} " if step.relation else ""
    again = node.id in seen and bool(step.steps or node.formulas)
    tail = " (shown above)" if again else ""
    yield f"{first}{share}{relation}{node.id}: {node.title}{tail}"
    marks = [f"{rest}   ! {text}" for text in node.marks]
    if again:
        return
    seen.add(node.id)
    bar = "│" if step.steps else " "
    for text in node.formulas:
        yield f"{rest}{bar}  = {text}" if step.steps and rest else f"{rest}   = {text}"
    yield from marks
    for i, below in enumerate(step.steps):
        last = i == len(step.steps) - 1
        corner, under = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _lines(below, f"{rest}{corner}", f"{rest}{under}", seen)
