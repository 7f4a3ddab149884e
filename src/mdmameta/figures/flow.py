"""Randomised participants by arm: assessed and missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.figures.described import describe
from mdmameta.figures.rows import (
    arm_label,
    height_for,
    is_doubtful,
    label_rows,
    warned,
    write_gaps,
)
from mdmameta.figures.style import BLUE, FONT_SIZE, INK, axes_for, styled
from mdmameta.sensitivity.flow import COLUMNS
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import count, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def flow(
    counts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    outcome: str = "primary outcome",
    title: str = "",
) -> Figure:
    """Draw, for each arm, who was assessed and who is missing.

    Missing an assessment is neither stopping treatment nor leaving the study:
    this figure shows the first alone.

    Parameters
    ----------
    counts
        One row an arm: study, arm, role, randomised, assessed; NaN where not
        reported. ``verification`` is used where there is such a column.
    ax
        Axes to draw in; a new figure by default.
    outcome
        What was assessed, for the legend.
    title
        Of the figure.

    Returns
    -------
    Figure

    Raises
    ------
    SensitivityError
        When a column is missing.

    Examples
    --------
    >>> counts = pd.DataFrame({"study": ["A"], "arm": ["drug"], "role": ["active"],
    ...                        "randomised": [20.0], "assessed": [18.0]})
    >>> len(flow(counts).axes)
    1
    """
    rows = with_columns("counts", counts, COLUMNS)
    rows = rows.assign(missing=rows["randomised"] - rows["assessed"])
    labels = [arm_label(*ids) for ids in zip(rows["study"], rows["arm"], strict=True)]
    doubtful = is_doubtful(rows)
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(rows)))
        label_rows(ax, labels, doubtful)
        _bars(ax, rows, outcome)
        _ends(ax, rows)
        ax.set_xlabel("Participants randomised")
        heading = warned(title, doubtful)
        ax.set_title(heading, parse_math=False, fontsize=FONT_SIZE + 1)
        describe(ax, _alt(rows, labels, outcome))
    return figure


def _bars(ax: Axes, rows: pd.DataFrame, outcome: str) -> None:
    y = np.arange(len(rows))
    assessed, missing = rows["assessed"].fillna(0), rows["missing"].fillna(0)
    known = rows["randomised"].notna()
    ax.barh(
        y,
        assessed.where(known, 0),
        height=0.62,
        color=BLUE,
        label=f"{outcome} assessed",
    )
    lost = missing.to_numpy() > 0
    ax.barh(
        y[lost],
        missing[lost],
        left=assessed[lost],
        height=0.62,
        fc="white",
        ec=INK,
        lw=0.8,
        hatch="//////",
        label="missing",
    )
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    most = float(rows["randomised"].max()) if known.any() else 1.0
    ax.set_xlim(0, 1.28 * most)


def _ends(ax: Axes, rows: pd.DataFrame) -> None:
    for y, row in enumerate(rows.to_dict("records")):
        if np.isfinite(row["missing"]):
            text = f"{share(row['missing'], row['randomised'])} missing"
            ax.text(row["randomised"], y, f"  {text}", va="center", size=FONT_SIZE)
    gaps = rows["missing"].isna().tolist()
    low, high = ax.get_xlim()
    write_gaps(ax, low + 0.01 * (high - low), gaps, lambda y: _gap(rows, y))


def _gap(rows: pd.DataFrame, y: int) -> str:
    row = rows.iloc[y]
    if np.isfinite(row["assessed"]):
        return f"{count(row['assessed'])} assessed, randomised by arm not reported"
    if np.isfinite(row["randomised"]):
        return f"{count(row['randomised'])} randomised, assessed not reported"
    return "not reported"


def _alt(rows: pd.DataFrame, labels: list[str], outcome: str) -> str:
    shown = [
        f"{label} {share(row['missing'], row['randomised'])} missing"
        if np.isfinite(row["missing"])
        else f"{label} {_gap(rows, y)}"
        for y, (label, row) in enumerate(
            zip(labels, rows.to_dict("records"), strict=True)
        )
    ]
    listed = "; ".join(shown) or "no rows"
    return f"Stacked bars of participants by arm, {outcome}: {listed}."
