"""The deciding interval along one assumption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.figures.described import describe
from mdmameta.figures.forest_words import favours
from mdmameta.figures.marks import clear_of_marks, draw_marks, published_marks
from mdmameta.figures.scales import label_ticks, plain_tick
from mdmameta.figures.scenarios import chosen_rows, held_words, measure_of
from mdmameta.figures.style import (
    BLUE,
    FONT_SIZE,
    GREEN,
    INK,
    MID,
    PALE,
    SKY,
    VERMILION,
    axes_for,
    styled,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import effect, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Line and colour of each run; the first one's interval is filled.
_RUNS = (("-", BLUE), ("--", VERMILION), (":", GREEN), ("-.", INK))

#: Grey behind the plausible region: seen in print, and no rival to the interval.
REGION = "#ECECEC"

#: How many refits the alternative text gives in full.
TOLD = 3


def sensitivity_curve(
    table: SensitivityTable,
    x: str,
    *,
    where: Mapping[str, object] | None = None,
    group: str | None = None,
    tipping: str | None = None,
    marks: Mapping[str, float] | None = None,
    thresholds: Mapping[str, float] | None = None,
    ax: Axes | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    title: str = "",
    names: tuple[str, str] = ("active", "control"),
) -> Figure:
    """Draw the deciding interval of every refit against one parameter.

    Parameters
    ----------
    table
        Any sensitivity table.
    x
        Parameter on the axis, a column of ``table.frame``.
    where
        Values of the other parameters; numeric ones are held at zero.
    group
        Parameter whose values get a line each; the first one's interval is
        filled, the others' is drawn as two thin lines.
    tipping
        Tipping point to mark; the one named like ``x`` by default.
    marks
        Labelled values along the top; published anchors by default.
    thresholds
        Labelled effects, such as smallest important differences with their sign:
        a thin line each.
    ax
        Axes to draw in; a new figure by default.
    xlabel, ylabel, title
        Words in place of the default ones.
    names
        Of the arms, for the side that favours the active one.

    Returns
    -------
    Figure
        The declared plausible region is shaded.

    Raises
    ------
    OptionError
        For a parameter that the table has not, or a line of a single refit.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> from mdmameta.figures import alt_text
    >>> said = alt_text(sensitivity_curve(found, "delta", where={"gamma": 0}))
    >>> said.partition(":")[0]
    'Deciding interval against delta over 5 refits'
    """
    rows = chosen_rows(table, [x], where or {}, group)
    runs = _split(rows, group, x)
    point = _point(table, tipping or x)
    measure = measure_of(table)
    with styled():
        figure, ax = axes_for(ax, height_cm=10.5)
        low, high = float(rows[x].min()), float(rows[x].max())
        ax.set_xlim(low, high if high > low else low + 1)
        _shade(ax, table.verdict.region.get(x))
        for at, (name, run) in enumerate(runs.items()):
            _draw(ax, run, x, name, at)
        ax.axhline(0, color=MID, lw=1.0, zorder=1)
        _levels(ax, thresholds or {})
        _tip(ax, point, x)
        label_ticks(ax, "", room=380)
        label_ticks(ax, measure, which="y", room=200)
        ax.set_xlabel(x if xlabel is None else xlabel)
        ax.set_ylabel(_ylabel(table, measure, names) if ylabel is None else ylabel)
        draw_marks(ax, published_marks(table, x) if marks is None else marks)
        held = held_words(table, rows, [x, *([group] if group else [])])
        said = ax.set_title(title or held, parse_math=False, fontsize=FONT_SIZE)
        clear_of_marks(ax, said)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.19), ncols=2, borderaxespad=0)
        describe(ax, _alt(table, runs, x, point))
    return figure


def _split(rows: pd.DataFrame, group: str | None, x: str) -> dict[str, pd.DataFrame]:
    names = dict.fromkeys(rows[group]) if group else {"": None}
    runs = {str(n): rows[rows[group] == n] if group else rows for n in names}
    for name, run in runs.items():
        if len(run) < 2:
            of = f" of {name}" if name else ""
            raise OptionError(
                f"{x} has {len(run)} value in the refits chosen{of}; "
                "a curve needs two. Choose others by where={...}."
            )
    return runs


def _draw(ax: Axes, run: pd.DataFrame, x: str, name: str, at: int) -> None:
    line, color = _RUNS[at % len(_RUNS)]
    ends = (run["ci_low"], run["ci_high"])
    tail = f", {name}" if name else ""
    if at == 0:
        ax.fill_between(
            run[x], *ends, color=SKY, alpha=0.35, lw=0, label=f"deciding interval{tail}"
        )
    for end in ends:
        ax.plot(run[x], end, line, color=color, lw=0.8, label="_mm_end")
    ax.plot(run[x], run["value"], line, color=color, lw=1.8, label=f"estimate{tail}")


def _shade(ax: Axes, region: tuple[float, float] | None) -> None:
    if region is not None:
        ax.axvspan(
            *region,
            fc=REGION,
            ec=PALE,
            lw=0.8,
            zorder=0,
            label="declared plausible region",
        )


def _levels(ax: Axes, thresholds: Mapping[str, float]) -> None:
    right = max(ax.get_xlim())
    for name, at in thresholds.items():
        ax.axhline(at, color=MID, lw=0.8, ls=(0, (1, 2)), zorder=1, label="_mm_level")
        ax.annotate(
            name,
            xy=(right, at),
            xytext=(-3, 2),
            textcoords="offset points",
            ha="right",
            va="bottom",
            bbox={"fc": "white", "ec": "none", "alpha": 0.75, "pad": 0.6},
            size=FONT_SIZE - 0.5,
            color=INK,
            parse_math=False,
            zorder=6,
        )


def _point(table: SensitivityTable, name: str) -> TippingPoint | None:
    return next((p for p in table.tipping if p.parameter == name), None)


def _tip(ax: Axes, point: TippingPoint | None, x: str) -> None:
    if point is None:
        return
    low, high = ax.get_xlim()
    if point.value is None:
        _tip_text(ax, low, "no tipping point", right=True)
    elif point.value < low:
        _tip_text(ax, low, f"← tipping point {number(point.value)}", right=True)
    elif point.value > high:
        _tip_text(ax, high, f"tipping point {number(point.value)} →", right=False)
    else:
        ax.axvline(point.value, color=INK, lw=1.0, ls=(0, (4, 2)), zorder=2)
        ax.plot([point.value], [0], "o", ms=5, color=INK, zorder=5, label="_mm_tip")
        text = f"tipping point {x} = {number(point.value)}"
        _tip_text(ax, point.value, text, right=point.value < (low + high) / 2)


def _tip_text(ax: Axes, at: float, text: str, *, right: bool) -> None:
    ax.annotate(
        text,
        xy=(at, 0),
        xycoords=("data", "axes fraction"),
        xytext=(4 if right else -4, 5),
        textcoords="offset points",
        ha="left" if right else "right",
        size=FONT_SIZE,
        parse_math=False,
    )


def _ylabel(table: SensitivityTable, measure: str, names: tuple[str, str]) -> str:
    words = measure_label(measure, on_log_axis=is_ratio(measure))
    direction = table.fits[0].effects.direction if table.fits else None
    sides = favours(direction, names)
    one = "1" if is_ratio(measure) else "0"
    return f"{words}\n(below {one} {sides[0]})" if sides else words


def _alt(
    table: SensitivityTable,
    runs: Mapping[str, pd.DataFrame],
    x: str,
    point: TippingPoint | None,
) -> str:
    first, measure = next(iter(runs.values())), measure_of(table)
    total = sum(map(len, runs.values()))
    told = first.iloc[np.unique(np.linspace(0, len(first) - 1, TOLD).astype(int))]
    shown = [
        f"at {x} = {plain_tick(row[x])} "
        + effect(row["value"], row["ci_low"], row["ci_high"], measure=measure)
        for row in told.to_dict("records")
    ]
    texts = [f"Deciding interval against {x} over {total} refits: "]
    texts.append(f"{'; '.join(shown)}.")
    if point is not None:
        said = number(point.value) if point.exists else f"none ({point.reason})"
        texts.append(f" Tipping point: {said}.")
    return "".join([*texts, f" Verdict: {table.verdict.kind}."])
