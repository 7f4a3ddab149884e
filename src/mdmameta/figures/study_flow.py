"""The flow diagram of PRISMA 2020, its gaps drawn as gaps."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.figures.described import describe
from mdmameta.figures.plain import broken, plain
from mdmameta.figures.style import BLUE, FONT_SIZE, INK, MID, axes_for, styled
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("box_id", "label", "n", "gap")

#: Width of a box and distance of its column from the next, in units of the diagram.
WIDE, APART = 3.5, 3.9

#: Letters on a line of a box.
LETTERS = 30

#: Height of a line of text and the margin of a box, in units of the diagram.
LINE, MARGIN = 0.29, 0.2

#: Distance of the rows, in units of the diagram.
SPACE = 0.45

#: Centimetres a unit.
UNIT_CM = 1.18


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of the diagram.

    Parameters
    ----------
    ids
        Rows of the table whose counts stand in it.
    column, row
        Its place; columns 0, 1, 3 hold the three streams, 2 and 4 what leaves.
    to
        Names of the boxes to which arrows go.
    """

    ids: tuple[str, ...]
    column: int
    row: int
    to: tuple[str, ...] = ()


#: The template for updated reviews with searches of databases and other sources
#: (Page et al. 2021, figure 1 and its fourth template).
BOXES: Mapping[str, Box] = {
    "previous": Box(
        ids=("previous_studies", "previous_reports"), column=0, row=0, to=("total",)
    ),
    "records": Box(
        ids=("records_databases", "records_registers"),
        column=1, row=0, to=("removed", "screened"),
    ),
    "removed": Box(
        ids=("removed_duplicates", "removed_automation", "removed_other"),
        column=2, row=0,
    ),
    "elsewhere": Box(
        ids=("records_websites", "records_organisations", "records_citations"),
        column=3, row=0, to=("sought_other",),
    ),
    "screened": Box(
        ids=("records_screened",), column=1, row=1, to=("left_out", "sought")
    ),
    "left_out": Box(ids=("records_excluded",), column=2, row=1),
    "sought": Box(ids=("sought",), column=1, row=2, to=("lost", "assessed")),
    "lost": Box(ids=("not_retrieved",), column=2, row=2),
    "sought_other": Box(
        ids=("sought_other",), column=3, row=2, to=("lost_other", "assessed_other")
    ),
    "lost_other": Box(ids=("not_retrieved_other",), column=4, row=2),
    "assessed": Box(ids=("assessed",), column=1, row=3, to=("excluded", "new")),
    "excluded": Box(ids=("excluded",), column=2, row=3),
    "assessed_other": Box(
        ids=("assessed_other",), column=3, row=3, to=("excluded_other", "new")
    ),
    "excluded_other": Box(ids=("excluded_other",), column=4, row=3),
    "new": Box(ids=("new_studies", "new_reports"), column=1, row=4, to=("total",)),
    "total": Box(ids=("total_studies", "total_reports"), column=1, row=5),
}  # fmt: skip

#: Words beside the rows of boxes.
STAGES = (("Identification", 0, 0), ("Screening", 1, 3), ("Included", 4, 5))

_Place = tuple[float, float, float]


