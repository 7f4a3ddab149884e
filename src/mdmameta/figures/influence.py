"""A panel of what happens to a fit when each study is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.figures.described import describe, new_figure
from mdmameta.figures.style import (
    BLUE,
    CM_PER_INCH,
    FONT_SIZE,
    MID,
    VERMILION,
    WIDTH_CM,
    dress,
    styled,
)
from mdmameta.sensitivity.influence import Influence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Columns drawn, with their titles.
PANELS = (
    ("rstudent", "Deleted residual"),
    ("dffits", "DFFITS"),
    ("cook_d", "Cook's distance"),
    ("cov_r", "Covariance ratio"),
    ("tau2_del", "τ² without it"),
    ("weight", "Weight, percent"),
)

#: Height of a study and of everything else in one panel, in cm.
ROW_CM, REST_CM = 0.38, 1.6


def influence(found: Influence) -> Figure:
    """Draw the influence set, a panel a measure and a row a study.

    Studies marked as influential have the other colour and shape. The limits
    are rules of thumb: a mark asks for a look, and is no reason to leave a
    study out.

    Parameters
    ----------
    found
        As `mdmameta.influence` returns.

    Returns
    -------
    Figure
        Six axes, so that it takes no ``ax``.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.2, 0.1, 2.0], v=[0.02] * 4)
    >>> len(influence(mm.influence(effects, mm.RandomEffects())).axes)
    6
    """
    frame = found.to_frame()
    height = 2 * (REST_CM + ROW_CM * len(frame))
    with styled():
        size = (WIDTH_CM / CM_PER_INCH, height / CM_PER_INCH)
        figure: Figure = new_figure(figsize=size, layout="constrained")
        axes = figure.subplots(2, 3, sharey=True).ravel()
        for ax, (name, title) in zip(axes, PANELS, strict=True):
            dress(ax)
            _panel(ax, frame[name].to_numpy(float), frame["is_infl"].to_numpy(bool))
            ax.set_title(title, fontsize=FONT_SIZE)
        axes[0].set_yticks(range(len(frame)), frame["study"], parse_math=False)
        axes[0].set_ylim(len(frame) - 0.5, -0.5)
        marked = frame.loc[frame["is_infl"], "study"].astype(str).tolist()
        names = f": {', '.join(marked)}" if marked else ""
        describe(
            axes[0],
            f"Influence of {len(frame)} studies in six measures; "
            f"{len(marked)} marked{names}.",
        )
    return figure


def _panel(ax: Axes, values: np.ndarray, marked: np.ndarray) -> None:
    rows = np.arange(values.size)
    ax.hlines(rows, 0, np.nan_to_num(values), color=MID, lw=0.6, zorder=1)
    for which, shape, colour in ((~marked, "o", BLUE), (marked, "D", VERMILION)):
        ax.plot(
            values[which], rows[which], shape, color=colour, ms=4, label="_mm_point"
        )
    ax.axvline(0, color=MID, lw=0.8)
