"""Where one effect comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one effect comes from.

    Parameters
    ----------
    rows
        Ids of the raw rows used.
    sources
        Ids of the documents that those rows were read in.
    verification
        Weakest verification level among the rows.
    notes
        Every step between the printed numbers and the effect, in words
        (an SD recovered from an SE, arms combined, a correlation assumed).
    source_status
        Worst status among the documents: current, corrected or retracted.
    """

    rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    verification: str = ""
    notes: tuple[str, ...] = ()
    source_status: str = ""
