"""The pooled effect over two assumptions, and where its interval reaches zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.figures.described import describe
from mdmameta.figures.scales import label_ticks, plain_tick
from mdmameta.figures.scenarios import chosen_rows, held_words, measure_of, reach
from mdmameta.figures.style import FONT_SIZE, INK, axes_for, styled
from mdmameta.sensitivity.table import SensitivityTable
from mdmameta.tables.labels import measure_label
from mdmameta.tables.numbers import number, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import ContourSet
    from matplotlib.figure import Figure

#: Up to so many columns and rows, every one can have its tick.
LEGIBLE = 11

#: Up to so many columns and rows, a cell has room for its number beside the lines.
NUMBERED = 6

#: Lines of further thresholds, told apart in the key: their names would lie
#: under the numbers of the cells.
LEVEL_STYLES = ("dotted", "dashdot", (0, (6, 1, 1, 1, 1, 1)))

#: Below this lightness of a cell its number is white.
DARK = 0.5


def sensitivity_map(
    table: SensitivityTable,
    x: str,
    y: str,
    *,
    where: Mapping[str, object] | None = None,
    ax: Axes | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    title: str = "",
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """Draw the pooled effect of every refit over two parameters.

    Cells are hatched where the deciding interval holds zero, and a line runs
    where it reaches zero between the refits.

    Parameters
    ----------
    table
        Any sensitivity table with a grid of refits.
    x, y
        Parameters on the axes, columns of ``table.frame``.
    where
        Values of the other parameters; numeric ones are held at zero.
    ax
        Axes to draw in; a new figure by default.
    xlabel, ylabel, title
        Words in place of the parameters' names.
    levels
        Further thresholds, words -> size on the side of the estimates: dotted
        lines run where the deciding interval reaches them.

    Returns
    -------
    Figure
        The declared plausible region has a dashed frame.

    Raises
    ------
    OptionError
        For a parameter that the table has not, or refits that are no full grid.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> from mdmameta.figures import alt_text
    >>> alt_text(sensitivity_map(found, "delta", "gamma")).split(" over ")[0]
    'Map of 25 refits'
    """
    rows = chosen_rows(table, [y, x], where or {})
    rows = rows.assign(reach=reach(rows))
    grid = {n: _square(rows, x, y, n) for n in ("value", "reach")}
    across, up = (np.unique(rows[name].to_numpy(dtype=float)) for name in (x, y))
    _check_grid(len(rows), across, up, (x, y))
    measure = measure_of(table)
    with styled():
        figure, ax = axes_for(ax, height_cm=11.0, width_cm=14.0)
        _cells(ax, across, up, grid["value"], measure)
        _zero(ax, across, up, grid["reach"])
        drawn = _levels(ax, across, up, grid["reach"], levels or {})
        _frame(ax, table.verdict.region, x, y)
        _ticks(ax, across, up)
        ax.set_xlabel(x if xlabel is None else xlabel)
        ax.set_ylabel(y if ylabel is None else ylabel)
        held = held_words(table, rows, [x, y])
        ax.set_title(title or held, parse_math=False, fontsize=FONT_SIZE)
        _key(ax, drawn)
        describe(ax, _alt(table, rows, x, y, measure))
    return figure


def _check_grid(
    n_rows: int, across: FloatArray, up: FloatArray, names: tuple[str, str]
) -> None:
    if min(across.size, up.size) > 1 and n_rows == across.size * up.size:
        return
    raise OptionError(
        f"{names[0]} and {names[1]} make a grid of {across.size} by {up.size}, for "
        f"which there are {n_rows} refits; a map needs every cell, and at least two "
        "values of each. Use sensitivity_curve."
    )


def _square(rows: pd.DataFrame, x: str, y: str, name: str) -> FloatArray:
    return rows.pivot(index=y, columns=x, values=name).to_numpy(dtype=float)  # noqa: PD010


def _cells(
    ax: Axes, across: FloatArray, up: FloatArray, values: FloatArray, measure: str
) -> None:
    mesh = ax.pcolormesh(
        _edges(across), _edges(up), values, cmap="cividis", label="_mm_cells"
    )
    figure: Any = ax.get_figure()
    bar = figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
    bar.outline.set_visible(False)
    bar.set_label(measure_label(measure), size=FONT_SIZE)
    bar.ax.tick_params(labelsize=FONT_SIZE)
    bar.ax.yaxis.set_major_formatter(lambda v, _: number(printed_scale(v, measure)))
    if max(values.shape) > NUMBERED:
        return
    for i, j in np.ndindex(*values.shape):
        colour: Any = mesh.cmap(mesh.norm(values[i, j]))
        dark = float(np.dot(colour[:3], (0.299, 0.587, 0.114))) < DARK
        ax.text(
            float(across[j]),
            float(up[i]),
            number(printed_scale(values[i, j], measure)),
            ha="center",
            va="center",
            size=FONT_SIZE - 0.5,
            color="white" if dark else INK,
            zorder=4,
            bbox={"fc": colour, "ec": "none", "pad": 1.0},
        )


def _zero(ax: Axes, across: FloatArray, up: FloatArray, margin: FloatArray) -> None:
    from matplotlib.patches import Rectangle

    x, y = _edges(across), _edges(up)
    for i, j in np.argwhere(margin <= 0):
        corner = (x[j], y[i])
        size = (x[j + 1] - x[j], y[i + 1] - y[i])
        cell = Rectangle(corner, *size, fill=False, ec="white", lw=0, hatch="///")
        cell.set_label("_mm_holds_zero")
        ax.add_patch(cell)
    if (margin <= 0).any() and (margin > 0).any():
        ax.contour(across, up, margin, levels=[0], colors="white", linewidths=3.0)
        ax.contour(across, up, margin, levels=[0], colors=INK, linewidths=1.4)


def _levels(
    ax: Axes,
    across: FloatArray,
    up: FloatArray,
    margin: FloatArray,
    levels: Mapping[str, float],
) -> list[str]:
    """Draw the lines of further thresholds, and name those that there are."""
    drawn: list[str] = []
    for name, size in levels.items():
        if (margin <= size).any() and (margin > size).any():
            style = LEVEL_STYLES[len(drawn) % len(LEVEL_STYLES)]
            ax.contour(
                across, up, margin, levels=[size], colors="white", linewidths=3.0
            )
            line = ax.contour(
                across, up, margin, levels=[size], colors=INK, linewidths=1.4,
                linestyles=[style],
            )  # fmt: skip
            if max(margin.shape) > NUMBERED:
                _write_on(ax, line, size, name)
            drawn.append(name)
    return drawn


def _write_on(ax: Axes, line: ContourSet, size: float, name: str) -> None:
    """Write the name of a line on it, where cells hold no numbers."""
    from matplotlib.patheffects import withStroke

    texts = ax.clabel(line, fmt={size: name}, fontsize=FONT_SIZE - 0.5, colors=INK)
    for text in texts:
        text.set_path_effects([withStroke(linewidth=2.4, foreground="white")])
        text.set_parse_math(False)


def _frame(ax: Axes, region: Mapping[str, tuple[float, float]], x: str, y: str) -> None:
    from matplotlib.patches import Rectangle

    if x not in region or y not in region:
        return
    (left, right), (low, high) = region[x], region[y]
    for color, width, line in (("white", 3.0, "-"), (INK, 1.3, "--")):
        ax.add_patch(
            Rectangle(
                (left, low),
                right - left,
                high - low,
                fill=False,
                ec=color,
                lw=width,
                ls=line,
                label="_mm_region",
                zorder=3,
            )
        )


def _ticks(ax: Axes, across: FloatArray, up: FloatArray) -> None:
    for which, values in (("x", across), ("y", up)):
        if values.size > LEGIBLE:
            label_ticks(ax, "", which=which, room=250)
            continue
        axis = ax.xaxis if which == "x" else ax.yaxis
        axis.set_ticks(values, labels=[plain_tick(round(v, 2)) for v in values])


def _key(ax: Axes, drawn: Sequence[str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    labels = {patch.get_label() for patch in ax.patches}
    zero = "deciding interval holds zero"
    keys: dict[str, Any] = {
        "_mm_holds_zero": Patch(
            fc="#B8B8B8", ec="white", lw=0, hatch="///", label=zero
        ),
        "_mm_region": Line2D(
            [], [], color=INK, lw=1.3, ls="--", label="declared plausible region"
        ),
    }
    shown = [key for name, key in keys.items() if name in labels]
    if len(ax.collections) - 1 > 2 * len(drawn):
        line = Line2D([], [], color=INK, lw=1.4, label="where it reaches zero")
        shown.insert(1, line)
    for at, name in enumerate(drawn):
        style = LEVEL_STYLES[at % len(LEVEL_STYLES)]
        label = f"where it reaches {name}"
        shown.append(Line2D([], [], color=INK, lw=1.4, ls=style, label=label))
    if shown:
        ax.legend(
            handles=shown,
            loc="upper left",
            bbox_to_anchor=(0, -0.12),
            ncols=2,
            borderaxespad=0,
        )


def _edges(centres: FloatArray) -> FloatArray:
    inner = (centres[1:] + centres[:-1]) / 2
    first, last = 2 * centres[0] - inner[0], 2 * centres[-1] - inner[-1]
    return np.concatenate([[first], inner, [last]])


def _alt(
    table: SensitivityTable, rows: pd.DataFrame, x: str, y: str, measure: str
) -> str:
    low, high = (
        number(printed_scale(end, measure))
        for end in (rows["value"].min(), rows["value"].max())
    )
    holds = int((rows["reach"] <= 0).sum())
    return (
        f"Map of {len(rows)} refits over {x} and {y}: the estimate runs from {low} to "
        f"{high}, and the deciding interval holds zero in {holds} of them. "
        f"Verdict: {table.verdict.kind}."
    )
