"""Refits in rows: leave-one-out and cumulative forest plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.described import describe
from mdmameta.figures.rows import height_for, label_rows, write_gaps
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import BLUE, MID, PALE, VERMILION, axes_for, styled
from mdmameta.sensitivity.refits import Refits
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Name of the column of labels -> words before each label.
_WORDS = {"left_out": "without ", "added": "+ "}


def refits(table: Refits, *, ax: Axes | None = None) -> Figure:
    """Draw the estimate of each refit, with that of all rows behind.

    Parameters
    ----------
    table
        As `mdmameta.leave_one_out` or `mdmameta.cumulative` returns.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.5, 0.3], v=[0.1, 0.1, 0.1], study=["A", "B", "C"])
    >>> figure = refits(mm.leave_one_out(effects, mm.CommonEffect()))
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['without A', 'without B', 'without C']
    """
    frame, whole = table.to_frame(), table.whole
    before = _WORDS.get(table.label_name, "")
    labels = [f"{before}{label}" for label in table.labels]
    measure = whole.effects.measure
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(frame), labels))
        e = whole.estimate
        ax.axvspan(e.ci_low, e.ci_high, color="#F2F2F2", ec=PALE, label="_mm_whole")
        ax.axvline(e.value, color=VERMILION, lw=1.0, ls="--")
        ax.axvline(0, color=MID, lw=0.8)
        for row, one in enumerate(frame.to_dict("records")):
            if np.isfinite(one["ci_high"] - one["ci_low"]):
                ax.plot([one["ci_low"], one["ci_high"]], [row, row], color=BLUE, lw=1.3)
            ax.plot([one["value"]], [row], "s", color=BLUE, ms=4.5, label="_mm_point")
        label_rows(ax, labels, [False] * len(labels))
        write_gaps(ax, 0.03, frame["value"].isna().tolist(), "not estimable")
        label_ticks(ax, measure, room=300)
        ax.set_xlabel(measure_label(measure, on_log_axis=is_ratio(measure)))
        describe(ax, _alt(table))
    return figure


def _alt(table: Refits) -> str:
    frame, measure = table.to_frame(), table.whole.effects.measure
    low, high, all_rows = (
        number(printed_scale(x, measure))
        for x in (
            frame["value"].min(),
            frame["value"].max(),
            table.whole.estimate.value,
        )
    )
    return (
        f"{len(frame)} refits: estimates from {low} to {high}; all rows together "
        f"give {all_rows}."
    )
