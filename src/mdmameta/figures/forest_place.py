"""Where a forest plot puts its axes: as much room as its words leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from mdmameta.figures.forest_rows import Row
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

#: Smallest font, in points, to which a caller's narrow axes shrink the texts.
SMALLEST_FONT = 5.0

#: Margin around everything, in points.
PAD = 5.0

#: Points from the axis to the tops of the lines below it: who is favoured,
#: the name of the axis, the first footnote.
SIDES_AT, XLABEL_AT, NOTES_AT = 16.0, 28.0, 44.0

_NUMERIC = re.compile(r"^[–−\d.,%]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Texts of a forest plot and the room they take, in points."""

    left: tuple[TextColumn, ...]
    right: tuple[TextColumn, ...]
    notes: tuple[str, ...]
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
    def top(self) -> float:
        """Room for the headings."""
        lines = [c.heading.count("\n") + 1 for c in (*self.left, *self.right)]
        return max(lines, default=1) * self.line + PAD + 2

    @property
    def bottom(self) -> float:
        """Room for ticks, the axis' words and the footnotes."""
        return NOTES_AT + len(self.notes) * self.line + PAD

    @property
    def width(self) -> float:
        """Narrowest figure that leaves room for the plot."""
        return self.left_points + self.right_points + NARROWEST + 2 * PAD


def make_plan(
    rows: Sequence[Row],
    headings: Sequence[str],
    shown_heading: str,
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
    headings
        Of the columns of moderators.
    shown_heading
        Of the column of effects.
    notes
        Footnotes, wrapped here.
    sides
        What stands left and right of no effect, below the axis.
    width
        Wanted width of the whole, in points.
    size
        Of the font; by default as large as the number of rows allows.
    """
    n_rows = rows[-1].y + 1
    tight = n_rows > MANY_ROWS
    if size is None:
        size = FONT_SIZE - 0.8 if tight else FONT_SIZE
    left, right = _left(rows, headings), _right(rows, shown_heading)
    wide = [row for row in rows if row.kind != "study"]
    bold = {"summary", "heading"}
    widest = max(text_width(r.label, size, bold=r.kind in bold) for r in wide)
    outside = [text_width(text, size) + GUTTER for text in sides]
    left_points = max(total_width(left, size), widest + GUTTER, outside[0])
    right_points = max(total_width(right, size), outside[1])
    total = max(width, left_points + right_points + NARROWEST + 2 * PAD)
    letters = int((total - 2 * PAD) / (0.57 * size))
    return Plan(
        left=left,
        right=right,
        notes=tuple(line for note in notes for line in wrap(note, letters)),
        left_points=left_points,
        right_points=right_points,
        n_rows=n_rows,
        size=size,
        row_points=TIGHT_ROW if tight else ROW,
    )


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
        from matplotlib.figure import Figure

        width = max(width_cm * POINTS_PER_CM, plan.width)
        height = plan.n_rows * plan.row_points + plan.top + plan.bottom
        made = Figure(figsize=(width / 72, height / 72))
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


def headings_of(
    there: Sequence[str],
    columns: Sequence[str] | Mapping[str, str] | None,
    names: tuple[str, str],
) -> dict[str, str]:
    """Return moderator -> heading of the columns of text on the left.

    Parameters
    ----------
    there
        Moderators that the effects have.
    columns
        Those asked for, with or without headings; None takes the arms' sizes
        ``n1`` and ``n2`` where they are there.
    names
        Of the arms, for the headings of the sizes.
    """
    sizes = {"n1": f"{names[0]}\nn", "n2": f"{names[1]}\nn"}
    if columns is None:
        return {name: head for name, head in sizes.items() if name in there}
    if isinstance(columns, Mapping):
        return dict(columns)
    return {name: sizes.get(name, _capital(name)) for name in columns}


def _left(rows: Sequence[Row], headings: Sequence[str]) -> tuple[TextColumn, ...]:
    studies = [row for row in rows if row.kind == "study"]
    names = tuple((f"{r.label} {r.marks}".rstrip(), r.y) for r in studies)
    columns = [TextColumn(heading="Study", texts=names, align="left")]
    for at, heading in enumerate(headings):
        texts = tuple((r.cells[at], r.y) for r in studies)
        numeric = all(_NUMERIC.match(text) for text, _ in texts)
        align = "right" if numeric else "left"
        columns.append(TextColumn(heading=heading, texts=texts, align=align))  # type: ignore[arg-type]
    return tuple(columns)


def _right(rows: Sequence[Row], heading: str) -> tuple[TextColumn, ...]:
    shown = tuple((r.shown, r.y) for r in rows if r.shown)
    weights = tuple((r.weight_text, r.y) for r in rows if r.weight_text)
    return (
        TextColumn(heading=heading, texts=shown, align="right"),
        TextColumn(heading="Weight", texts=weights, align="right"),
    )


def _capital(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
