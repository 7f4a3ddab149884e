"""The forest plot: studies, their pooled effect, and who is favoured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mdmameta.errors import ModelError
from mdmameta.figures.forest_axis import write_axis, write_rows
from mdmameta.figures.forest_marks import draw_rows, draw_shrunken, limits
from mdmameta.figures.forest_place import fitted_plan, headings_of, place
from mdmameta.figures.forest_rows import Row, forest_rows
from mdmameta.figures.forest_words import favours, footnotes, forest_alt, pointed
from mdmameta.figures.style import (
    INK,
    MID,
    VERMILION,
    WIDTH_CM,
    check_drawable,
    describe,
    styled,
)
from mdmameta.models.fit import Fit
from mdmameta.tables.labels import model_label
from mdmameta.tables.numbers import number, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def forest(
    fit: Fit,
    *,
    companions: Mapping[str, Fit] | Sequence[Fit] = (),
    label: str = "",
    ax: Axes | None = None,
    xlabel: str | None = None,
    xlim: tuple[float, float] | None = None,
    order: str | Sequence[int] | None = None,
    by: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    names: tuple[str, str] = ("active", "control"),
    sid: float | Sequence[float] = (),
    shrunken: bool = False,
    digits: int = 2,
    width_cm: float = WIDTH_CM,
) -> Figure:
    """Draw the studies of a fit, its pooled effect and that of its companions.

    The area of a square is in proportion to the study's weight; a square is
    hollow where the study is marked as unverified or retracted, or not used.
    An interval longer than the axis ends in an arrow. A ratio is drawn on a
    log scale and labelled as a ratio.

    Parameters
    ----------
    fit
        Whose studies, weights, diamond (filled) and heterogeneity are shown.
    companions
        Further fits to the same effects, each with an open diamond; as a
        mapping, its keys are their labels.
    label
        Of the filled diamond; the model in words by default.
    ax
        Axes to draw in; columns of text take their share of its place.
        By default a new figure that grows with the number of rows.
    xlabel
        Name of the axis; the measure's by default.
    xlim
        Ends of the axis on the scale of the analysis (logs for ratios).
    order
        ``"effect"``, ``"weight"``, a moderator, or positions; as given by default.
    by
        Moderator whose values become headings.
    columns
        Moderators shown beside the studies, with or without headings; the
        arms' sizes ``n1`` and ``n2`` by default, where they are known.
    names
        Of the active and the control arm. Which side favours which follows
        from the effects' ``direction``; without one nothing is said.
    sid
        Smallest important differences, signed, on the scale of the analysis.
    shrunken
        Whether to add the studies' shrunken effects.
    digits
        Digits of the effects.
    width_cm
        Width of a new figure; wider where the texts need it.

    Returns
    -------
    Figure
        Its alternative text is given by `alt_text`.

    Raises
    ------
    OptionError
        For an unknown moderator or an order that leaves studies out.
    ModelError
        When shrunken effects are asked of a model that has none.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09], study=["A", "B"])
    >>> figure = forest(RandomEffects().fit(effects))
    >>> len(figure.axes)
    1
    """
    check_drawable([fit, *_fits(companions)], ax)
    others = _named(companions)
    picked = headings_of(list(fit.effects.frame.columns), columns, names)
    rows = forest_rows(
        fit,
        others,
        label=label,
        order=order,
        by=by,
        columns=list(picked),
        digits=digits,
    )
    sides = favours(fit.effects.direction, names)
    thresholds = np.atleast_1d(np.asarray(sid, dtype=float))
    notes = (*footnotes(fit, rows, shrunken), *_sid_note(thresholds, fit))
    with styled():
        plan = fitted_plan(
            ax,
            width_cm,
            rows=rows,
            headings=list(picked.values()),
            shown_heading=_heading(fit),
            notes=notes,
            sides=pointed(sides),
        )
        figure, ax, row_points = place(ax, plan, width_cm)
        ax.set_ylim(rows[-1].y + 0.5, -0.5)
        ax.set_xlim(xlim or limits(rows))
        _lines(ax, rows, thresholds)
        draw_rows(ax, rows, row_points)
        if shrunken:
            draw_shrunken(ax, fit, rows)
        write_rows(ax, rows, plan)
        write_axis(ax, fit.effects.measure, xlabel, pointed(sides), plan)
        describe(ax, forest_alt(fit, rows, sides))
    return figure


def _fits(companions: Mapping[str, Fit] | Sequence[Fit]) -> Iterable[Fit]:
    if isinstance(companions, Fit):
        raise ModelError("companions is a Fit; give a list of fits, such as [fit].")
    return companions.values() if isinstance(companions, Mapping) else companions


def _named(companions: Mapping[str, Fit] | Sequence[Fit]) -> dict[str, Fit]:
    if isinstance(companions, Mapping):
        return dict(companions)
    return {model_label(fit.model): fit for fit in companions}


def _heading(fit: Fit) -> str:
    return f"{fit.effects.measure or 'Effect'} [{fit.estimate.level:.0%} CI]"


def _sid_note(thresholds: np.ndarray, fit: Fit) -> tuple[str, ...]:
    if not thresholds.size:
        return ()
    shown = (number(printed_scale(x, fit.effects.measure)) for x in thresholds)
    return (f"Dotted: smallest important difference ({', '.join(shown)}).",)


def _lines(ax: Axes, rows: Sequence[Row], thresholds: np.ndarray) -> None:
    pooled = next(row for row in rows if row.kind == "summary")
    ax.axvline(0, color=MID, lw=0.9, zorder=1)
    if np.isfinite(pooled.value):
        ax.plot([pooled.value] * 2, [-0.5, pooled.y], "--", color=VERMILION, lw=0.7)
    for x in thresholds:
        ax.axvline(x, color=INK, lw=1.0, ls=":", zorder=1)
