"""A figure: how the weight of each study compares with its precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mdmameta as mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def weight_plot(fit: mm.Fit, *, ax: Axes | None = None) -> Figure:
    """Draw weights in percent against standard errors.

    Parameters
    ----------
    fit
        Its weights are drawn.
    ax
        Where; a new figure when left out.
    """
    from matplotlib.figure import Figure

    axes = Figure(figsize=(5, 4)).add_subplot() if ax is None else ax
    axes.scatter(fit.effects.v**0.5, fit.weights)
    axes.set_xlabel("standard error")
    axes.set_ylabel("weight, %")
    return axes.figure
