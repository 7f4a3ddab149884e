"""Provenance of an effect from the raw rows it was made of."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.effects.provenance import Provenance
from mdmameta.options import Verification, check_option
from mdmameta.records import Evidence
from mdmameta.records.status import weakest
from mdmameta.schema.column import STATUS

#: Levels that may enter an analysis that does not say otherwise: all but the
#: leads that nobody has read in a text.
READ: tuple[Verification, ...] = ("two_texts", "text", "secondary", "derived")


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
    known = evidence.status_of(ids).set_index("row_id")
    return [_one(known.loc[list(dict.fromkeys(r))], notes) for r, notes in origins]


def _one(known: pd.DataFrame, notes: Sequence[str]) -> Provenance:
    sources = (s.strip() for text in known["source_id"] for s in text.split(";"))
    return Provenance(
        rows=tuple(str(row) for row in known.index),
        sources=tuple(dict.fromkeys(s for s in sources if s)),
        verification=weakest(known["verification"]),
        notes=tuple(dict.fromkeys(notes)),
        source_status=max(known["status"], key=STATUS.index),
    )
