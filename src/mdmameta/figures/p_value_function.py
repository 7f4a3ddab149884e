"""The p-value function: every interval of an estimate at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mdmameta.figures.described import describe
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import BLUE, GREEN, MID, ORANGE, VERMILION, axes_for, styled
from mdmameta.models.frequentist.p_values import PValueFunction
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINES = (("-", BLUE), ("--", VERMILION), ("-.", GREEN), (":", ORANGE))


def p_value_function(
    functions: Mapping[str, PValueFunction],
    *,
    measure: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw p-values of all values that the effect might have.

    Where a curve is above 0.05 lies the 95 % interval, above 0.1 the 90 % one;
    at its top is the estimate.

    Parameters
    ----------
    functions
        Up to four by name, as `mdmameta.p_value_function` returns.
    measure
        metafor's code, for the axis.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    References
    ----------
    Infanger and Schmidt-Trucksäss 2019, doi:10.1002/sim.8293.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.5, 0.6], v=[0.1, 0.1, 0.1])
    >>> found = mm.p_value_function(mm.CommonEffect().fit(effects))
    >>> p_value_function({"common": found}).axes[0].get_ylabel()
    'p-value, two-sided'
    """
    with styled():
        figure, ax = axes_for(ax, height_cm=8.0, width_cm=13.0)
        said = []
        for (name, found), (line, colour) in zip(
            functions.items(), _LINES, strict=False
        ):
            frame = found.to_frame()
            x, p = frame.iloc[:, 0], frame["p_value"]
            ax.plot(x, p, line, color=colour, lw=1.4, label=name)
            inside = x[p >= 0.05]
            outer = (inside.min(), inside.max())
            ends = [number(printed_scale(z, measure)) for z in outer]
            said.append(f"{name}: above 0.05 from {' to '.join(ends)}")
        ax.axhline(0.05, color=MID, lw=0.8, ls=":")
        ax.axvline(0, color=MID, lw=0.8)
        ax.set_ylim(0, 1.02)
        label_ticks(ax, measure, room=290)
        ax.set_xlabel(measure_label(measure, on_log_axis=is_ratio(measure)))
        ax.set_ylabel("p-value, two-sided")
        if len(functions) > 1:
            ax.legend()
        describe(ax, f"P-value functions. {'; '.join(said)}.")
    return figure
