"""The specification curve of a multiverse, above the choices that made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.figures.described import describe
from mdmameta.figures.forest_words import favours
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import (
    BLUE,
    FONT_SIZE,
    INK,
    MID,
    VERMILION,
    axes_for,
    dress,
    styled,
)
from mdmameta.sensitivity import Multiverse
from mdmameta.tables.labels import is_ratio, measure_label, option_label
from mdmameta.tables.numbers import effect, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Height in cm of the curve, of a row of the dashboard, and of what is between.
CURVE_CM, ROW_CM, GAP_CM = 6.5, 0.36, 0.35

#: Intervals that are drawn, evenly by rank: more would be one block of ink.
DRAWN = 400

#: Grey of intervals that hold zero, far lighter than blue in a grey print as well.
HOLDS = "#C4C4C4"

#: Part of the lower, and of the upper, ends that may lie outside: a few intervals of
#: two trials would otherwise make all others a line.
CUT = 0.05

#: Columns of the dashboard, each of many specifications with like estimates.
COLUMNS = 160

#: Specifications that the dashboard is counted on.
COUNTED = 20_000


def specification_curve(
    result: Multiverse,
    *,
    choices: Sequence[str] | None = None,
    ax: Axes | None = None,
    ylabel: str | None = None,
    title: str = "",
    names: tuple[str, str] = ("active", "control"),
) -> Figure:
    """Draw estimates in rising order, and below them the options behind each.

    Parameters
    ----------
    result
        From `mdmameta.sensitivity.multiverse`.
    choices
        Names of those in the dashboard; by default every one that varies.
    ax
        Axes whose place is taken; a new figure by default.
    ylabel, title
        Words in place of the default ones.
    names
        Of the arms, for the side that favours the active one.

    Returns
    -------
    Figure
        Blue intervals exclude zero, grey ones do not; the diamond is the main
        analysis. In the dashboard a column is many specifications of like
        estimate, and darker where more of them have the option.

    Raises
    ------
    OptionError
        For a choice that the multiverse has not.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> from mdmameta.sensitivity.multiverse import multiverse
    >>> from mdmameta.figures import alt_text
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> result = multiverse(None, {"endpoint": effects})
    >>> alt_text(specification_curve(result, choices=["estimator"]))
    'Specification curve of 72 specifications: estimates from −0.84 to −0.38, ...'
    """
    shown = _shown(result, choices)
    rows = result.curve(COUNTED)
    height = CURVE_CM + GAP_CM + ROW_CM * len(shown)
    with styled():
        figure, ax = axes_for(ax, height_cm=height)
        ax.set_axis_off()
        ax.set_title(title, fontsize=FONT_SIZE, parse_math=False)
        below = ROW_CM * len(shown) / height
        top = ax.inset_axes((0, 1 - CURVE_CM / height, 1, CURVE_CM / height))
        board = ax.inset_axes((0, 0, 1, below))
        for part in (top, board):
            dress(part)
            part.set_xlim(0.5, result.specifications + 0.5)
        _curve(top, result, rows, ylabel, names)
        _dashboard(board, result, rows, shown)
        describe(ax, _alt(result))
    return figure


def _shown(result: Multiverse, choices: Sequence[str] | None) -> pd.DataFrame:
    """Return the options of the dashboard, each with its row, from the top."""
    table = result.options
    table = table[table["specifications"] > 0]
    if choices is None:
        several = table["choice"].value_counts() > 1
        choices = [name for name in result.graph.place if several.get(name, False)]
    for name in choices:
        if name not in result.graph.place:
            raise OptionError(
                f"{name!r} is no choice of this multiverse; "
                f"there are: {', '.join(result.graph.place)}."
            )
    kept = table[table["choice"].isin(list(choices))]
    return kept.reset_index(drop=True)


def _curve(
    ax: Axes,
    result: Multiverse,
    rows: pd.DataFrame,
    ylabel: str | None,
    names: tuple[str, str],
) -> None:
    _intervals(ax, rows)
    ax.plot(rows["rank"], rows["value"], color=INK, lw=1.6, label="estimate")
    ax.axhline(0, color=INK, lw=0.8)
    _thresholds(ax, result)
    (main,) = rows[rows["main"]].to_dict("records")
    x, y = [main["rank"]], [main["value"]]
    ax.plot(x, y, "D", color=VERMILION, ms=6, label="main analysis")
    ax.tick_params(labelbottom=False)
    low = min(float(rows["ci_low"].quantile(CUT)), 0.0)
    high = max(float(rows["ci_high"].quantile(1 - CUT)), 0.0)
    ax.set_ylim(low - 0.05 * (high - low), high + 0.25 * (high - low))
    label_ticks(ax, result.measure, which="y", room=170)
    ax.set_ylabel(_ylabel(result, names) if ylabel is None else ylabel)
    _legend(ax)


def _intervals(ax: Axes, rows: pd.DataFrame) -> None:
    some = np.unique(np.linspace(0, len(rows) - 1, DRAWN).round().astype(int))
    drawn = rows.iloc[some]
    for excludes, color, words in (
        (True, BLUE, "interval excludes zero"),
        (False, HOLDS, "interval holds zero"),
    ):
        part = drawn[drawn["excludes_zero"] == excludes]
        ax.vlines(
            part["rank"], part["ci_low"], part["ci_high"],
            color=color, lw=0.6, alpha=0.8, label=words,
        )  # fmt: skip


def _legend(ax: Axes) -> None:
    """Explain the marks on a ground of its own, with lines that can be seen."""
    from matplotlib.artist import setp

    legend = ax.legend(
        loc="upper left", ncols=2, borderaxespad=0.2,
        frameon=True, framealpha=0.9, edgecolor="none",
    )  # fmt: skip
    for handle in legend.legend_handles[:2]:
        if handle is not None:
            setp(handle, linewidth=2.0)


def _thresholds(ax: Axes, result: Multiverse) -> None:
    table = result.beyond
    for row in table[table["value"] != 0].to_dict("records"):
        ax.axhline(row["value"], color=MID, lw=0.8, ls=(0, (4, 2)), zorder=0)
        ax.annotate(
            str(row["threshold"]),
            xy=(1, row["value"]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=FONT_SIZE - 1,
            parse_math=False,
        )


def _dashboard(
    ax: Axes, result: Multiverse, rows: pd.DataFrame, shown: pd.DataFrame
) -> None:
    from matplotlib.ticker import FuncFormatter

    ax.imshow(
        _shares(rows, shown),
        cmap="Blues", vmin=0, vmax=1, aspect="auto", interpolation="nearest",
        extent=(0.5, result.specifications + 0.5, len(shown) - 0.5, -0.5),
    )  # fmt: skip
    _options(ax, shown)
    (main,) = rows.loc[rows["main"], "rank"]
    ax.axvline(main, color=VERMILION, lw=0.8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    ax.set_xlabel(
        f"{result.specifications:,} specifications, by rising estimate; the longest "
        "intervals are cut"
    )


def _options(ax: Axes, shown: pd.DataFrame) -> None:
    """Name the options on the left, in bold those of the main analysis, and choices."""
    pairs = zip(shown["choice"], shown["option"], strict=True)
    names = [option_label(str(choice), str(option)) for choice, option in pairs]
    ax.set_yticks(range(len(shown)), names)
    for label, main in zip(ax.get_yticklabels(), shown["main"], strict=True):
        label.set(color=VERMILION if main else INK, weight="bold" if main else "normal")
        label.set_parse_math(False)
    for title, part in shown.groupby("title", sort=False):
        first, last = part.index[0], part.index[-1]
        if first:
            ax.axhline(first - 0.5, color="white", lw=2.0)
        ax.annotate(
            str(title), xy=(1, (first + last) / 2), xycoords=("axes fraction", "data"),
            xytext=(4, 0), textcoords="offset points", va="center", size=FONT_SIZE,
            parse_math=False,
        )  # fmt: skip


def _shares(rows: pd.DataFrame, shown: pd.DataFrame) -> FloatArray:
    """Share of each column of specifications that has an option, (options, columns)."""
    columns = min(COLUMNS, len(rows))
    place = np.arange(len(rows)) * columns // len(rows)
    sizes = np.bincount(place, minlength=columns)
    counts = [
        np.bincount(place, rows[row["choice"]] == row["option"], minlength=columns)
        for row in shown.to_dict("records")
    ]
    return np.array(counts, dtype=float) / sizes


def _ylabel(result: Multiverse, names: tuple[str, str]) -> str:
    words = measure_label(result.measure, on_log_axis=is_ratio(result.measure))
    sides = favours(result.direction, names)
    one = "1" if is_ratio(result.measure) else "0"
    return f"{words}\n(below {one} {sides[0]})" if sides else words


def _alt(result: Multiverse) -> str:
    q, main, measure = result.quantiles, result.main, result.measure
    beyond = result.beyond.set_index("threshold")["share"]
    shares = result.decomposition.sort_values("share", ascending=False)
    named = shares[shares["choice"] != "interactions"].iloc[:3]
    most = ", ".join(
        f"{row['title']} {percent(100 * row['share'], 0)}"
        for row in named.to_dict("records")
    )
    told = effect(main["value"], main["ci_low"], main["ci_high"], measure=measure)
    return (
        f"Specification curve of {result.specifications} specifications: estimates "
        f"from {number(q['minimum'])} to {number(q['maximum'])}, median "
        f"{number(q['median'])}; the main analysis is {told}. The interval excludes "
        f"zero in {percent(100 * beyond['zero, either side'], 0)} of them. Below it, "
        f"which options are behind each estimate; most variance goes with {most}."
    )
