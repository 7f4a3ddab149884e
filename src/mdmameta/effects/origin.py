"""Provenance of an effect from the raw rows it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mdmameta.effects.provenance import Provenance
from mdmameta.options import Verification, check_option
from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.records.status import weakest
from mdmameta.schema.column import STATUS

#: Levels that may enter an analysis that does not say otherwise: all but the
#: leads that nobody has read in a text.
READ: tuple[Verification, ...] = ("two_texts", "text", "secondary", "derived")

#: Levels of numbers that somebody here has read in a text of the trial itself.
READ_IN_TEXT: tuple[Verification, ...] = ("two_texts", "text")


def allowed_levels(verification: Sequence[str] | None) -> tuple[str, ...]:
    """Check a choice of verification levels; None means all but unverified.

    Raises
    ------
    OptionError
        For a level that does not exist.
    """
    if verification is None:
        return READ
    levels = [verification] if isinstance(verification, str) else list(verification)
    for level in levels:
        check_option("verification", level, Verification)
    return tuple(levels)


def usable(
    evidence: Evidence, frame: pd.DataFrame, levels: Sequence[str]
) -> pd.DataFrame:
    """Rows of a table that may be used, with their effective verification.

    Rows not preferred over a rival are left out, and so are those whose
    verification (at best "derived" where a column was computed) is not among
    the levels.
    """
    known = evidence.status_of(frame["row_id"])
    kept = (frame["preferred"] == "yes") & frame["arm_id"].ne("")
    frame = frame.assign(verification=known["verification"].to_numpy())
    return frame[kept & frame["verification"].isin(list(levels))]


def provenances(
    evidence: Evidence, origins: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> list[Provenance]:
    """Find the sources, weakest verification and worst standing of effects.

    Parameters
    ----------
    evidence
        Where the rows are.
    origins
        For each effect the ids of the raw rows used, at least one, and the
        steps between the printed numbers and the effect.
    """
    ids = list(dict.fromkeys(row for rows, _ in origins for row in rows))
    known = {row["row_id"]: row for row in evidence.status_of(ids).to_dict("records")}
    return [
        _one([known[row] for row in dict.fromkeys(rows)], notes)
        for rows, notes in origins
    ]


def _one(known: Sequence[Mapping[Any, Any]], notes: Sequence[str]) -> Provenance:
    return Provenance(
        rows=tuple(row["row_id"] for row in known),
        sources=tuple(
            dict.fromkeys(s for row in known for s in split(row["source_id"]))
        ),
        verification=weakest(row["verification"] for row in known),
        notes=tuple(dict.fromkeys(notes)),
        source_status=max((row["status"] for row in known), key=STATUS.index),
    )
