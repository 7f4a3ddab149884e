"""How scores went on after the end of the comparison, the uncontrolled part shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.figures.described import describe
from mdmameta.figures.plain import broken, plain
from mdmameta.figures.rows import arm_label
from mdmameta.figures.style import (
    BLUE,
    FONT_SIZE,
    GREEN,
    INK,
    MID,
    ORANGE,
    SKY,
    VERMILION,
    axes_for,
    styled,
)
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("study", "arm", "role", "weeks", "mean", "sd", "n", "controlled")

#: Colours of active arms, of which there may be many; controls are grey.
_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, SKY)

#: Markers of all arms: without colour they alone tell lines apart.
_MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")

#: Letters on a line of the legend.
LETTERS = 26

#: Quantile of the normal distribution for the intervals of means.
_Z = 1.959964


def durability(
    course: pd.DataFrame,
    *,
    ax: Axes | None = None,
    until: float | None = None,
    ylabel: str = "Mean score",
    title: str = "",
) -> Figure:
    """Draw arms' means over time, and shade where nothing is compared any more.

    Parameters
    ----------
    course
        One row a mean: ``study``, ``arm`` (empty for a whole trial), ``role``
        (``active``, ``control`` or empty), ``weeks`` since baseline, ``mean``,
        ``sd``, ``n`` (NaN where not known) and ``controlled``, whether the arms
        were still those of the randomised comparison. `score_course` makes one
        from evidence. Rows without weeks or mean are left out and counted.
    ax
        Axes to draw in; a new figure by default.
    until
        Weeks at which the axis ends; the last mean by default.
    ylabel, title
        Words of the figure.

    Returns
    -------
    Figure
        Filled points are controlled, open ones are not: their change is no
        contrast, for people may have crossed over, had other treatment, or
        not come back. Bars are 95 % intervals of the mean where n and SD are known.

    Raises
    ------
    SensitivityError
        When a column is missing.

    Examples
    --------
    >>> from mdmameta.figures import alt_text
    >>> course = pd.DataFrame({"study": "A", "arm": "drug", "role": "active",
    ...     "weeks": [0, 18, 52], "mean": [44.0, 20.0, 18.0], "sd": float("nan"),
    ...     "n": 50, "controlled": [True, True, False]})
    >>> alt_text(durability(course)).split(". ")[1]
    'Nothing is compared after week 18'
    """
    rows = with_columns("course", course, COLUMNS)
    known = rows["weeks"].notna() & rows["mean"].notna()
    drawn = rows[known].assign(arm=rows["arm"].fillna(""))
    inside = drawn.loc[drawn["controlled"].astype(bool), "weeks"]
    last = float(inside.max()) if len(inside) else 0.0
    with styled():
        figure, ax = axes_for(ax, height_cm=9.5)
        end = float(until or max(drawn["weeks"].max(), last) if len(drawn) else 1.0)
        ax.set_xlim(-0.02 * end, 1.04 * max(end, last))
        _shade(ax, last)
        _arms(ax, drawn)
        ax.set_xlabel("Weeks since baseline")
        ax.set_ylabel(plain(ylabel), parse_math=False)
        ax.set_ylim(bottom=0)
        ax.set_title(plain(title), parse_math=False, fontsize=FONT_SIZE + 1)
        describe(ax, _alt(drawn, last, int((~known).sum())))
    return figure


def _shade(ax: Axes, last: float) -> None:
    """Shade what is beyond the last controlled mean."""
    end = ax.get_xlim()[1]
    ax.axvspan(
        last, end, fc="#EFEFEF", ec="#C8C8C8", hatch="///", lw=0, zorder=0,
        label="_mm_uncontrolled",
    )  # fmt: skip
    ax.axvline(last, color=MID, lw=0.9, ls="--")
    ax.annotate(
        f"after week {number(last, 0)}: no controlled comparison",
        xy=(end, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        size=FONT_SIZE,
        color=INK,
        backgroundcolor="white",
    )


def _arms(ax: Axes, drawn: pd.DataFrame) -> None:
    styles = _styles(drawn)
    for (study, arm), (colour, marker, dashes) in styles.items():
        mine = (drawn["study"] == study) & (drawn["arm"] == arm)
        rows = drawn[mine].sort_values("weeks")
        x, y = rows["weeks"].to_numpy(float), rows["mean"].to_numpy(float)
        half = _Z * rows["sd"].to_numpy(float) / np.sqrt(rows["n"].to_numpy(float))
        seen = np.isfinite(half)
        ax.vlines(x[seen], (y - half)[seen], (y + half)[seen], color=colour, lw=1.0)
        ax.plot(x, y, color=colour, lw=1.2, ls=dashes)
        held = rows["controlled"].to_numpy(bool)
        for mask, face in ((held, colour), (~held, "white")):
            ax.plot(
                x[mask], y[mask], marker, ms=5, mfc=face, mec=colour, ls="",
                label="_mm_mean",
            )  # fmt: skip
    _key(ax, styles)


def _styles(drawn: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Colour, marker and line of each arm; in grey, markers tell them apart."""
    arms = drawn.drop_duplicates(["study", "arm"])[["study", "arm", "role"]]
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    active = 0
    for study, arm, role in arms.itertuples(index=False, name=None):
        marker = _MARKERS[len(found) % len(_MARKERS)]
        if role == "control":
            found[study, arm] = (MID, marker, "--")
        else:
            found[study, arm] = (_COLOURS[active % len(_COLOURS)], marker, "-")
            active += 1
    return found


def _key(ax: Axes, styles: dict[tuple[str, str], tuple[str, str, str]]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, ls=dashes, ms=5)
        for colour, marker, dashes in styles.values()
    ]
    handles.append(Line2D([], [], color=INK, marker="o", mfc="white", ls="", ms=5))
    names = [broken(arm_label(*ids), LETTERS, 2) for ids in styles]
    legend = ax.legend(
        handles, [*names, "open: no longer controlled"], loc="upper left",
        bbox_to_anchor=(1.01, 1), borderaxespad=0,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)


def _alt(drawn: pd.DataFrame, last: float, left_out: int) -> str:
    told = []
    for (study, arm), part in drawn.groupby(["study", "arm"], sort=False):
        means = ", ".join(
            f"week {number(row['weeks'], 0)} {number(row['mean'], 1)}"
            f"{'' if row['controlled'] else ' (uncontrolled)'}"
            for row in part.sort_values("weeks").to_dict("records")
        )
        told.append(f"{plain(arm_label(study, arm))}: {means}.")
    rest = f" {left_out} rows without week or mean are left out." if left_out else ""
    return (
        f"Means over time of {len(told)} arms. Nothing is compared after week "
        f"{number(last, 0)}. {' '.join(told)}{rest}"
    )
