"""How far a row can be trusted: the standing of its sources, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from mdmameta.records.links import split
from mdmameta.schema.column import STATUS, VERIFICATION

__all__ = ["row_status", "source_status", "weakest"]


def weakest(levels: Iterable[str]) -> str:
    """Return the weakest of several levels of verification.

    Examples
    --------
    >>> weakest(["text", "derived", "two_texts"])
    'derived'
    """
    known = [level for level in levels if level in VERIFICATION]
    return max(known, key=VERIFICATION.index, default="")


def source_status(sources: pd.DataFrame) -> dict[str, str]:
    """Find the standing of each source id.

    Several ids may be one document: they share a ``document_id`` or a DOI, and
    all of them have the worst standing that any of them is given.

    Parameters
    ----------
    sources
        The table of documents.

    Returns
    -------
    dict
        From source id to current, corrected or retracted.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["A", "B"], "document_id": ["", ""],
    ...     "doi": ["10.1/X", "10.1/x"], "status": ["current", "retracted"]})
    >>> source_status(sources)
    {'A': 'retracted', 'B': 'retracted'}
    """
    worst = dict(zip(sources["source_id"], sources["status"], strict=True))
    for key in (sources["document_id"], sources["doi"].str.lower()):
        for name, group in sources.groupby(key):
            if name:
                status = max((worst[i] for i in group["source_id"]), key=STATUS.index)
                worst.update(dict.fromkeys(group["source_id"], status))
    return worst


def row_status(
    frames: Mapping[str, pd.DataFrame], row_ids: Iterable[str] | None = None
) -> pd.DataFrame:
    """Say of rows how far they can be trusted.

    Parameters
    ----------
    frames
        Tables by name, with ``sources`` among them.
    row_ids
        Rows asked about; None asks about all.

    Returns
    -------
    DataFrame
        One row each, in the order asked: ``row_id``, ``table``, ``status``
        (worst of its sources), ``verification`` (at best "derived" where a
        column of the row was computed), ``source_id``, and ``flagged``: the
        sources that are not current.

    Raises
    ------
    KeyError
        No table has such a row.
    """
    status = source_status(frames["sources"])
    found = {}
    for name, frame in frames.items():
        if "row_id" in frame:
            for cells in frame.to_dict("records"):
                row = {str(key): cell for key, cell in cells.items()}
                found[row["row_id"]] = _one(name, row, status)
    wanted = list(found) if row_ids is None else list(row_ids)
    unknown = [name for name in wanted if name not in found]
    if unknown:
        raise KeyError(f"no table has a row called {', '.join(map(repr, unknown))}")
    columns = ["row_id", "table", "status", "verification", "source_id", "flagged"]
    return pd.DataFrame([found[name] for name in wanted], columns=columns)


def _one(table: str, row: Mapping[str, str], status: Mapping[str, str]) -> list[str]:
    sources = split(row["source_id"])
    flagged = [name for name in sources if status[name] != STATUS[0]]
    worst = max((status[name] for name in sources), key=STATUS.index, default=STATUS[0])
    levels = [row["verification"]]
    if row.get("derived_columns"):
        levels.append("derived")
    return [
        row["row_id"],
        table,
        worst,
        weakest(levels),
        row["source_id"],
        ";".join(flagged),
    ]
