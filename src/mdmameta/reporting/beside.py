"""Whether the cells of a site may use a second process."""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = ["VARIABLE", "beside"]

#: Variable that tells cells that their pages are many and a processor is idle.
VARIABLE = "MDMAMETA_AHEAD"

#: Pages from which on a site is taken to ask for everything that would be computed.
MANY = 5


def beside(pages: Sequence[str]) -> dict[str, str]:
    """Give the variable to cells of many pages, where there are two processors.

    Parameters
    ----------
    pages
        Of one kernel.

    Examples
    --------
    >>> beside(["index.qmd"])
    {}
    """
    return {VARIABLE: "1"} if len(pages) >= MANY and _processors() > 1 else {}


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
