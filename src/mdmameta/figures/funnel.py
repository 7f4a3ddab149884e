"""The funnel plot: effects against their standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.figures.described import describe
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import (
    BLUE,
    MID,
    ORANGE,
    PALE,
    VERMILION,
    axes_for,
    check_drawable,
    styled,
)
from mdmameta.models.fit import Fit
from mdmameta.options import check_option
from mdmameta.sensitivity import TrimAndFill
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number, pooled, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Contours = Literal["pooled", "significance"]

#: Two-sided p-values between which the regions of significance lie, and their
#: greys, dark where p is large (Peters et al. 2008).
REGIONS = (
    (0.10, "#BDBDBD", "p > 0.10"),
    (0.05, "#D6D6D6", "0.05 < p ≤ 0.10"),
    (0.01, "#EBEBEB", "0.01 < p ≤ 0.05"),
)


def funnel(
    fit: Fit,
    *,
    contours: Contours = "pooled",
    filled: TrimAndFill | None = None,
    ax: Axes | None = None,
    xlabel: str | None = None,
) -> Figure:
    """Draw studies' effects against their standard errors.

    The contour holds 95 % of studies that estimate the pooled effect with
    nothing but sampling error; it is no test, and with fewer than ten studies
    its emptier side says nothing (Sterne et al. 2011, doi:10.1136/bmj.d4002).

    Parameters
    ----------
    fit
        Only rows that it uses are drawn.
    contours
        ``"pooled"``: the contour around the pooled effect. ``"significance"``:
        regions of the p-value of a study alone, around no effect; gaps where
        studies would not be significant suggest that these were not published,
        gaps elsewhere another reason (Peters et al. 2008).
    filled
        Result of `mdmameta.trim_and_fill`, whose filled-in studies are drawn as
        open points with their pooled effect: a what-if, no correction.
    ax
        Axes to draw in; a new figure by default.
    xlabel
        Name of the axis; the measure's by default.

    Returns
    -------
    Figure

    Raises
    ------
    OptionError
        For other contours.

    References
    ----------
    Peters, Sutton, Jones, Abrams and Rushton 2008,
    doi:10.1016/j.jclinepi.2007.11.010.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> figure = funnel(RandomEffects().fit(effects))
    >>> bool(figure.axes[0].yaxis_inverted())
    True
    """
    check_drawable([fit], ax)
    check_option("contours", contours, Contours)
    effects, mu = fit.effects, fit.estimate.value
    y, se = effects.y[fit.used], np.sqrt(effects.v[fit.used])
    new_y, new_se = _filled(filled)
    deepest = 1.08 * float(np.max([*se, *new_se]))
    with styled():
        figure, ax = axes_for(ax, height_cm=9.0, width_cm=12.0)
        ax.set_ylim(deepest, 0)
        centre = mu if contours == "pooled" else 0.0
        quantile = ndtri(0.5 + fit.estimate.level / 2)
        wide = [quantile * deepest, *np.abs(np.array([*y, *new_y, mu]) - centre)]
        ax.set_xlim(centre - 1.08 * max(wide), centre + 1.08 * max(wide))
        if contours == "pooled":
            _cone(ax, mu, quantile * deepest, deepest, "#F2F2F2", "_mm_contour")
        else:
            _regions(ax, deepest)
        _lines(ax, mu, filled)
        _points(ax, y, se, new_y, new_se)
        label_ticks(ax, effects.measure, room=270)
        words = measure_label(effects.measure, on_log_axis=is_ratio(effects.measure))
        ax.set_xlabel(words if xlabel is None else xlabel, parse_math=False)
        log = " of the logarithm" if is_ratio(effects.measure) else ""
        ax.set_ylabel(f"Standard error{log}")
        describe(ax, _alt(fit, y, se, contours, filled))
    return figure


def _filled(filled: TrimAndFill | None) -> tuple[FloatArray, FloatArray]:
    if filled is None:
        return np.empty(0), np.empty(0)
    rows = filled.to_frame()
    new = rows[rows["filled"]]
    return new["y"].to_numpy(float), np.sqrt(new["v"].to_numpy(float))


def _cone(
    ax: Axes, centre: float, spread: float, deepest: float, colour: str, label: str
) -> None:
    ax.fill(
        [centre, centre - spread, centre + spread],
        [0, deepest, deepest],
        fc=colour,
        ec=PALE,
        zorder=0,
        label=label,
    )


def _regions(ax: Axes, deepest: float) -> None:
    """Shade regions of the p-value around no effect, the widest first."""
    for p, colour, words in reversed(REGIONS):
        _cone(ax, 0.0, ndtri(1 - p / 2) * deepest, deepest, colour, words)
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(
        handles, labels, loc="upper left", fontsize="small", borderaxespad=0.1,
        frameon=True, framealpha=1.0, edgecolor="none",
    )  # fmt: skip


def _lines(ax: Axes, mu: float, filled: TrimAndFill | None) -> None:
    ax.axvline(mu, color=VERMILION, lw=1.0, ls="--", zorder=1)
    ax.axvline(0, color=MID, lw=0.8, zorder=1)
    if filled is not None:
        ax.axvline(filled.fit.estimate.value, color=ORANGE, lw=1.2, ls=":", zorder=1)


def _points(
    ax: Axes, y: FloatArray, se: FloatArray, new_y: FloatArray, new_se: FloatArray
) -> None:
    ax.plot(
        y, se, "o", ms=5.5, mfc=BLUE, mec="white", mew=0.7, zorder=3,
        label="_mm_point",
    )  # fmt: skip
    if new_y.size:
        ax.plot(
            new_y, new_se, "o", ms=5.5, mfc="white", mec=ORANGE, mew=1.1, zorder=3,
            label="_mm_filled",
        )  # fmt: skip


def _alt(
    fit: Fit,
    y: FloatArray,
    se: FloatArray,
    contours: Contours,
    filled: TrimAndFill | None,
) -> str:
    low, high = (
        number(printed_scale(end, fit.effects.measure)) for end in (y.min(), y.max())
    )
    level, mu = fit.estimate.level, fit.estimate.value
    inside = int(np.sum(np.abs(y - mu) <= ndtri(0.5 + level / 2) * se))
    told = (
        f"Funnel plot of {len(y)} studies: effects from {low} to {high}, standard "
        f"errors from {number(se.min())} to {number(se.max())}; {inside} of them "
        f"inside the {level:.0%} contour around {pooled(fit)}."
    )
    if contours == "significance":
        alone = int(np.sum(np.abs(y) > ndtri(0.975) * se))
        told += f" Shaded by the p-value of a study alone: {alone} have p below 0.05."
    if filled is not None:
        told += (
            f" Trim and fill adds {filled.k0} open points on the {filled.side}, with "
            f"which the pooled effect would be {pooled(filled.fit)}."
        )
    return told
