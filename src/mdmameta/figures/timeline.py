"""A timeline of events, each on its own line, as exact as its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.figures.described import describe
from mdmameta.figures.plain import broken, plain
from mdmameta.figures.style import (
    BLUE,
    FONT_SIZE,
    GREEN,
    INK,
    MID,
    ORANGE,
    PALE,
    SKY,
    VERMILION,
    axes_for,
    styled,
)
from mdmameta.sensitivity.frames import with_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("date", "label", "kind")

#: Marks of kinds in the order in which they appear; they differ in shape as well.
MARKS = (
    ("o", BLUE), ("s", VERMILION), ("D", ORANGE), ("^", GREEN), ("v", SKY),
    ("P", INK), ("X", MID),
)  # fmt: skip

#: Letters on a line of a label.
LETTERS = 62

#: Height of a line of text and of everything else, in cm.
LINE_CM, REST_CM = 0.4, 2.4

#: Part of the width that holds the axis of time; the rest holds the labels.
AXIS = 0.34


def timeline(
    events: pd.DataFrame, *, ax: Axes | None = None, title: str = ""
) -> Figure:
    """Draw events in the order of their dates.

    Parameters
    ----------
    events
        One row an event: ``date`` (``2024``, ``2024-08`` or ``2024-08-09``),
        ``label`` and ``kind``. `timeline_events` makes one from evidence.
    ax
        Axes to draw in; a new figure by default.
    title
        Of the figure.

    Returns
    -------
    Figure
        A date that is only a month or a year is drawn as long as it is; what
        has no date stays out, and the figure says how many do.

    Raises
    ------
    SensitivityError
        When a column is missing.

    Examples
    --------
    >>> from mdmameta.figures import alt_text
    >>> events = pd.DataFrame({"date": ["2021", "2024-08-09", ""],
    ...     "label": ["Trial A", "Decision", "Trial B"],
    ...     "kind": ["report", "decision", "report"]})
    >>> alt_text(timeline(events))
    'Timeline of 2 events: 2021 Trial A; 2024-08-09 Decision. Without a date: Trial B.'
    """
    rows = with_columns("events", events, COLUMNS)
    rows = rows.assign(**{name: rows[name].map(_text) for name in COLUMNS})
    dated = rows[rows["date"] != ""].sort_values("date", kind="stable")
    undated = rows.loc[rows["date"] == "", "label"].tolist()
    texts = [
        broken(f"{date}  {label}", LETTERS)
        for date, label in zip(dated["date"], dated["label"], strict=True)
    ]
    lines = sum(text.count("\n") + 1 for text in texts)
    with styled():
        figure, ax = axes_for(ax, height_cm=REST_CM + LINE_CM * max(lines, 2))
        ax.set_title(title, parse_math=False, fontsize=FONT_SIZE + 1)
        _events(ax, dated, texts)
        if undated:
            _note(ax, undated)
        describe(ax, _alt(dated, undated))
    return figure


def _text(value: object) -> str:
    return "" if pd.isna(value) else plain(value)  # type: ignore[call-overload]


def span(date: str) -> tuple[float, float]:
    """Return the beginning and the end of a date in years.

    Examples
    --------
    >>> span("2024"), span("2024-07")
    ((2024.0, 2025.0), (2024.5, 2024.5833333333333))
    """
    year, *rest = (int(part) for part in date.split("-"))
    if not rest:
        return float(year), year + 1.0
    month = year + (rest[0] - 1) / 12
    if len(rest) == 1:
        return month, month + 1 / 12
    day = month + (rest[1] - 1) / 365.25
    return day, day


def _events(ax: Axes, dated: pd.DataFrame, texts: list[str]) -> None:
    heights = np.array([text.count("\n") + 1 for text in texts], dtype=float)
    y = np.cumsum(heights) - heights / 2
    spans = [span(date) for date in dated["date"]]
    first = min((low for low, _ in spans), default=2000.0)
    last = max((high for _, high in spans), default=2001.0)
    years = max(last - first, 1.0)
    ax.set_xlim(first - 0.03 * years, first + years / AXIS)
    ax.set_ylim(max(float(heights.sum()), 1.0) + 0.3, -0.3)
    end = first + 1.08 * years
    kinds = list(dict.fromkeys(dated["kind"]))
    for at, (low, high) in enumerate(spans):
        kind = dated["kind"].iloc[at]
        mark, colour = MARKS[kinds.index(kind) % len(MARKS)]
        middle = (low + high) / 2
        ax.plot([low, high], [y[at]] * 2, color=colour, lw=4, alpha=0.35)
        ax.plot([middle, end], [y[at]] * 2, color=PALE, lw=0.6, zorder=0)
        ax.plot([middle], [y[at]], mark, color=colour, ms=5.5, label="_mm_event")
        ax.text(
            end, y[at], texts[at], va="center", size=FONT_SIZE - 0.5,
            parse_math=False,
        )  # fmt: skip
    _axis(ax, first, last)
    _key(ax, kinds)


def _axis(ax: Axes, first: float, last: float) -> None:
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(nbins=5, integer=True).tick_values(first, last)
    shown = [tick for tick in ticks if first - 0.5 <= tick <= last + 0.5]
    ax.set_xticks(shown, labels=[f"{tick:.0f}" for tick in shown])
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(first, last)


def _key(ax: Axes, kinds: list[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker=mark, color=colour, ls="", ms=5.5)
        for mark, colour in (MARKS[at % len(MARKS)] for at in range(len(kinds)))
    ]
    legend = ax.legend(
        handles, kinds, loc="lower left", bbox_to_anchor=(0, 1), ncols=4,
        borderaxespad=0.2, handletextpad=0.2,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)


def _note(ax: Axes, undated: list[str]) -> None:
    ax.annotate(
        broken(f"Without a date: {'; '.join(undated)}.", 105),
        xy=(0, 0),
        xycoords="axes fraction",
        xytext=(0, -18),
        textcoords="offset points",
        va="top",
        size=FONT_SIZE - 0.5,
        color=MID,
        annotation_clip=False,
        parse_math=False,
    )


def _alt(dated: pd.DataFrame, undated: list[str]) -> str:
    told = "; ".join(
        f"{date} {label}"
        for date, label in zip(dated["date"], dated["label"], strict=True)
    )
    rest = f" Without a date: {'; '.join(undated)}." if undated else ""
    return f"Timeline of {len(dated)} events: {told}.{rest}"
