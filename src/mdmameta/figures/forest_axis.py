"""The words around a forest plot: columns, axis, who is favoured, footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mdmameta.figures.forest_blocks import LIGHT, Block
from mdmameta.figures.forest_place import (
    NOTE_SIZE,
    PAD,
    SIDES_AT,
    XLABEL_AT,
    Plan,
)
from mdmameta.figures.forest_rows import Row
from mdmameta.figures.judgements import draw_light, judged
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import INK, MID, PALE
from mdmameta.figures.text_columns import (
    GUTTER,
    TextColumn,
    text_width,
    write,
    write_columns,
)
from mdmameta.tables.labels import is_ratio, measure_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Side = Literal["left", "right"]

#: Height of the lowest line of the headings, in rows.
HEADING_AT = -0.6


def write_rows(ax: Axes, rows: Sequence[Row], plan: Plan) -> None:
    """Write the columns beside the axes, lights, and the labels of summaries."""
    size, start = plan.size, -plan.left_points
    _write_side(ax, "left", plan.left, plan.left_blocks, start, plan)
    edges = _write_side(ax, "right", plan.right, plan.right_blocks, GUTTER, plan)
    _draw_lights(ax, rows, edges, size)
    for row in rows:
        if row.kind == "study":
            continue
        bold = row.kind in ("summary", "heading")
        small = NOTE_SIZE if row.kind == "note" else 1.0
        color = MID if row.kind == "note" else None
        write(ax, row.text, row.y, start, size=small * size, bold=bold, color=color)
    _rules(ax, rows, plan)


def write_axis(ax: Axes, measure: str, xlabel: str | None, plan: Plan) -> None:
    """Label the axis of effects and write what stands around it.

    Parameters
    ----------
    ax
        Axes whose limits are set.
    measure
        metafor's code, which decides the scale and the axis' name.
    xlabel
        Name in place of the measure's.
    plan
        Who is favoured, footnotes and sizes.
    """
    label_ticks(ax, measure, room=_points_wide(ax))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    words = measure_label(measure, on_log_axis=is_ratio(measure))
    top = plan.look.sides_on_top or not any(plan.sides)
    below = SIDES_AT if top else XLABEL_AT
    _beside(ax, 0.5, below, words if xlabel is None else xlabel, "center", plan.size)
    low, high = ax.get_xlim()
    zero = float(np.clip(-low / (high - low), 0, 1))
    wide = _points_wide(ax)
    rooms = (wide * zero, wide * (1 - zero))
    fits = all(
        text_width(text, plan.size) + GUTTER / 2 < room
        for text, room in zip(plan.sides, rooms, strict=True)
    )
    lift = PAD if fits else plan.heading_lines * plan.line + PAD
    for text, align, shift in zip(plan.sides, ("right", "left"), (-4, 4), strict=True):
        if plan.look.sides_on_top:
            _beside(ax, zero, -lift, text, align, plan.size, shift=shift, top=True)
        else:
            _beside(ax, zero, SIDES_AT, text, align, plan.size, shift=shift)
    for at, note in enumerate(plan.notes):
        depth = plan.notes_at + at * plan.line
        _beside(ax, 0, depth, note, "left", plan.size, shift=-plan.left_points)


def _write_side(
    ax: Axes,
    side: Side,
    columns: Sequence[TextColumn],
    blocks: Sequence[Block],
    start: float,
    plan: Plan,
) -> list[float]:
    """Write the columns of a side with their headings; return their edges."""
    edges = write_columns(
        ax, columns, start=start, side=side, heading_y=HEADING_AT, size=plan.size
    )
    for block in blocks:
        _write_block(ax, block, columns, edges, side, plan)
    return edges


def _write_block(
    ax: Axes,
    block: Block,
    columns: Sequence[TextColumn],
    edges: Sequence[float],
    side: Side,
    plan: Plan,
) -> None:
    """Write a heading above the columns that share it, over a line."""
    low = edges[block.first]
    high = edges[block.last] + columns[block.last].width(plan.size)
    at, lift = (low + high) / 2, plan.line
    write(
        ax, block.heading, HEADING_AT, at, align="center", side=side,
        size=plan.size, bold=True, va="bottom", lift=lift,
    )  # fmt: skip
    x = np.array([low, high]) / _points_wide(ax) + (0 if side == "left" else 1)
    rows = HEADING_AT - (lift - 1.5) / plan.row_points
    ax.plot(
        x, [rows, rows], transform=ax.get_yaxis_transform(), color=MID, lw=0.6,
        clip_on=False, zorder=0,
    )  # fmt: skip


def _draw_lights(
    ax: Axes, rows: Sequence[Row], edges: Sequence[float], size: float
) -> None:
    wide = _points_wide(ax)
    lit = [row for row in rows if row.lights]
    first = len(edges) - 1 - max((len(row.lights) for row in lit), default=0)
    for row in lit:
        for at, judgement in enumerate(row.lights, start=first):
            middle = (edges[at] + edges[at + 1] - GUTTER) / 2
            draw_light(
                ax,
                1 + middle / wide,
                row.y,
                judged(judgement),
                0.85 * LIGHT * size,
                transform=ax.get_yaxis_transform(),
            )


def _rules(ax: Axes, rows: Sequence[Row], plan: Plan) -> None:
    wide = _points_wide(ax)
    across = [-plan.left_points / wide, 1 + plan.right_points / wide]
    pooled = next(row for row in rows if row.kind == "summary")
    lines = ((-0.5, INK), (pooled.y - pooled.extra / 2 - 0.75, PALE))
    for y, color in lines:
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


def _beside(
    ax: Axes,
    x: float,
    depth: float,
    text: str,
    align: str,
    size: float,
    *,
    shift: float = 0.0,
    top: bool = False,
) -> None:
    ax.annotate(
        text,
        xy=(x, 1 if top else 0),
        xycoords="axes fraction",
        xytext=(shift, -depth),
        textcoords="offset points",
        ha=align,
        va="bottom" if top else "top",
        size=size,
        annotation_clip=False,
        parse_math=False,
    )
