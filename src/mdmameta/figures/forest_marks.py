"""What is drawn inside a forest plot: squares, intervals, diamonds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.forest_rows import Row
from mdmameta.figures.style import BLUE, INK, MID, SKY, VERMILION
from mdmameta.models.fit import Fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Side of the square of the heaviest and the lightest study, in rows: the
#: area in between is in proportion to the weight.
LARGEST, SMALLEST = 0.72, 0.16

#: How far beyond points and pooled intervals, in spans of these, the axis
#: follows a study's interval before it cuts it with an arrow.
REACH = 0.75


def limits(rows: Sequence[Row]) -> tuple[float, float]:
    """Choose the ends of the axis, cutting only what would squeeze the rest.

    Parameters
    ----------
    rows
        All rows of the plot.

    Returns
    -------
    tuple of float
        No effect, every point and every diamond lie inside.
    """
    pooled = [r for r in rows if r.kind in ("summary", "companion")]
    core = [0.0, *(x for r in rows for x in (r.value,))]
    core += [end for r in pooled for end in (r.low, r.high)]
    inner = np.array([x for x in core if np.isfinite(x)])
    ends = np.array([x for r in rows for x in (r.low, r.high) if np.isfinite(x)])
    low, high = float(inner.min()), float(inner.max())
    span = (high - low) or 1.0
    outer = np.clip(ends, low - REACH * span, high + REACH * span)
    low, high = min(low, *outer, low), max(high, *outer, high)
    room = 0.04 * (high - low)
    return float(low - room), float(high + room)


def draw_rows(ax: Axes, rows: Sequence[Row], row_points: float) -> None:
    """Draw every row between the limits that the axes have."""
    low, high = ax.get_xlim()
    for row in rows:
        if row.kind == "prediction":
            _bar(ax, row)
        if row.kind in ("study", "prediction") and not np.isnan(row.low):
            _cut_ends(ax, row, low, high)
    studies = [row for row in rows if row.kind == "study"]
    _whiskers(ax, studies)
    _squares(ax, studies, row_points)
    for row in rows:
        if row.kind in ("summary", "companion") and np.isfinite(row.low + row.high):
            _diamond(ax, row)
            _cut_ends(ax, row, low, high)


def draw_shrunken(ax: Axes, fit: Fit, rows: Sequence[Row]) -> None:
    """Draw shrunken effects as open diamonds below their studies' squares."""
    frame = fit.shrunken()
    places = {row.position: row.y + 0.33 for row in rows if row.kind == "study"}
    y = [places[int(i)] for i in fit.used]
    ax.hlines(y, frame["ci_low"], frame["ci_high"], color=VERMILION, lw=0.8, zorder=3)
    ax.plot(
        frame["value"],
        y,
        "D",
        ms=3.2,
        mfc="white",
        mec=VERMILION,
        mew=0.9,
        zorder=4,
        label="_mm_shrunken",
    )


def _whiskers(ax: Axes, rows: Sequence[Row]) -> None:
    drawn = [r for r in rows if not np.isnan(r.low)]
    low, high = ax.get_xlim()
    starts = [np.clip(r.low, low, high) for r in drawn]
    stops = [np.clip(r.high, low, high) for r in drawn]
    lines = ax.hlines([r.y for r in drawn], starts, stops, color=INK, lw=1.0, zorder=2)
    lines.set_label("_mm_interval")


def _squares(ax: Axes, rows: Sequence[Row], row_points: float) -> None:
    low, high = ax.get_xlim()
    drawn = [r for r in rows if low <= r.value <= high and np.isfinite(r.high)]
    weights = np.array([r.weight for r in drawn], dtype=float)
    heaviest = np.nanmax(weights, initial=0.0) or 1.0
    part = np.sqrt(np.nan_to_num(weights / heaviest, nan=0.0))
    sides = np.maximum(SMALLEST, LARGEST * part) * row_points
    hollow = [bool(r.marks) or np.isnan(r.weight) for r in drawn]
    squares = ax.scatter(
        [r.value for r in drawn],
        [r.y for r in drawn],
        s=sides**2,
        marker="s",
        facecolors=["white" if empty else BLUE for empty in hollow],
        edgecolors=BLUE,
        linewidths=0.9,
        zorder=3,
    )
    squares.set_label("_mm_square")


def _diamond(ax: Axes, row: Row) -> None:
    from matplotlib.patches import Polygon

    half = 0.34 if row.kind == "summary" else 0.28
    corners = [
        (row.low, row.y),
        (row.value, row.y - half),
        (row.high, row.y),
        (row.value, row.y + half),
    ]
    face = VERMILION if row.kind == "summary" else "white"
    ax.add_patch(
        Polygon(corners, fc=face, ec=VERMILION, lw=1.1, zorder=3, label="_mm_diamond")
    )


def _bar(ax: Axes, row: Row) -> None:
    (bar,) = ax.plot(
        [row.low, row.high],
        [row.y, row.y],
        color=SKY,
        lw=3.2,
        solid_capstyle="butt",
        zorder=2,
    )
    bar.set_label("_mm_prediction")


def _cut_ends(ax: Axes, row: Row, low: float, high: float) -> None:
    color = {"study": INK, "prediction": MID}.get(row.kind, VERMILION)
    for end, marker, cut in ((low, "<", row.low < low), (high, ">", row.high > high)):
        if cut:
            ax.plot(
                [end],
                [row.y],
                marker,
                ms=4.5,
                color=color,
                clip_on=False,
                zorder=4,
                label="_mm_arrow",
            )