def study_flow(boxes: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw how studies were found, screened and included.

    Parameters
    ----------
    boxes
        One row a count: ``box_id`` (one of those in `BOXES`), ``label``, ``n``
        (NaN where nobody gives it) and ``gap``, the reason why there is none.
        `Evidence.study_flow` is such a table. Boxes without rows are left out.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure
        A box in which a count is missing has a dashed edge and says so: a dash
        is not a zero.

    Raises
    ------
    OptionError
        For an id that no box has.

    References
    ----------
    Page et al. 2021, doi:10.1136/bmj.n71.

    Examples
    --------
    >>> from mdmameta.figures import alt_text
    >>> counts = pd.DataFrame({"box_id": ["assessed", "new_studies"],
    ...     "label": ["Reports assessed", "New studies"], "n": [12, float("nan")],
    ...     "gap": ["", "no source"]})
    >>> alt_text(study_flow(counts)).split(". ")[1]
    'Reports assessed: 12; New studies: no count (no source).'
    """
    rows = with_columns("boxes", boxes, COLUMNS)
    known = {name for box in BOXES.values() for name in box.ids}
    if unknown := [x for x in rows["box_id"] if x not in known]:
        raise OptionError(
            f"boxes has the id {unknown[0]!r}; allowed: {', '.join(sorted(known))}."
        )
    texts = _texts(rows)
    gaps = set(rows.loc[rows["n"].isna(), "box_id"])
    drawn = {n: b for n, b in BOXES.items() if any(i in texts for i in b.ids)}
    places, width, height = _places(drawn, texts)
    with styled():
        figure, ax = axes_for(ax, width_cm=UNIT_CM * width, height_cm=UNIT_CM * height)
        ax.set_axis_off()
        ax.set_xlim(-0.75, width - 0.75)
        ax.set_ylim(-height + 0.1, 0.1)
        for name, box in drawn.items():
            lines = [texts[i] for i in box.ids if i in texts]
            _draw(ax, places[name], lines, dashed=any(i in gaps for i in box.ids))
        arrows = [(name, end) for name, b in drawn.items() for end in b.to]
        for name, end in ((a, b) for a, b in arrows if b in drawn):
            _arrow(ax, places[name], places[end], drawn[name], drawn[end])
        _stages(ax, drawn, places)
        describe(ax, _alt(rows))
    return figure


def _texts(rows: pd.DataFrame) -> dict[str, str]:
    return {row["box_id"]: _told(row) for row in rows.to_dict("records")}


def _told(row: Mapping[Hashable, Any]) -> str:
    why = f"; {plain(row['gap'])}" if pd.isna(row["n"]) and row["gap"] else ""
    label = broken(row["label"], LETTERS, 4)
    counted = f"(n = {count(row['n'])}{why})"
    return f"{label}\n{broken(counted, LETTERS)}"


def _high(box: Box, texts: Mapping[str, str]) -> float:
    lines = sum(texts[i].count("\n") + 1 for i in box.ids if i in texts)
    return LINE * lines + 2 * MARGIN


def _places(
    drawn: Mapping[str, Box], texts: Mapping[str, str]
) -> tuple[dict[str, _Place], float, float]:
    """Left edge, middle and height of each box; width and height of the whole."""
    columns = sorted({box.column for box in drawn.values()})
    tall: dict[int, float] = {}
    for box in drawn.values():
        tall[box.row] = max(tall.get(box.row, 0.0), _high(box, texts))
    tops = dict(
        zip(
            sorted(tall),
            np.cumsum([0.0, *(tall[row] + SPACE for row in sorted(tall))]),
            strict=False,
        )
    )
    places = {
        name: (
            APART * columns.index(box.column),
            -float(tops[box.row]) - tall[box.row] / 2,
            _high(box, texts),
        )
        for name, box in drawn.items()
    }
    whole = sum(tall.values()) + SPACE * (len(tall) - 1)
    return places, APART * len(columns) + 0.5, whole + 0.2


def _draw(ax: Axes, place: _Place, lines: Sequence[str], *, dashed: bool) -> None:
    from matplotlib.patches import Rectangle

    x, y, high = place
    ax.add_patch(
        Rectangle(
            (x, y - high / 2), WIDE, high, fc="white", ec=MID if dashed else INK,
            ls=(0, (4, 2)) if dashed else "-", lw=0.9, label="_mm_box",
        )
    )  # fmt: skip
    ax.text(
        x + 0.12, y, "\n".join(lines), va="center", size=FONT_SIZE - 1,
        color="#555555" if dashed else INK, linespacing=1.25, parse_math=False,
    )  # fmt: skip


def _arrow(ax: Axes, start: _Place, end: _Place, one: Box, other: Box) -> None:
    """Draw an arrow down within a column, across to another, or down and across."""
    style = {"arrowstyle": "-|>", "color": INK, "lw": 0.8, "shrinkA": 0, "shrinkB": 0}
    if one.row == other.row:
        ends = (start[0] + WIDE, start[1]), (end[0], end[1])
    elif one.column == other.column:
        x = start[0] + 0.45 * WIDE
        ends = (x, start[1] - start[2] / 2), (x, end[1] + end[2] / 2)
    else:
        side = end[0] if end[0] > start[0] else end[0] + WIDE
        ends = (start[0] + 0.45 * WIDE, start[1] - start[2] / 2), (side, end[1])
        style["connectionstyle"] = "angle,angleA=90,angleB=0"
    ax.annotate("", xy=ends[1], xytext=ends[0], arrowprops=style)


def _stages(ax: Axes, drawn: Mapping[str, Box], places: Mapping[str, _Place]) -> None:
    from matplotlib.patches import Rectangle

    for words, first, last in STAGES:
        inside = [places[n] for n, box in drawn.items() if first <= box.row <= last]
        if not inside:
            continue
        top = max(y + high / 2 for _, y, high in inside)
        low = min(y - high / 2 for _, y, high in inside)
        ax.add_patch(Rectangle((-0.65, low), 0.42, top - low, fc=BLUE, ec="none"))
        ax.text(
            -0.44, (top + low) / 2, words, rotation=90, ha="center", va="center",
            color="white", weight="bold", size=FONT_SIZE - 1,
        )  # fmt: skip


def _alt(rows: pd.DataFrame) -> str:
    told = [
        f"{plain(row['label'])}: "
        + (f"no count ({plain(row['gap'])})" if pd.isna(row["n"]) else count(row["n"]))
        for row in rows.to_dict("records")
    ]
    missing = int(rows["n"].isna().sum())
    return (
        f"Flow diagram of PRISMA 2020 with {len(rows)} counts, {missing} of them "
        f"missing. {'; '.join(told)}."
    )
