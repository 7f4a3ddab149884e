"""Figures that a notebook shows by itself, though pyplot knows nothing of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from mdmameta.figures.described import described_canvas
from mdmameta.figures.saving import render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Pixels that browsers count in an inch, and dots in one, which a page of all figures
#: can hold in less than 3 MB.
_PER_INCH, _DOTS = 96, 150

#: Pixels of a column of A4, the widest that a picture may be on paper.
_COLUMN = 640


def new_figure(**options: Any) -> Figure:
    """Make a figure that a notebook shows, whose files carry its alternative text.

    A notebook, Quarto and ``savefig`` all print through the figure's canvas, so
    that the text stands in the description of an SVG and a PNG and in the subject
    of a PDF, from where a page takes it. The files have no date.

    IPython draws figures in formats that were chosen when pyplot was imported, or that
    Quarto chose. Before that, and with an IPython that a Quarto does not know, a
    cell that ends in a figure would show its name alone: then it gives a PNG.

    Parameters
    ----------
    **options
        Of ``matplotlib.figure.Figure``.

    Examples
    --------
    >>> from io import StringIO
    >>> figure, svg = new_figure(figsize=(1, 1)), StringIO()
    >>> figure.subplots().set_label("A square.")
    >>> figure.savefig(svg, format="svg")
    >>> "<dc:description>A square.</dc:description>" in svg.getvalue()
    True
    """
    from matplotlib.figure import Figure

    figure = Figure(**options)
    described_canvas()(figure)
    # A class of its own would need matplotlib where this package is imported.
    vars(figure)["_repr_mimebundle_"] = partial(_bundle, figure)
    return figure


def _bundle(
    figure: Figure,
    include: Iterable[str] | None = None,
    exclude: Iterable[str] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    if _is_drawn(figure):
        return {}, {}
    width = min(round(figure.get_figwidth() * _PER_INCH), _COLUMN)
    return {"image/png": render(figure, "png", dpi=_DOTS)}, {
        "image/png": {"width": width}
    }


def _is_drawn(figure: Figure) -> bool:
    """Tell whether IPython was told how to draw figures, or shows words alone."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return False
    display = shell.display_formatter
    if "image/png" not in display.active_types:
        return True
    drawing = (one for kind, one in display.formatters.items() if kind in _IMAGES)
    return any(_knows(one, type(figure)) for one in drawing)


_IMAGES = ("image/png", "image/svg+xml", "image/jpeg", "application/pdf")


def _knows(formatter: Any, kind: type[Figure]) -> bool:
    try:
        formatter.lookup_by_type(kind)
    except KeyError:
        return False
    return True
