"""The radial (Galbraith) plot: effects in units of their error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.described import describe
from mdmameta.figures.points import place
from mdmameta.figures.style import MID, PALE, VERMILION, axes_for, styled
from mdmameta.sensitivity.radial import Radial
from mdmameta.tables.numbers import pooled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def radial(points: Radial, *, ax: Axes | None = None) -> Figure:
    """Draw effects over their errors against precision, and the pooled line.

    The slope of a line from the origin through a point is the effect of the
    study; the band holds 95 % of studies that estimate the pooled effect.

    Parameters
    ----------
    points
        As `mdmameta.radial` returns.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    References
    ----------
    Galbraith 1988, doi:10.1002/sim.4780070807.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.0, 2.0], v=[1.0, 0.25])
    >>> figure = radial(mm.radial(effects, mm.CommonEffect()))
    >>> float(figure.axes[0].get_xlim()[0])
    0.0
    """
    frame = points.frame
    far = 1.15 * float(frame["x"].max())
    line = np.array([0.0, far])
    with styled():
        figure, ax = axes_for(ax, height_cm=9.0, width_cm=12.0)
        mean = points.slope * line
        ax.fill_between(
            line,
            mean - points.half_width,
            mean + points.half_width,
            color="#F2F2F2",
            ec=PALE,
            zorder=0,
            label="_mm_band",
        )
        ax.plot(line, mean, color=VERMILION, lw=1.0, ls="--", zorder=1)
        ax.axhline(0, color=MID, lw=0.8, zorder=1)
        place(ax, frame["x"], frame["z"], frame["study"].tolist())
        ax.set_xlim(left=0)
        ax.set_xlabel("Precision, 1 / √(v + τ²)")
        ax.set_ylabel("Effect over its error, y / √(v + τ²)")
        describe(ax, _alt(points))
    return figure


def _alt(points: Radial) -> str:
    outside = points.frame.loc[points.frame["outside"], "study"].tolist()
    named = f": {', '.join(map(str, outside))}" if outside else ""
    return (
        f"Radial plot of {len(points.frame)} studies around {pooled(points.fit)}; "
        f"{len(outside)} lie outside the band{named}."
    )
