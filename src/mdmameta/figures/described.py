"""Figures whose files say what they show, by whatever way they are saved."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mdmameta.figures.plain import plain, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@cache
def described_canvas() -> type[Any]:
    """Return a class of canvas that writes what a figure shows into its files."""
    from matplotlib.backend_bases import FigureCanvasBase

    class DescribedCanvas(FigureCanvasBase):
        """Adds what the figure shows to the metadata of every file."""

        def print_figure(self, *args: Any, **given: Any) -> Any:
            kind = given.get("format") or str(args[0]).rpartition(".")[2]
            about = about_file(self.figure, kind)
            given["metadata"] = {**about, **(given.get("metadata") or {})} or None
            return super().print_figure(*args, **given)

    return DescribedCanvas


def about_file(figure: Figure, kind: str) -> dict[str, Any]:
    """Return the metadata of a file: what the figure shows, and no date.

    Parameters
    ----------
    figure
        Made, or drawn on, by this package.
    kind
        Format of the file; one without known metadata gets none.
    """
    text = alt_text(figure)
    known: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Description": text},
        "pdf": {"CreationDate": None, "ModDate": None, "Subject": text},
        "png": {"Software": None, "Description": text},
    }
    return known.get(kind.lower(), {})


def describe(ax: Axes, text: str) -> None:
    """Keep the alternative text of what is drawn with the axes, as their label.

    Called last, it also makes every word on the axes mere text: names come from
    anybody's tables, and matplotlib would read ``$`` as mathematics.
    """
    ax.set_label(plain(text))
    legend = ax.get_legend()
    parts = [
        *ax.texts,
        ax.title,
        *(getattr(ax, f"_{side}_title") for side in ("left", "right")),
        ax.xaxis.label,
        ax.yaxis.label,
        *([*legend.get_texts(), legend.get_title()] if legend else []),
    ]
    for part in parts:
        part.set_parse_math(False)
        lines = part.get_text().split("\n")
        part.set_text("\n".join(visible(line) for line in lines))


def alt_text(figure: Figure) -> str:
    """Return what a reader who cannot see the figure is told.

    Every function of this room writes it from the data that it draws, into
    the label of its axes; a figure of several axes has their texts in a row.

    Parameters
    ----------
    figure
        Made, or drawn on, by this package.

    Returns
    -------
    str
        Empty when none of the axes was drawn here.

    Examples
    --------
    >>> import numpy as np
    >>> from mdmameta.figures import flow
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"study": ["A"], "arm": ["drug"], "role": ["active"],
    ...                        "randomised": [20], "assessed": [18]})
    >>> alt_text(flow(counts)).startswith("Stacked bars")
    True
    """
    labels = (str(ax.get_label()) for ax in figure.axes)
    return " ".join(text for text in labels if text and not text.startswith("<"))
