"""The L'Abbé plot: the risk in each group of each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.described import describe
from mdmameta.figures.points import place
from mdmameta.figures.style import MID, VERMILION, axes_for, styled
from mdmameta.sensitivity.labbe import Labbe
from mdmameta.tables.numbers import percent, pooled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def labbe(points: Labbe, *, ax: Axes | None = None) -> Figure:
    """Draw the risk in the active group against the risk in the control group.

    On the diagonal the groups are alike; the curve is where the pooled contrast
    holds exactly. Areas are proportional to weights.

    Parameters
    ----------
    points
        As `mdmameta.labbe` returns.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    References
    ----------
    L'Abbé, Detsky and O'Rourke 1987, doi:10.7326/0003-4819-107-2-224.

    Examples
    --------
    >>> import mdmameta as mm
    >>> counts = {"ai": [3, 6], "n1i": [9, 12], "ci": [2, 3], "n2i": [9, 12]}
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.2, 0.3], v=[0.1, 0.1], measure="RD", moderators=counts)
    >>> figure = labbe(mm.labbe(effects, mm.CommonEffect()))
    >>> figure.axes[0].get_ylabel()
    'Events in the active group'
    """
    frame = points.frame
    risks = frame[["risk_control", "risk_active"]].to_numpy()
    far = min(1.0, 1.1 * float(np.nanmax(risks)))
    with styled():
        figure, ax = axes_for(ax, height_cm=11.0, width_cm=12.0)
        ax.set_xlim(0, far)
        ax.set_ylim(0, far)
        ax.plot([0, 1], [0, 1], color=MID, lw=0.8, zorder=1)
        curve = points.curve
        ax.plot(
            curve["risk_control"], curve["risk_active"], color=VERMILION, lw=1.2,
            ls="--", zorder=2, label="_mm_curve",
        )  # fmt: skip
        place(
            ax,
            frame["risk_control"],
            frame["risk_active"],
            frame["study"].tolist(),
            weights=frame["weight"],
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda x, _: f"{100 * x:.3g}%")
        ax.set_xlabel("Events in the control group")
        ax.set_ylabel("Events in the active group")
        describe(ax, _alt(points))
    return figure


def _alt(points: Labbe) -> str:
    frame = points.frame
    control = frame["risk_control"]
    above = int((frame["risk_active"] > control).sum())
    low, high = (percent(100 * end, 1) for end in (control.min(), control.max()))
    return (
        f"L'Abbé plot of {len(frame)} trials. Risks in control groups from {low} to "
        f"{high}; in {above} trials the active group has more events. Pooled contrast "
        f"{pooled(points.fit)}."
    )
