"""Labelled values along the top of axes, such as published estimates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.figures.style import FONT_SIZE, INK
from mdmameta.sensitivity.table import SensitivityTable
from mdmameta.tables.labels import bias_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

#: Room between slanted labels, as a share of the width of the axes.
BETWEEN = 0.042

#: Degrees by which labels rise.
SLANT = 40.0

#: Room between a title and the labels, as a share of the width of the axes, which the
#: layout may yet make narrower.
NEAR = 0.1

#: Points an inch.
POINTS = 72.0


def published_marks(table: SensitivityTable, x: str) -> dict[str, float]:
    """Return published values of a parameter, by name.

    Parameters
    ----------
    table
        Whose part ``anchors`` has a column of the parameter's name; where its
        rows differ in ``delta_u``, the first one counts.
    x
        Name of the parameter.
    """
    anchors = table.parts.get("anchors")
    if anchors is None or x not in anchors or anchors.empty:
        return {}
    if "delta_u" in anchors:
        anchors = anchors[anchors["delta_u"] == anchors["delta_u"].iloc[0]]
    names = [bias_label(str(name)) for name in anchors["prior_id"]]
    return dict(zip(names, anchors[x].astype(float), strict=True))


def draw_marks(ax: Axes, marks: Mapping[str, float]) -> None:
    """Draw a tick on the top spine for each value, with a slanted label."""
    low, high = sorted(ax.get_xlim())
    inside = {name: at for name, at in marks.items() if low <= at <= high}
    shares = np.array([(at - low) / (high - low) for at in inside.values()])
    for name, at, place in zip(inside, shares, spread(shares, BETWEEN), strict=True):
        ax.annotate(
            name,
            xy=(at, 1.0),
            xytext=(place, 1.055),
            xycoords="axes fraction",
            textcoords="axes fraction",
            rotation=SLANT,
            rotation_mode="anchor",
            ha="left",
            va="bottom",
            size=FONT_SIZE - 0.5,
            arrowprops={"arrowstyle": "-", "color": INK, "lw": 0.7, "shrinkB": 0},
            parse_math=False,
        )
        ax.plot(
            [at, at], [0.975, 1.0], transform=ax.transAxes, color=INK, lw=1.0,
            label="_mm_mark",
        )  # fmt: skip


def clear_of_marks(ax: Axes, title: Text) -> None:
    """Lift a title above the labels of `draw_marks` if it comes near to one.

    Parameters
    ----------
    ax
        Axes with marks.
    title
        As it was set, above the axes.
    """
    if not title.get_text().strip():
        return
    boxes = [
        text.get_window_extent() for text in ax.texts if text.get_rotation() == SLANT
    ]
    end = title.get_window_extent().x1 + NEAR * ax.bbox.width
    if any(box.x0 < end for box in boxes):
        top = max(box.y1 for box in boxes) - ax.bbox.y1
        ax.set_title(
            title.get_text(),
            parse_math=False,
            fontsize=title.get_fontsize(),
            pad=top * POINTS / ax.figure.dpi + 2,
        )


def spread(places: FloatArray, gap: float) -> FloatArray:
    """Move places apart, as little as need be, keeping their order.

    Parameters
    ----------
    places
        Shape (n,).
    gap
        Smallest distance between neighbours.

    Examples
    --------
    >>> spread(np.array([0.5, 0.1, 0.5]), 0.1).round(2)
    array([0.45, 0.1 , 0.55])
    """
    order = np.argsort(places, kind="stable")
    moved = places[order].astype(float)
    blocks: list[list[int]] = []
    for i in range(moved.size):
        blocks.append([i])
        while len(blocks) > 1 and _end(moved, blocks[-2], gap) > _start(
            moved, blocks[-1], gap
        ):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    out = np.empty_like(moved)
    for block in blocks:
        start = _start(moved, block, gap)
        out[order[block]] = start + gap * np.arange(len(block))
    return out


def _start(places: FloatArray, block: list[int], gap: float) -> float:
    return float(np.mean(places[block]) - gap * (len(block) - 1) / 2)


def _end(places: FloatArray, block: list[int], gap: float) -> float:
    return _start(places, block, gap) + gap * len(block)
