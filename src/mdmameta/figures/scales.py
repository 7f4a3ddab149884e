"""Ticks of an axis of effects, on a plain or a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.tables.labels import is_ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Steps within a decade, coarse to fine; the first with enough ticks is used.
_STEPS = ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))

#: Fewer ticks leave a log axis unreadable; more of them overlap.
FEWEST, MOST = 3, 7

#: Room that the label of a tick needs, in points.
TICK_POINTS = 27.0


def label_ticks(
    ax: Axes, measure: str, *, which: str = "x", room: float = 200.0
) -> None:
    """Write ticks with true minus signs; exponentials where effects are logs.

    Parameters
    ----------
    ax
        Axes whose limits are already set.
    measure
        metafor's code of the effect measure.
    which
        Axis of the effects, ``"x"`` or ``"y"``.
    room
        Length of the axis in points, which limits the number of ticks.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    axis = ax.xaxis if which == "x" else ax.yaxis
    most = int(np.clip(room / TICK_POINTS, 2, MOST))
    low, high = sorted(ax.get_xlim() if which == "x" else ax.get_ylim())
    if is_ratio(measure):
        ticks = ratio_ticks(np.exp(low), np.exp(high), most)
        axis.set_major_locator(FixedLocator(np.log(ticks).tolist()))
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{np.exp(x):.3g}"))
        return
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(plain_tick))


def plain_tick(x: float, _place: int | None = None) -> str:
    """Print a tick as short as it can be.

    Examples
    --------
    >>> plain_tick(-0.5), plain_tick(0.0), plain_tick(-1e-17)
    ('−0.5', '0', '0')
    """
    return f"{round(x, 10) + 0.0:.6g}".replace("-", "−")


def ratio_ticks(low: float, high: float, most: int = MOST) -> list[float]:
    """Choose round ratios between two ends; 1, no effect, is one of them.

    Examples
    --------
    >>> ratio_ticks(0.4, 5.5)
    [0.5, 1.0, 2.0, 5.0]
    """
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in _STEPS:
        every = sorted({float(f"{d * s:.6g}") for d in decades for s in steps})
        ticks = [t for t in every if low <= t <= high]
        if len(ticks) >= FEWEST:
            step = -(-len(ticks) // most)
            first = ticks.index(1.0) % step if 1.0 in ticks else 0
            return ticks[first::step]
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=most).tick_values(low, high)
    return [float(t) for t in found if low <= t <= high and t > 0]
