"""Figures as bytes, the same bytes for the same figure."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from mdmameta.figures.described import about_file
from mdmameta.options import check_option

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = Literal["svg", "png", "pdf"]

#: Letters as outlines: an SVG looks the same where the font is missing; and
#: as real fonts (type 42) in a PDF, which journals ask for.
_SAVING: Any = {"svg.fonttype": "path", "pdf.fonttype": 42, "svg.hashsalt": "mdmameta"}


def render(figure: Figure, format: Format = "svg", *, dpi: int = 200) -> bytes:
    """Return a figure as a file's content.

    A notebook shows the figures of this package by itself; this is for files.

    Parameters
    ----------
    figure
        Any matplotlib figure.
    format
        ``svg`` for screens, ``pdf`` or ``png`` for print.
    dpi
        Resolution of a PNG; 200 stays sharp on paper at full width.

    Returns
    -------
    bytes
        Without dates and random ids, so that a rebuilt report does not differ.

    Raises
    ------
    OptionError
        For another format.

    Examples
    --------
    >>> import pandas as pd
    >>> from mdmameta.figures import flow
    >>> counts = pd.DataFrame({"study": ["A"], "arm": ["drug"], "role": ["active"],
    ...                        "randomised": [20], "assessed": [18]})
    >>> render(flow(counts), "png")[1:4]
    b'PNG'
    """
    check_option("format", format, Format)
    from matplotlib import rc_context

    stream = BytesIO()
    with rc_context(_SAVING):
        figure.savefig(
            stream, format=format, dpi=dpi, metadata=about_file(figure, format)
        )
    return stream.getvalue()
