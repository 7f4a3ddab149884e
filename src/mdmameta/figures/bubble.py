"""The bubble plot: effects against a moderator, with the fitted line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.errors import ModelError
from mdmameta.figures.described import describe
from mdmameta.figures.points import place
from mdmameta.figures.scales import label_ticks, plain_tick
from mdmameta.figures.style import MID, SKY, VERMILION, axes_for, check_drawable, styled
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import predict
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Points of the line.
STEPS = 61


def bubble(
    fit: Fit, moderator: str, *, ax: Axes | None = None, xlabel: str | None = None
) -> Figure:
    """Draw effects against one numeric moderator of a meta-regression.

    Areas are proportional to weights; the band is the interval of the mean,
    the thin lines the prediction interval. A line through few trials that
    differ in many ways says little about what a change of the moderator does.

    Parameters
    ----------
    fit
        Of a `MetaRegression` whose only moderator this is.
    moderator
        Name of a numeric column.
    ax
        Axes to draw in; a new figure by default.
    xlabel
        Name of the axis; the moderator's by default.

    Returns
    -------
    Figure

    Raises
    ------
    ModelError
        When the fit has no such numeric moderator.

    References
    ----------
    Thompson and Higgins 2002, doi:10.1002/sim.1187.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02] * 4, moderators={"dose": [0, 1, 2, 3]})
    >>> bubble(mm.MetaRegression("~ dose").fit(effects), "dose").axes[0].get_xlabel()
    'dose'
    """
    check_drawable([fit], ax)
    effects = fit.effects
    x = _values(fit, moderator)[fit.used]
    grid = np.linspace(x.min(), x.max(), STEPS)
    line = predict(fit, {moderator: grid.tolist()})
    with styled():
        figure, ax = axes_for(ax, height_cm=9.0, width_cm=12.0)
        ax.fill_between(
            grid, line["ci_low"], line["ci_high"], color=SKY, alpha=0.25, lw=0,
            label="_mm_band",
        )  # fmt: skip
        ax.plot(grid, line["value"], color=VERMILION, lw=1.3, label="_mm_line")
        for end in ("pi_low", "pi_high"):
            ax.plot(grid, line[end], color=MID, lw=0.7, ls=":", label="_mm_prediction")
        place(
            ax, x, effects.y[fit.used], effects.study[fit.used].tolist(),
            weights=fit.weights[fit.used],
        )  # fmt: skip
        ax.axhline(0, color=MID, lw=0.8, zorder=1)
        _whole_ticks(ax, x)
        label_ticks(ax, effects.measure, which="y", room=200)
        ax.set_xlabel(moderator if xlabel is None else xlabel)
        log = is_ratio(effects.measure)
        ax.set_ylabel(measure_label(effects.measure, on_log_axis=log))
        describe(ax, _alt(fit, moderator, x))
    return figure


def _whole_ticks(ax: Axes, x: np.ndarray) -> None:
    """Keep ticks of years and other counts whole."""
    from matplotlib.ticker import MaxNLocator

    locator = ax.xaxis.get_major_locator()
    if isinstance(locator, MaxNLocator) and np.array_equal(x, np.round(x)):
        locator.set_params(integer=True)


def _values(fit: Fit, moderator: str) -> np.ndarray:
    frame = fit.effects.frame
    if moderator not in frame or moderator not in set(fit.params.index):
        raise ModelError(
            f"{fit.model!r} has no numeric moderator {moderator!r}; its coefficients "
            f"are {', '.join(fit.params.index)}."
        )
    values: np.ndarray = frame[moderator].to_numpy(dtype=float)
    return values


def _alt(fit: Fit, moderator: str, x: np.ndarray) -> str:
    place = list(fit.coefficients["term"]).index(moderator)
    slope, low, high = (
        float(fit.coefficients[name].iloc[place])
        for name in ("value", "ci_low", "ci_high")
    )
    first, last = plain_tick(x.min()), plain_tick(x.max())
    return (
        f"Bubble plot of {x.size} studies against {moderator}, from {first} to {last}: "
        f"slope {number(slope)} [{number(low)}, {number(high)}]."
    )
