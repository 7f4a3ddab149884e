"""Text columns of a forest plot, and the headings that columns of an arm share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mdmameta.figures.forest_columns import Column, Columns
from mdmameta.figures.forest_look import EFFECT, WEIGHT
from mdmameta.figures.forest_rows import Row
from mdmameta.figures.text_columns import GUTTER, TextColumn, text_width

_NUMERIC = re.compile(r"^[–−\d.,%]*$")

#: Diameter of a light in sizes of the font.
LIGHT = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns side by side under one heading.

    Parameters
    ----------
    heading
        Name of the arm, in lines.
    first, last
        Places of the columns.
    """

    heading: str
    first: int
    last: int


def left_columns(
    rows: Sequence[Row], columns: Columns, size: float
) -> tuple[TextColumn, ...]:
    """Return the column of names and those left of the plot."""
    names = tuple((row.text, row.y) for row in rows if row.kind == "study")
    beside = [
        text_width(line, size, bold=True)
        for row in rows
        if _has_cells(row, columns.left)
        for line in row.text.split("\n")
    ]
    widest = max(beside, default=0.0)
    first = TextColumn(heading="Study", texts=names, align="left", least=widest)
    return (first, *(_texts(rows, column) for column in columns.left))


def right_columns(
    rows: Sequence[Row], columns: Columns, size: float
) -> tuple[TextColumn, ...]:
    """Return the columns right of the plot; those of lights hold no text."""
    lights = (
        TextColumn(heading=heading, texts=(), align="center", least=LIGHT * size)
        for heading in columns.lights.values()
    )
    return (*(_texts(rows, column) for column in columns.right), *lights)


def headed(
    columns: Sequence[TextColumn], arms: tuple[str, str], size: float
) -> tuple[tuple[TextColumn, ...], tuple[Block, ...]]:
    """Give columns of an arm its name: one column alone, several a shared heading.

    Parameters
    ----------
    columns
        From left to right.
    arms
        Names of the arms, in lines.
    size
        Of the font: a name wider than its columns widens the last of them.
    """
    done: list[TextColumn] = []
    blocks: list[Block] = []
    for arm, run in groupby(columns, key=lambda column: column.block):
        part = list(run)
        if arm >= 0 and len(part) == 1:
            part = [replace(part[0], heading=f"{arms[arm]}\n{part[0].heading}")]
        elif arm >= 0:
            room = sum(c.width(size) for c in part) + GUTTER * (len(part) - 1)
            lines = arms[arm].split("\n")
            needed = max(text_width(line, size, bold=True) for line in lines)
            part[-1] = replace(part[-1], wider=max(0.0, needed - room))
            first = len(done)
            blocks.append(
                Block(heading=arms[arm], first=first, last=first + len(part) - 1)
            )
        done += part
    return tuple(done), tuple(blocks)


def _has_cells(row: Row, columns: Sequence[Column]) -> bool:
    return any(row.cells.get(column.name) for column in columns)


def _texts(rows: Sequence[Row], column: Column) -> TextColumn:
    texts = tuple((row.cells.get(column.name, ""), row.y) for row in rows)
    shown = tuple((text, y) for text, y in texts if text)
    numeric = column.name in (EFFECT, WEIGHT) or all(
        _NUMERIC.match(text) for text, _ in shown
    )
    return TextColumn(
        heading=column.heading,
        texts=shown,
        align="right" if numeric else "left",
        block=column.block,
    )
