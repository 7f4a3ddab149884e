"""Bang's blinding index by arm, with intervals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

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
from mdmameta.figures.scales import plain_tick
from mdmameta.figures.style import BLUE, FONT_SIZE, MID, VERMILION, axes_for, styled
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import count, effect

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("study", "arm", "role", "n_asked", "value", "ci_low", "ci_high")

#: Both shapes and fillings differ, so that colour is not needed.
_MARKS = {"active": ("o", BLUE, BLUE), "control": ("s", "white", VERMILION)}


def blinding_indices(
    bang: pd.DataFrame,
    *,
    ax: Axes | None = None,
    title: str = "Bang's blinding index by arm",
) -> Figure:
    """Draw the blinding index of each arm and its interval.

    Parameters
    ----------
    bang
        One row an arm: study, arm, role, n_asked, value, ci_low, ci_high and,
        where there are, verification and basis (``counts`` or ``assumed``).
    ax
        Axes to draw in; a new figure by default.
    title
        Gets the word UNVERIFIED where rows are unverified or assumed; the former
        have a dagger, the latter a double one.

    Returns
    -------
    Figure

    Raises
    ------
    SensitivityError
        When a column is missing.

    Examples
    --------
    >>> bang = pd.DataFrame({"study": ["A"], "arm": ["drug"], "role": ["active"],
    ...     "n_asked": [20.0], "value": [0.6], "ci_low": [0.3], "ci_high": [0.9]})
    >>> [float(end) for end in blinding_indices(bang).axes[0].get_xlim()]
    [-1.05, 1.05]
    """
    rows = with_columns("bang", bang, COLUMNS)
    told = rows.to_dict("records")
    labels = [_label(row) for row in told]
    doubtful = is_doubtful(rows)
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(rows), labels))
        counted = [d and not _assumed(r) for d, r in zip(doubtful, told, strict=True)]
        label_rows(ax, labels, counted)
        _scale(ax)
        _points(ax, rows, doubtful)
        write_gaps(ax, 0.03, rows["value"].isna().tolist(), "no counts")
        ax.set_title(warned(title, doubtful), parse_math=False, fontsize=FONT_SIZE + 1)
        describe(ax, _alt(rows, labels, warned(title, doubtful)))
    return figure


def _label(row: Mapping[Hashable, Any]) -> str:
    name = arm_label(row["study"], row["arm"])
    return f"{name} (n = {count(row['n_asked'])}){' ‡' * _assumed(row)}"


def _assumed(row: Mapping[Hashable, Any]) -> bool:
    return bool(row.get("basis") == "assumed")


def _scale(ax: Axes) -> None:
    ticks = [-1, -0.5, 0, 0.5, 1]
    words = ["\nall guess the other arm", "", "\nguessing at random", "", ""]
    words[-1] = "\nall guess right"
    ax.set_xlim(-1.05, 1.05)
    ax.set_xticks(
        ticks,
        labels=[plain_tick(x) + word for x, word in zip(ticks, words, strict=True)],
    )
    ax.axvline(0, color=MID, lw=0.9, zorder=1)


def _points(ax: Axes, rows: pd.DataFrame, doubtful: list[bool]) -> None:
    for y, row in enumerate(rows.to_dict("records")):
        shape, face, edge = _MARKS.get(str(row["role"]), ("D", "white", MID))
        if np.isfinite(row["ci_low"]):
            style = "--" if doubtful[y] else "-"
            ends = [row["ci_low"], row["ci_high"]]
            ax.plot(ends, [y, y], style, color=edge, lw=1.4, label="_mm_interval")
        ax.plot(
            [row["value"]], [y], shape, mfc=face, mec=edge, ms=6.5, mew=1.3,
            label="_mm_point",
        )  # fmt: skip


def _alt(rows: pd.DataFrame, labels: list[str], title: str) -> str:
    shown = [
        f"{label} {effect(value, low, high)}"
        for label, value, low, high in zip(
            labels, rows["value"], rows["ci_low"], rows["ci_high"], strict=True
        )
    ]
    listed = "; ".join(shown) or "no rows"
    return f"{title}: 1 means all guessed right, 0 random guessing. {listed}."
