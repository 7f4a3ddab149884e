"""Where a forest plot puts its axes: as much room as its words leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from mdmameta.figures.forest_blocks import Block, headed, left_columns, right_columns
from mdmameta.figures.forest_columns import Columns
from mdmameta.figures.forest_look import Look
from mdmameta.figures.forest_rows import Row
from mdmameta.figures.showing import new_figure
from mdmameta.figures.style import FONT_SIZE, POINTS_PER_CM, dress
from mdmameta.figures.text_columns import (
    GUTTER,
    TextColumn,
    text_width,
    total_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Height of a row in points; many rows stand closer, so that 60 fit a page.
ROW, TIGHT_ROW, MANY_ROWS = 14.5, 11.2, 30

#: Narrowest plot, in points (5.3 cm): below it intervals cannot be compared.
NARROWEST = 150.0

#: Part of the plot that words above it may count on, on their side of no effect.
ON_TOP = 0.25

#: Smallest font, in points, to which a caller's narrow axes shrink the texts.
SMALLEST_FONT = 5.0

#: Margin around everything, in points.
PAD = 5.0

#: Points from the axis to the tops of the lines below it: who is favoured,
#: the name of the axis, the first footnote.
SIDES_AT, XLABEL_AT, NOTES_AT = 16.0, 28.0, 44.0

#: Size of the lines about heterogeneity in sizes of the font.
NOTE_SIZE = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Texts of a forest plot and the room they take, in points."""

    left: tuple[TextColumn, ...]
    right: tuple[TextColumn, ...]
    left_blocks: tuple[Block, ...]
    right_blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    sides: tuple[str, str]
    look: Look
    left_points: float
    right_points: float
    n_rows: float
    size: float
    row_points: float

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return 1.4 * self.size

    @property
    def heading_lines(self) -> int:
        """Lines that the headings take."""
        single = [c.heading.count("\n") + 1 for c in (*self.left, *self.right)]
        blocks = (*self.left_blocks, *self.right_blocks)
        shared = [b.heading.count("\n") + 2 for b in blocks]
        return max([*single, *shared])

    @property
    def top(self) -> float:
        """Room for the headings."""
        raised = self.look.sides_on_top and any(self.sides)
        return (self.heading_lines + raised) * self.line + PAD + 2

    @property
    def notes_at(self) -> float:
        """Points from the axis to the first footnote."""
        above = self.look.sides_on_top or not any(self.sides)
        return NOTES_AT - (SIDES_AT - PAD if above else 0.0)

    @property
    def bottom(self) -> float:
        """Room for ticks, the axis' words and the footnotes."""
        return self.notes_at + len(self.notes) * self.line + PAD

    @property
    def width(self) -> float:
        """Narrowest figure that leaves room for the plot."""
        return self.left_points + self.right_points + NARROWEST + 2 * PAD


def make_plan(
    rows: Sequence[Row],
    columns: Columns,
    look: Look,
    notes: Sequence[str],
    sides: tuple[str, str],
    width: float,
    size: float | None = None,
) -> Plan:
    """Measure the texts of the rows.

    Parameters
    ----------
    rows
        All rows of the plot.
    columns, look
        What stands beside it, and how it looks.
    notes
        Footnotes, wrapped here.
    sides
        What stands left and right of no effect.
    width
        Wanted width of the whole, in points.
    size
        Of the font; by default as large as the number of rows allows.
    """
    last = rows[-1]
    n_rows = last.y + last.extra / 2 + 1
    tight = n_rows > MANY_ROWS
    if size is None:
        size = FONT_SIZE - 0.8 if tight else FONT_SIZE
    left, left_blocks = headed(left_columns(rows, columns, size), columns.arms, size)
    right, right_blocks = headed(right_columns(rows, columns, size), columns.arms, size)
    spare = ON_TOP * NARROWEST if look.sides_on_top else 0.0
    outside = [text_width(text, size) + GUTTER - spare for text in sides]
    left_points = max(total_width(left, size), _widest(rows, size), outside[0])
    right_points = max(total_width(right, size), outside[1])
    total = max(width, left_points + right_points + NARROWEST + 2 * PAD)
    letters = int((total - 2 * PAD) / (0.57 * size))
    return Plan(
        left=left,
        right=right,
        left_blocks=left_blocks,
        right_blocks=right_blocks,
        notes=tuple(line for note in notes for line in wrap(note, letters)),
        sides=sides,
        look=look,
        left_points=left_points,
        right_points=right_points,
        n_rows=n_rows,
        size=size,
        row_points=TIGHT_ROW if tight else ROW,
    )


def _widest(rows: Sequence[Row], size: float) -> float:
    """Width of the labels that stand across the columns."""
    bold = {"summary", "heading", "subtotal"}
    widths = [
        text_width(line, size * (NOTE_SIZE if row.kind == "note" else 1.0),
                   bold=row.kind in bold)
        for row in rows
        if row.kind != "study"
        for line in row.text.split("\n")
    ]  # fmt: skip
    return max(widths) + GUTTER


def fitted_plan(ax: Axes | None, width_cm: float, **texts: Any) -> Plan:
    """Make a plan, with a smaller font where given axes are too narrow."""
    if ax is None:
        return make_plan(width=width_cm * POINTS_PER_CM, **texts)
    figure: Any = ax.get_figure(root=True)
    room = 72 * ax.get_position().width * float(figure.get_size_inches()[0])
    plan = make_plan(width=room, **texts)
    if plan.width <= room:
        return plan
    size = max(SMALLEST_FONT, plan.size * room / plan.width)
    return make_plan(width=room, size=size, **texts)


def place(ax: Axes | None, plan: Plan, width_cm: float) -> tuple[Figure, Axes, float]:
    """Make or shrink axes so that the texts fit beside them.

    Returns
    -------
    figure, axes, row_points
        And the height of a row that the axes give, in points.
    """
    if ax is None:
        width = max(width_cm * POINTS_PER_CM, plan.width)
        height = plan.n_rows * plan.row_points + plan.top + plan.bottom
        made = new_figure(figsize=(width / 72, height / 72))
        ax = made.add_axes((0, 0, 1, 1))
    figure: Any = ax.get_figure(root=True)
    box = ax.get_position()
    whole_w, whole_h = (72 * float(inches) for inches in figure.get_size_inches())
    room_w, room_h = box.width * whole_w, box.height * whole_h
    #: A caller's small axes keep at least a fifth for the plot itself.
    wide = max(room_w - plan.left_points - plan.right_points - 2 * PAD, room_w / 5)
    high = max(room_h - plan.top - plan.bottom, room_h / 5)
    corner = (
        box.x0 + (plan.left_points + PAD) / whole_w,
        box.y0 + plan.bottom / whole_h,
    )
    ax.set_position((*corner, wide / whole_w, high / whole_h))
    dress(ax)
    return figure, ax, high / plan.n_rows
