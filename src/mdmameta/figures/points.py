"""Points with their studies' names, for plots of one study a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.figures.plain import broken
from mdmameta.figures.style import BLUE, FONT_SIZE, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Names of more points than these would cover each other.
MOST_NAMED = 15

#: Letters of a name beyond which it is cut.
LONGEST_NAME = 28

#: Where a name may stand, seen from its point: right, left, above, below.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))

#: Area of a point in square points: of the least and of the greatest weight.
SMALLEST, LARGEST = 18.0, 160.0


def sizes(weights: ArrayLike) -> np.ndarray:
    """Areas of points, proportional to weights.

    Examples
    --------
    >>> sizes([10.0, 30.0]).tolist()
    [53.333333333333336, 160.0]
    """
    w = np.asarray(weights, dtype=float)
    top = float(np.nanmax(w)) if w.size else 1.0
    area: np.ndarray = np.clip(LARGEST * w / (top or 1.0), SMALLEST, LARGEST)
    return area


def place(
    ax: Axes,
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str],
    *,
    weights: ArrayLike | None = None,
    named: Sequence[bool] | None = None,
) -> None:
    """Draw points and write the names of those that can be told apart.

    Parameters
    ----------
    ax
        Axes to draw on.
    x, y
        Coordinates, shape (k,).
    names
        Name of each point.
    weights
        Areas are proportional to them; equal when left out.
    named
        Which names to write: all of them, up to `MOST_NAMED`, when left out.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    area = np.full(x.size, 30.0) if weights is None else sizes(weights)
    ax.scatter(
        x, y, s=area, c=BLUE, edgecolors="white", linewidths=0.7, alpha=0.85, zorder=3,
        label="_mm_point",
    )  # fmt: skip
    shown = [x.size <= MOST_NAMED] * x.size if named is None else named
    wanted = [i for i in range(x.size) if shown[i] and np.isfinite(x[i] + y[i])]
    _widen(ax)
    shortened = [broken(names[i], LONGEST_NAME, 1) for i in wanted]
    _name(ax, x[wanted], y[wanted], shortened, area[wanted])


def _widen(ax: Axes) -> None:
    """Leave room for names to the right, and some on the left for points."""
    low, high = ax.get_xlim()
    ax.set_xlim(low - 0.02 * (high - low), high + 0.12 * (high - low))


def _name(
    ax: Axes, x: np.ndarray, y: np.ndarray, names: Sequence[str], area: np.ndarray
) -> None:
    """Write each name at the first side of its point where nothing else stands."""
    from matplotlib.patheffects import withStroke

    points = ax.transData.transform(np.column_stack([x, y])) * 72 / ax.figure.dpi
    half = np.sqrt(area)[:, None] / 2
    discs = np.hstack([points - half, points + half])
    frame = ax.get_window_extent().get_points().ravel() * 72 / ax.figure.dpi
    taken: list[np.ndarray] = []
    for at, name in enumerate(names):
        boxes = [_box(points[at], name, side, area[at]) for side in _SIDES]
        others = [*taken, *np.delete(discs, at, axis=0)]
        free = [
            n for n, box in enumerate(boxes) if not any(_meet(box, b) for b in others)
        ]
        within = [n for n in free if _inside(boxes[n], frame)]
        side = [*within, *free, 0][0]
        taken.append(boxes[side])
        left, bottom = boxes[side][:2] - points[at]
        ax.annotate(
            name, (x[at], y[at]), xytext=(left, bottom), textcoords="offset points",
            fontsize=FONT_SIZE - 1, color=INK, parse_math=False, zorder=4,
            path_effects=[withStroke(linewidth=1.8, foreground="white")],
        )  # fmt: skip


def _box(
    point: np.ndarray, name: str, side: tuple[int, int], area: float
) -> np.ndarray:
    """Left, bottom, right, top of a name beside a point, in points."""
    width, height = 0.58 * (FONT_SIZE - 1) * len(name), FONT_SIZE - 1
    gap = 2 + np.sqrt(area) / 2
    left = point[0] + (
        gap if side[0] > 0 else -gap - width if side[0] < 0 else -width / 2
    )
    bottom = point[1] + (
        gap if side[1] > 0 else -gap - height if side[1] < 0 else -height / 2
    )
    return np.array([left, bottom, left + width, bottom + height])


def _inside(box: np.ndarray, frame: np.ndarray) -> bool:
    """Tell whether a name stays off the axis on its left and within the others."""
    return bool((box[:2] > frame[:2] + 1).all() and (box[2:] < frame[2:]).all())


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )
