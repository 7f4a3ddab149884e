"""Columns of text beside axes, as wide as their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from mdmameta.figures.style import FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Between columns, in points.
GUTTER = 9.0

#: A renderer that fits letters to pixels draws a line up to so much wider than
#: its outlines are.
HINTING = 1.03

#: Distance of the lines of a label, in sizes of its font.
LINESPACING = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """A column of texts with a heading.

    Parameters
    ----------
    heading
        One or more lines.
    texts
        Text and place (y, in data units) of each cell; a text may have lines.
    align
        Side on which the texts begin or end.
    block
        Columns that stand side by side and have the same block share a heading;
        −1 for none.
    wider
        Points added to the width, for the heading of a block.
    least
        Width of what is drawn in the column, in points.
    """

    heading: str
    texts: tuple[tuple[str, float], ...]
    align: Literal["left", "right", "center"]
    block: int = -1
    wider: float = 0.0
    least: float = 0.0

    def width(self, size: float) -> float:
        """Width in points of the widest text, heading included."""
        cells = [
            text_width(line, size)
            for text, _ in self.texts
            for line in text.split("\n")
        ]
        heads = [text_width(line, size, bold=True) for line in self.heading.split("\n")]
        return max([*cells, *heads, self.least], default=0.0) + self.wider


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Measure a line of text in points, without drawing it."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return HINTING * float(width)


def write(
    ax: Axes,
    text: str,
    y: float,
    offset: float,
    *,
    align: str = "left",
    side: Literal["left", "right"] = "left",
    size: float,
    bold: bool = False,
    va: str = "center_baseline",
    lift: float = 0.0,
    color: str | None = None,
) -> None:
    """Put a text at a height of the data, some points from a side of the axes."""
    ax.annotate(
        text,
        xy=(0 if side == "left" else 1, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(offset, lift),
        textcoords="offset points",
        ha=align,
        va="center" if "\n" in text and va == "center_baseline" else va,
        size=size,
        weight="bold" if bold else "normal",
        linespacing=LINESPACING,
        color=color,
        annotation_clip=False,
        parse_math=False,
    )


def write_columns(
    ax: Axes,
    columns: Sequence[TextColumn],
    *,
    start: float,
    side: Literal["left", "right"],
    heading_y: float,
    size: float,
) -> list[float]:
    """Write columns from left to right.

    Parameters
    ----------
    ax
        Axes whose rows the texts follow.
    columns
        What to write.
    start
        Left edge of the first column, in points from the side.
    side
        Side of the axes that ``start`` counts from.
    heading_y
        Height of the headings' lowest line, in data units.
    size
        Of the font, in points.

    Returns
    -------
    list of float
        Left edge of each column, and that of a next one.
    """
    edges = [start]
    for column in columns:
        width = column.width(size)
        part = {"left": 0.0, "center": 0.5, "right": 1.0}[column.align]
        offset = edges[-1] + part * width
        for text, y in column.texts:
            write(ax, text, y, offset, align=column.align, side=side, size=size)
        write(
            ax,
            column.heading,
            heading_y,
            offset,
            align=column.align,
            side=side,
            size=size,
            bold=True,
            va="bottom",
        )
        edges.append(edges[-1] + width + GUTTER)
    return edges


def total_width(columns: Sequence[TextColumn], size: float) -> float:
    """Width in points of columns and the gutters after each."""
    return sum(column.width(size) + GUTTER for column in columns)
