"""A panel of what happens to a fit when each study, or cluster, is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mdmameta.figures.described import describe
from mdmameta.figures.plain import broken
from mdmameta.figures.showing import new_figure
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
from mdmameta.sensitivity.influence_set import Influence

if TYPE_CHECKING:
    import pandas as pd
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

#: The same of clusters, whose residuals are judged together and have no DFFITS.
OF_CLUSTERS = (
    ("x2", "χ² of residuals"),
    ("hat", "Leverage"),
    *PANELS[2:],
)

#: Height of a study and of everything else in one panel, in cm.
ROW_CM, REST_CM = 0.38, 1.6


def influence(found: Influence, *, ax: Axes | None = None) -> Figure:
    """Draw the influence set, a panel a measure and a row a study.

    Studies marked as influential have the other colour and shape. The limits
    are rules of thumb: a mark asks for a look, and is no reason to leave a
    study out.

    Parameters
    ----------
    found
        As `mdmameta.influence` returns. Rows of one study are numbered; of
        clusters the χ² of their residuals together and leverages are drawn in
        place of single residuals and DFFITS.
    ax
        Axes whose place the six panels take; a new figure by default.

    Returns
    -------
    Figure
        A new one has six axes.

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
    names = _names(frame.iloc[:, 0])
    height = 2 * (REST_CM + ROW_CM * len(frame))
    with styled():
        size = (WIDTH_CM / CM_PER_INCH, height / CM_PER_INCH)
        figure, axes = _panels(ax, size)
        panels = OF_CLUSTERS if "cluster" in frame else PANELS
        for panel, (name, title) in zip(axes, panels, strict=True):
            dress(panel)
            _panel(panel, frame[name].to_numpy(float), frame["is_infl"].to_numpy(bool))
            panel.set_title(title, fontsize=FONT_SIZE)
            panel.set_yticks(range(len(frame)), [""] * len(frame))
            panel.set_ylim(len(frame) - 0.5, -0.5)
        studies = [broken(name, 24, 2) for name in names]
        for panel in (axes[0], axes[3]):
            panel.set_yticks(range(len(frame)), studies, parse_math=False)
        describe(axes[0] if ax is None else ax, _said(names, frame))
    return figure


def _names(labels: pd.Series) -> list[str]:
    """Label each row; those of one study by numbers within it."""
    text = labels.astype(str)
    if not text.duplicated().any():
        return text.tolist()
    several = text.duplicated(keep=False)
    number = (text.groupby(text).cumcount() + 1).astype(str)
    return text.where(~several, text + " " + number).tolist()


def _said(names: list[str], frame: pd.DataFrame) -> str:
    """Alternative text."""
    marked = [name for name, mark in zip(names, frame["is_infl"], strict=True) if mark]
    what = "studies" if "study" in frame else "clusters"
    if "study" in frame and frame["study"].duplicated().any():
        what = "rows"
    listed = f": {', '.join(marked)}" if marked else ""
    return (
        f"Influence of {len(frame)} {what} in six measures; "
        f"{len(marked)} marked{listed}."
    )


def _panels(
    ax: Axes | None, size: tuple[float, float]
) -> tuple[Figure, Sequence[Axes]]:
    """Return six axes, in two rows: of a new figure, or in the place of axes."""
    if ax is None:
        made = new_figure(figsize=size, layout="constrained")
        return made, made.subplots(2, 3).ravel().tolist()
    figure: Any = ax.get_figure(root=True)
    ax.set_axis_off()
    corners = [(column / 3, 0.56 - 0.56 * row) for row in (0, 1) for column in range(3)]
    return figure, [ax.inset_axes((x + 0.08, y, 0.24, 0.38)) for x, y in corners]


def _panel(ax: Axes, values: np.ndarray, marked: np.ndarray) -> None:
    rows = np.arange(values.size)
    ax.hlines(rows, 0, np.nan_to_num(values), color=MID, lw=0.6, zorder=1)
    for which, shape, colour in ((~marked, "o", BLUE), (marked, "D", VERMILION)):
        ax.plot(
            values[which], rows[which], shape, color=colour, ms=4, label="_mm_point"
        )
    ax.axvline(0, color=MID, lw=0.8)
