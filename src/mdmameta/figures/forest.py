"""The forest plot: studies, their pooled effect, and who is favoured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mdmameta.errors import ModelError
from mdmameta.figures.described import describe
from mdmameta.figures.forest_axis import write_axis, write_rows
from mdmameta.figures.forest_columns import Wanted, columns_of, frame_of
from mdmameta.figures.forest_look import Look, Style, look_of
from mdmameta.figures.forest_marks import draw_rows, draw_shrunken, limits
from mdmameta.figures.forest_place import fitted_plan, place
from mdmameta.figures.forest_rows import Row, Sheet, study_blocks
from mdmameta.figures.forest_summaries import Predicted, summary_rows
from mdmameta.figures.forest_words import favours, footnotes, forest_alt, pointed
from mdmameta.figures.plain import plain
from mdmameta.figures.style import INK, MID, PALE, WIDTH_CM, check_drawable, styled
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Subgroups
from mdmameta.options import check_option
from mdmameta.tables.labels import model_label
from mdmameta.tables.numbers import interval, number, printed_scale

if TYPE_CHECKING:
    import pandas as pd
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
    by: str | Subgroups | None = None,
    columns: Wanted | None = None,
    right: Wanted | None = None,
    lights: Wanted = (),
    extra: pd.DataFrame | None = None,
    names: tuple[str, str] = ("active", "control"),
    sid: float | Sequence[float] = (),
    band: tuple[float, float] | None = None,
    shrunken: bool = False,
    predicted: Predicted = "bar",
    style: Style = "default",
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
        Further fits to the same effects, each with an open diamond, hatched
        where it is Bayesian; as a mapping, its keys are their labels.
    label
        Of the filled diamond; the style's or the model in words by default.
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
        Moderator whose values become headings; or the result of
        `mdmameta.subgroups`, which adds a diamond and the heterogeneity of each
        subgroup and the test between them.
    columns, right
        What stands left and right of the plot: moderators, ``"effect"`` and
        ``"weight"``, with or without headings; the style's by default, where
        the effects have them. ``n1 mean1 sd1 ai`` belong to the active arm,
        ``n2 mean2 sd2 ci`` to the control.
    lights
        Moderators with judgements of the risk of bias, shown as lights with a
        sign each.
    extra
        Further columns, one row an effect, that the effects do not have.
    names
        Of the active and the control arm. Which side favours which follows
        from the effects' ``direction``; without one nothing is said.
    sid
        Smallest important differences, signed, on the scale of the analysis.
    band
        Ends of a region of effects too small to matter, shaded.
    shrunken
        Whether to add the studies' shrunken effects.
    predicted
        How the true effect in a new study is drawn: ``"bar"`` (its interval),
        ``"distribution"`` or ``"none"``.
    style
        ``"default"``, or in the manner of ``"revman"``, ``"jama"``, ``"bmj"``.
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
        For an unknown moderator or style, or an order that leaves studies out.
    ModelError
        When shrunken effects are asked of a model that has none.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09], study=["A", "B"])
    >>> figure = forest(RandomEffects().fit(effects), predicted="distribution")
    >>> len(figure.axes)
    1
    """
    check_drawable([fit, *_fits(companions)], ax)
    check_option("predicted", predicted, Predicted)
    sheet = _sheet(
        fit, extra, names, style, digits, left=columns, right=right, lights=lights
    )
    look = sheet.look
    blocks = study_blocks(sheet, order=order, by=by)
    named = _named(companions)
    pooled = summary_rows(sheet, named, blocks, label=label, predicted=predicted)
    rows, sides = (*blocks, *pooled), favours(fit.effects.direction, names)
    notes = footnotes(
        fit, rows, by=by, shrunken=shrunken, lights=bool(lights), predicted=predicted
    )
    levels = np.atleast_1d(np.asarray(sid, dtype=float))
    notes = (*notes, *_marked(levels, band, fit))
    with styled():
        told = {"columns": sheet.columns, "look": look, "notes": notes}
        plan = fitted_plan(ax, width_cm, rows=rows, sides=pointed(sides), **told)
        figure, ax, row_points = place(ax, plan, width_cm)
        ax.set_ylim(plan.n_rows - 0.5, -0.5)
        ax.set_xlim(xlim or limits(rows))
        _lines(ax, rows, look, levels, band)
        draw_rows(ax, rows, row_points, look, predicted)
        if shrunken:
            draw_shrunken(ax, fit, rows)
        write_rows(ax, rows, plan)
        write_axis(ax, fit.effects.measure, xlabel, plan)
        describe(ax, forest_alt(fit, rows, sides))
    return figure


def _sheet(
    fit: Fit,
    extra: pd.DataFrame | None,
    names: tuple[str, str],
    style: Style,
    digits: int,
    *,
    left: Wanted | None,
    right: Wanted | None,
    lights: Wanted,
) -> Sheet:
    """Settle the look and the columns of text, before any row is made."""
    look = look_of(style)
    there, heading = list(frame_of(fit.effects, extra).columns), _heading(fit, look)
    beside = columns_of(
        there, look, names, heading, left=left, right=right, lights=lights
    )
    return Sheet(fit=fit, columns=beside, look=look, extra=extra, digits=digits)


def _fits(companions: Mapping[str, Fit] | Sequence[Fit]) -> Iterable[Fit]:
    if isinstance(companions, Fit):
        raise ModelError("companions is a Fit; give a list of fits, such as [fit].")
    return companions.values() if isinstance(companions, Mapping) else companions


def _named(companions: Mapping[str, Fit] | Sequence[Fit]) -> dict[str, Fit]:
    if isinstance(companions, Mapping):
        return dict(companions)
    return {model_label(fit.model): fit for fit in companions}


def _heading(fit: Fit, look: Look) -> str:
    name = plain(fit.effects.measure) or "Effect"
    return look.interval(f"{name} [{fit.estimate.level:.0%} CI]")


def _marked(
    levels: np.ndarray, band: tuple[float, float] | None, fit: Fit
) -> tuple[str, ...]:
    """Say what the dotted lines and the shaded band are."""
    measure = fit.effects.measure
    notes = []
    if levels.size:
        shown = (number(printed_scale(x, measure)) for x in levels)
        notes.append(f"Dotted: smallest important difference ({', '.join(shown)}).")
    if band is not None:
        low, high = (printed_scale(x, measure) for x in band)
        notes.append(f"Shaded: effects too small to matter, {interval(low, high)}.")
    return tuple(notes)


def _lines(
    ax: Axes,
    rows: Sequence[Row],
    look: Look,
    levels: np.ndarray,
    band: tuple[float, float] | None,
) -> None:
    pooled = next(row for row in rows if row.kind == "summary")
    if band is not None:
        ax.axvspan(*band, color=PALE, alpha=0.5, lw=0, zorder=0, label="_mm_band")
    ax.axvline(0, color=MID, lw=0.9, zorder=1)
    if np.isfinite(pooled.value):
        ax.plot([pooled.value] * 2, [-0.5, pooled.y], "--", color=look.diamond, lw=0.7)
    for x in levels:
        ax.axvline(x, color=INK, lw=1.0, ls=":", zorder=1)
