"""Places in pages that cannot be rendered, collected and raised once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mdmameta.errors import ReportError

__all__ = ["PageFault", "raise_faults"]

#: The page that lists every construct that both renderers understand.
ALLOWED_LIST = "docs/decisions/0002-embedded-renderer.md"


@dataclass(frozen=True, slots=True)
class PageFault:
    """One construct that would not render, or would render wrongly.

    Parameters
    ----------
    file
        Path of the page, relative to the project directory.
    line
        Line in that file, counted from 1; None when the construct is not in
        the file itself but in what a cell printed.
    found
        What stands there.
    cure
        What is allowed instead, and what to do.

    Examples
    --------
    >>> print(PageFault("ptsd.qmd", 12, "raw HTML '<br>'", "Write it in Markdown."))
    ptsd.qmd:12: raw HTML '<br>'. Write it in Markdown.
    """

    file: str
    line: int | None
    found: str
    cure: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.found}. {self.cure}"


def raise_faults(faults: Sequence[PageFault], what: str) -> None:
    """Raise one error that lists all faults, or do nothing when there is none.

    Parameters
    ----------
    faults
        In the order of pages and lines.
    what
        First line of the message, without a full stop.

    Raises
    ------
    ReportError
        When there is at least one fault.
    """
    if faults:
        listed = list(dict.fromkeys(map(str, faults)))
        end = f"The allowed Quarto syntax is listed in {ALLOWED_LIST}."
        raise ReportError("\n  ".join([f"{what}:", *listed, end]))
