"""Studies' effects as seen, and as the model believes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.figures.described import describe
from mdmameta.figures.rows import height_for, label_rows
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import (
    BLUE,
    MID,
    VERMILION,
    axes_for,
    check_drawable,
    styled,
)
from mdmameta.models.fit import Fit
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Half the distance of a study's two intervals, in rows.
APART = 0.17


def shrinkage(fit: Fit, *, ax: Axes | None = None) -> Figure:
    """Draw each study's own interval, and below it the shrunken one.

    Parameters
    ----------
    fit
        Of a model with a distribution of true effects.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    Raises
    ------
    ModelError
        When the model shrinks nothing.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.9], v=[0.1, 0.1], study=["A", "B"])
    >>> figure = shrinkage(mm.BayesianRandomEffects().fit(effects))
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['A', 'B']
    """
    check_drawable([fit], ax)
    drawn = fit.shrunken()
    effects = fit.effects
    half = 1.96 * np.sqrt(effects.v[fit.used])
    y = effects.y[fit.used]
    own = pd.DataFrame({"value": y, "ci_low": y - half, "ci_high": y + half})
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(drawn)))
        ax.axvline(fit.estimate.value, color=MID, lw=1.0, ls="--")
        ax.axvline(0, color=MID, lw=0.8)
        sets = ((own, -APART, "o", BLUE, "as seen"),
                (drawn, APART, "D", VERMILION, "shrunken"))  # fmt: skip
        for table, off, shape, colour, name in sets:
            rows = np.arange(len(table)) + off
            ax.hlines(rows, table["ci_low"], table["ci_high"], color=colour, lw=1.2)
            ax.plot(table["value"], rows, shape, color=colour, ms=4.5, label=name)
        label_rows(ax, drawn["study"].astype(str).tolist(), [False] * len(drawn))
        label_ticks(ax, effects.measure, room=300)
        log = is_ratio(effects.measure)
        ax.set_xlabel(measure_label(effects.measure, on_log_axis=log))
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        describe(ax, _alt(y, drawn))
    return figure


def _alt(y: np.ndarray, drawn: pd.DataFrame) -> str:
    before, after = float(np.ptp(y)), float(np.ptp(drawn["value"]))
    return (
        f"{y.size} studies: their effects spread over {number(before)}, the shrunken "
        f"ones over {number(after)}."
    )
