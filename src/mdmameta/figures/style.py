"""How figures look, and axes of that look without any global state."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from mdmameta.errors import MissingExtraError, ModelError, OptionError
from mdmameta.figures.showing import new_figure
from mdmameta.models.fit import Fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, told apart by every colour vision; they differ in
#: lightness too, so that a grey print keeps them apart.
BLUE, SKY, VERMILION = "#0072B2", "#56B4E9", "#D55E00"
GREEN, ORANGE = "#009E73", "#E69F00"

#: Greys for lines that are no data: zero, grid, contours.
INK, MID, PALE = "#1A1A1A", "#767676", "#D9D9D9"

#: Width of a text column on A4; fonts are readable at this width.
WIDTH_CM = 16.0

CM_PER_INCH = 2.54
POINTS_PER_CM = 72 / CM_PER_INCH

#: Points. 8 stays above the 6 to 7 that journals ask for.
FONT_SIZE = 8.0

#: Comes with matplotlib, so a figure is the same on every machine, and has
#: the minus sign, Greek letters, daggers and superscripts.
FONT = "DejaVu Sans"

_STYLE: Any = {
    "font.family": FONT,
    "font.size": FONT_SIZE,
    "axes.labelsize": FONT_SIZE,
    "axes.titlesize": FONT_SIZE + 1,
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "legend.fontsize": FONT_SIZE,
    "legend.frameon": False,
    "axes.unicode_minus": True,
    "text.usetex": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}


def styled() -> AbstractContextManager[None]:
    """Return a context in which new artists have the project's look.

    Raises
    ------
    MissingExtraError
        When matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
    except ImportError as absent:
        raise MissingExtraError("matplotlib", "report") from absent
    return rc_context(_STYLE)


def axes_for(
    ax: Axes | None, *, width_cm: float = WIDTH_CM, height_cm: float = 9.0
) -> tuple[Figure, Axes]:
    """Return the axes to draw on and their figure, made here if none is given.

    Parameters
    ----------
    ax
        Axes of a caller, used as they are, or None.
    width_cm, height_cm
        Size of a new figure, which no pyplot window holds.
    """
    if ax is not None:
        figure: Any = ax.get_figure(root=True)
        dress(ax)
        return figure, ax
    figure = new_figure(
        figsize=(width_cm / CM_PER_INCH, height_cm / CM_PER_INCH), layout="constrained"
    )
    new: Axes = figure.subplots()
    dress(new)
    return figure, new


def dress(ax: Axes) -> None:
    """Give axes their look for good: ticks made later ask no rc for it."""
    ax.tick_params(
        labelsize=FONT_SIZE,
        labelfontfamily=FONT,
        labelcolor=INK,
        color=INK,
        length=3,
        width=0.8,
    )
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(size=FONT_SIZE, family=FONT, color=INK)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def check_drawable(fits: Iterable[object], ax: object = None) -> None:
    """Refuse what is no fit, and axes that are none.

    Raises
    ------
    ModelError, OptionError
        With what was given and where the right thing comes from.
    """
    for fit in fits:
        if not isinstance(fit, Fit):
            raise ModelError(
                f"{type(fit).__name__} cannot be drawn here; give the Fit that a "
                "model's fit(effects) returns."
            )
    if ax is not None and not hasattr(ax, "get_figure"):
        raise OptionError(
            f"ax is a {type(ax).__name__}; give axes of matplotlib, such as "
            "Figure().subplots(), or nothing."
        )
