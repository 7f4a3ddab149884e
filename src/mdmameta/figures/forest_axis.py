"""The words around a forest plot: columns, axis, who is favoured, footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mdmameta.figures.forest_place import NOTES_AT, SIDES_AT, XLABEL_AT, Plan
from mdmameta.figures.forest_rows import Row
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import INK, PALE
from mdmameta.figures.text_columns import GUTTER, write, write_columns
from mdmameta.tables.labels import is_ratio, measure_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def write_rows(ax: Axes, rows: Sequence[Row], plan: Plan) -> None:
    """Write the columns beside the axes and the labels of summaries."""
    size, start = plan.size, -plan.left_points
    write_columns(ax, plan.left, start=start, side="left", heading_y=-0.6, size=size)
    write_columns(ax, plan.right, start=GUTTER, side="right", heading_y=-0.6, size=size)
    for row in rows:
        if row.kind != "study":
            bold = row.kind in ("summary", "heading")
            write(ax, row.label, row.y, start, size=size, bold=bold)
    _rules(ax, rows, plan)


def write_axis(
    ax: Axes,
    measure: str,
    xlabel: str | None,
    sides: tuple[str, str],
    plan: Plan,
) -> None:
    """Label the axis of effects and write what stands below it.

    Parameters
    ----------
    ax
        Axes whose limits are set.
    measure
        metafor's code, which decides the scale and the axis' name.
    xlabel
        Name in place of the measure's.
    sides
        Written left and right of no effect, into the margins if need be.
    plan
        Footnotes and sizes.
    """
    label_ticks(ax, measure, room=_points_wide(ax))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    words = measure_label(measure, on_log_axis=is_ratio(measure))
    _below(ax, 0.5, XLABEL_AT, words if xlabel is None else xlabel, "center", plan.size)
    low, high = ax.get_xlim()
    zero = float(np.clip(-low / (high - low), 0, 1))
    for text, align, shift in zip(sides, ("right", "left"), (-4, 4), strict=True):
        _below(ax, zero, SIDES_AT, text, align, plan.size, shift=shift)
    for at, note in enumerate(plan.notes):
        depth = NOTES_AT + at * plan.line
        _below(ax, 0, depth, note, "left", plan.size, shift=-plan.left_points)


def _rules(ax: Axes, rows: Sequence[Row], plan: Plan) -> None:
    wide = _points_wide(ax)
    across = [-plan.left_points / wide, 1 + plan.right_points / wide]
    pooled = next(row for row in rows if row.kind == "summary")
    for y, color in ((-0.5, INK), (pooled.y - 0.75, PALE)):
        ax.plot(
            across,
            [y, y],
            transform=ax.get_yaxis_transform(),
            color=color,
            lw=0.8,
            clip_on=False,
            zorder=0,
        )


def _points_wide(ax: Axes) -> float:
    figure: Any = ax.get_figure(root=True)
    return float(ax.get_position().width * 72 * figure.get_size_inches()[0])


def _below(
    ax: Axes,
    x: float,
    depth: float,
    text: str,
    align: str,
    size: float,
    *,
    shift: float = 0.0,
) -> None:
    ax.annotate(
        text,
        xy=(x, 0),
        xycoords="axes fraction",
        xytext=(shift, -depth),
        textcoords="offset points",
        ha=align,
        va="top",
        size=size,
        annotation_clip=False,
        parse_math=False,
    )
