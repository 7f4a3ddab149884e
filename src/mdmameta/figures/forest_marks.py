"""What is drawn inside a forest plot: squares, intervals, diamonds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.forest_look import Look
from mdmameta.figures.forest_rows import Row
from mdmameta.figures.forest_summaries import Predicted, predicted_curve
from mdmameta.figures.style import INK, MID, VERMILION
from mdmameta.models.fit import Fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Side of the square of the heaviest and the lightest study, in rows: the
#: area in between is in proportion to the weight.
LARGEST, SMALLEST = 0.72, 0.16

#: Rows with a diamond.
POOLED = ("summary", "companion", "subtotal")

#: Half the height of a diamond, in rows.
HALF = {"summary": 0.34, "companion": 0.28, "subtotal": 0.28}

#: Where the curve of a prediction stands and how high it is, in rows.
FOOT, HEIGHT = 0.36, 0.8

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
    pooled = [r for r in rows if r.kind in POOLED]
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


def draw_rows(
    ax: Axes, rows: Sequence[Row], row_points: float, look: Look, predicted: Predicted
) -> None:
    """Draw every row between the limits that the axes have.

    Parameters
    ----------
    ax
        Axes with their limits.
    rows
        All rows.
    row_points
        Height of a row in points.
    look
        Colours.
    predicted
        How a new study's effect is drawn.
    """
    low, high = ax.get_xlim()
    studies = [row for row in rows if row.kind == "study"]
    for row in rows:
        if row.kind == "prediction":
            (_bar if predicted == "bar" else _hill)(ax, row, look)
        if row.kind in ("study", "prediction") and not np.isnan(row.low):
            _cut_ends(ax, row, low, high, INK if row.kind == "study" else MID)
    _whiskers(ax, studies)
    _squares(ax, studies, row_points, look)
    for row in rows:
        if row.kind in POOLED and np.isfinite(row.low + row.high):
            _diamond(ax, row, look)
            _cut_ends(ax, row, low, high, look.diamond)


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


def _squares(ax: Axes, rows: Sequence[Row], row_points: float, look: Look) -> None:
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
        facecolors=["white" if empty else look.square for empty in hollow],
        edgecolors=look.square,
        linewidths=0.9,
        zorder=3,
    )
    squares.set_label("_mm_square")


def _diamond(ax: Axes, row: Row, look: Look) -> None:
    from matplotlib.patches import Polygon

    half, edge = HALF[row.kind], look.diamond
    corners = [
        (row.low, row.y),
        (row.value, row.y - half),
        (row.high, row.y),
        (row.value, row.y + half),
    ]
    filled = row.kind == "summary" or (row.kind == "subtotal" and not row.is_bayesian)
    ax.add_patch(
        Polygon(
            corners,
            fc=edge if filled else "white",
            ec=edge,
            lw=1.1,
            hatch=None if filled or not row.is_bayesian else "//////",
            hatch_linewidth=0.5,
            zorder=3,
            label="_mm_diamond",
        )
    )


def _bar(ax: Axes, row: Row, look: Look) -> None:
    (bar,) = ax.plot(
        [row.low, row.high],
        [row.y, row.y],
        color=look.predicted,
        lw=3.2,
        solid_capstyle="butt",
        zorder=2,
    )
    bar.set_label("_mm_prediction")


def _hill(ax: Axes, row: Row, look: Look) -> None:
    """Draw the density of a new study's effect, dark within the interval."""
    if row.fit is None:
        return
    x, density = predicted_curve(row.fit)
    foot = row.y + FOOT
    y = foot - HEIGHT * density / density.max()
    within = (x >= row.low) & (x <= row.high)
    ax.fill_between(x, y, foot, color=look.predicted, alpha=0.35, lw=0, zorder=2)
    hill = ax.fill_between(x, y, foot, where=within, color=look.predicted, lw=0)
    hill.set(zorder=2, label="_mm_prediction")


def _cut_ends(ax: Axes, row: Row, low: float, high: float, color: str) -> None:
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
