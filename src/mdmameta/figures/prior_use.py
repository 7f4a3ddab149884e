"""Shares of earlier use by trial and arm, with their gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.figures.described import describe
from mdmameta.figures.rows import (
    arm_label,
    height_for,
    is_doubtful,
    label_rows,
    warned,
    write_gaps,
)
from mdmameta.figures.style import (
    BLUE,
    FONT_SIZE,
    INK,
    MID,
    VERMILION,
    axes_for,
    styled,
)
from mdmameta.sensitivity.frames import with_columns
from mdmameta.sensitivity.shares import COLUMNS
from mdmameta.tables.numbers import percent, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKS = {
    "active": ("o", BLUE, BLUE),
    "control": ("s", "white", VERMILION),
    "": ("D", MID, INK),
}


def prior_use_shares(
    shares: pd.DataFrame,
    *,
    ax: Axes | None = None,
    xlabel: str = "Share with earlier use (95% Wilson interval)",
    title: str = "",
) -> Figure:
    """Draw the share of earlier users of each arm, and what is not known.

    Parameters
    ----------
    shares
        One row an arm: study, arm (empty for a whole trial), role, n, n_prior,
        share from 0 to 1; NaN where not reported. ``verification`` is used
        where there is such a column. Arms of a trial that reports none by
        arm share one row.
    ax
        Axes to draw in; a new figure by default.
    xlabel, title
        Words of the figure.

    Returns
    -------
    Figure

    Raises
    ------
    SensitivityError
        When a column is missing.

    Examples
    --------
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [20.0], "n_prior": [8.0], "share": [0.4]})
    >>> figure = prior_use_shares(shares)
    >>> figure.axes[0].get_yticklabels()[0].get_text()
    'A: whole trial'
    """
    rows = with_columns("shares", shares, COLUMNS)
    rows = _without_empty_arms(rows.assign(role=rows["role"].fillna("")))
    labels = [arm_label(*ids) for ids in zip(rows["study"], rows["arm"], strict=True)]
    doubtful = is_doubtful(rows)
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(rows)))
        label_rows(ax, labels, doubtful)
        ticks = [0, 0.25, 0.5, 0.75, 1]
        ax.set_xticks(ticks, labels=[percent(100 * x) for x in ticks])
        ax.set_xlim(-0.02, 1.02)
        _points(ax, rows)
        write_gaps(ax, 0.01, rows["share"].isna().tolist(), "not reported")
        ax.set_xlabel(xlabel)
        heading = warned(title, doubtful)
        ax.set_title(heading, parse_math=False, fontsize=FONT_SIZE + 1)
        describe(ax, _alt(rows, labels, title))
    return figure


def wilson(p: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Interval of a proportion.

    Parameters
    ----------
    p, n
        Proportion and the people it is of; NaN gives NaN.
    level
        Probability of the interval.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.0, 20)]
    [0.0, 0.161]
    """
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return (float(max(centre - half, 0.0)), float(centre + half))


def _without_empty_arms(rows: pd.DataFrame) -> pd.DataFrame:
    whole = rows["arm"].fillna("") == ""
    by_arm = (rows["share"].notna() & ~whole).groupby(rows["study"]).transform("any")
    has_whole = whole.groupby(rows["study"]).transform("any")
    first = ~rows.duplicated("study")
    kept = by_arm | whole | (first & ~has_whole)
    bare = ~by_arm & ~whole
    rows = rows.assign(arm=rows["arm"].mask(bare, ""), role=rows["role"].mask(bare, ""))
    return rows[kept].reset_index(drop=True)


def _points(ax: Axes, rows: pd.DataFrame) -> None:
    for y, row in enumerate(rows.to_dict("records")):
        shape, face, edge = _MARKS.get(str(row["role"]), ("^", "white", MID))
        if not np.isfinite(row["share"]):
            continue
        high = row["share"]
        if row["n"] > 0:
            low, high = wilson(row["share"], row["n"])
            ax.plot([low, high], [y, y], color=edge, lw=1.4, label="_mm_interval")
        ax.plot(
            [row["share"]], [y], shape, mfc=face, mec=edge, ms=6.5, mew=1.3,
            label="_mm_point",
        )  # fmt: skip
        if row["n"] > 0:
            text = share(row["n_prior"], row["n"])
            ax.text(high + 0.015, y, text, va="center", size=FONT_SIZE)


def _alt(rows: pd.DataFrame, labels: list[str], title: str) -> str:
    shown = [
        f"{label} {_said(row)}"
        for label, row in zip(labels, rows.to_dict("records"), strict=True)
    ]
    listed = "; ".join(shown) or "no rows"
    return f"{title or 'Share with earlier use by trial and arm'}: {listed}."


def _said(row: dict[object, float]) -> str:
    if not np.isfinite(row["share"]):
        return "not reported"
    if row["n"] > 0:
        return share(row["n_prior"], row["n"])
    return percent(100 * row["share"])
