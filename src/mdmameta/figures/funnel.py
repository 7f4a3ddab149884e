"""The funnel plot: effects against their standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import (
    BLUE,
    MID,
    PALE,
    VERMILION,
    axes_for,
    check_drawable,
    describe,
    styled,
)
from mdmameta.models.fit import Fit
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number, pooled, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def funnel(fit: Fit, *, ax: Axes | None = None, xlabel: str | None = None) -> Figure:
    """Draw studies' effects against their standard errors.

    The contour holds 95 % of studies that estimate the pooled effect with
    nothing but sampling error; it is no test, and with fewer than ten studies
    its emptier side says nothing (Sterne et al. 2011, doi:10.1136/bmj.d4002).

    Parameters
    ----------
    fit
        Only rows that it uses are drawn.
    ax
        Axes to draw in; a new figure by default.
    xlabel
        Name of the axis; the measure's by default.

    Returns
    -------
    Figure

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> figure = funnel(RandomEffects().fit(effects))
    >>> bool(figure.axes[0].yaxis_inverted())
    True
    """
    check_drawable([fit], ax)
    effects, mu = fit.effects, fit.estimate.value
    y, se = effects.y[fit.used], np.sqrt(effects.v[fit.used])
    deepest = 1.08 * float(se.max())
    spread = ndtri(0.5 + fit.estimate.level / 2) * deepest
    with styled():
        figure, ax = axes_for(ax, height_cm=9.0, width_cm=12.0)
        far = 1.08 * max(spread, float(np.max(np.abs(y - mu))))
        ax.set_xlim(mu - far, mu + far)
        ax.set_ylim(deepest, 0)
        ax.fill(
            [mu, mu - spread, mu + spread],
            [0, deepest, deepest],
            fc="#F2F2F2",
            ec=PALE,
            zorder=0,
            label="_mm_contour",
        )
        ax.axvline(mu, color=VERMILION, lw=1.0, ls="--", zorder=1)
        ax.axvline(0, color=MID, lw=0.8, zorder=1)
        ax.plot(
            y, se, "o", ms=5.5, mfc=BLUE, mec="white", mew=0.7, zorder=3,
            label="_mm_point",
        )  # fmt: skip
        label_ticks(ax, effects.measure, room=270)
        words = measure_label(effects.measure, on_log_axis=is_ratio(effects.measure))
        ax.set_xlabel(words if xlabel is None else xlabel)
        log = " of the logarithm" if is_ratio(effects.measure) else ""
        ax.set_ylabel(f"Standard error{log}")
        describe(ax, _alt(fit, y, se))
    return figure


def _alt(fit: Fit, y: np.ndarray, se: np.ndarray) -> str:
    low, high = (
        number(printed_scale(end, fit.effects.measure)) for end in (y.min(), y.max())
    )
    z = ndtri(0.5 + fit.estimate.level / 2)
    inside = int(np.sum(np.abs(y - fit.estimate.value) <= z * se))
    return (
        f"Funnel plot of {len(y)} studies: effects from {low} to {high}, standard "
        f"errors from {number(se.min())} to {number(se.max())}; {inside} of them "
        f"inside the {fit.estimate.level:.0%} contour around {pooled(fit)}."
    )
