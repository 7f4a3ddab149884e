"""How far a row can be trusted: the standing of its sources, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from mdmameta.records.links import split
from mdmameta.schema.column import STATUS, VERIFICATION

__all__ = ["row_status", "source_status", "standing", "weakest"]

#: Columns of a row that say how far it can be trusted.
_READ = ("row_id", "source_id", "verification", "derived_columns")


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
    names = sources["source_id"]
    keys = (sources["document_id"], sources["doi"].str.lower())
    same = [key.mask(key == "", "\n" + names) for key in keys]
    rank, changed = sources["status"].map(STATUS.index), True
    while changed:
        before = rank
        for key in same:
            rank = rank.groupby(key).transform("max")
        changed = not rank.equals(before)
    return {name: STATUS[i] for name, i in zip(names, rank, strict=True)}


def row_status(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Say of every row how far it can be trusted.

    Parameters
    ----------
    frames
        Tables by name, with ``sources`` among them.

    Returns
    -------
    DataFrame
        One row each: ``row_id``, ``table``, ``status`` (worst of its sources),
        ``verification`` (at best "derived" where a column of the row was
        computed), ``source_id``, and ``flagged``: the sources that are not
        current.
    """
    status = source_status(frames["sources"])
    rows = [
        _one(name, dict(zip(_READ, cells, strict=True)), status)
        for name, frame in frames.items()
        if "row_id" in frame
        for cells in zip(*(_cells(frame, column) for column in _READ), strict=True)
    ]
    columns = ["row_id", "table", "status", "verification", "source_id", "flagged"]
    return pd.DataFrame(rows, columns=columns)


def standing(row_ids: pd.Series[str], rows: pd.DataFrame) -> list[str]:
    """Find the worst standing behind each line of a view.

    Parameters
    ----------
    row_ids
        Names of the rows that a line was made of, separated by ``;``.
    rows
        From `row_status`.

    Returns
    -------
    list of str
        current, corrected or retracted; empty where a line has no rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"row_id": ["a", "b"], "status": ["current", "retracted"]})
    >>> standing(pd.Series(["a", "a;b", ""]), rows)
    ['current', 'retracted', '']
    """
    known = dict(zip(rows["row_id"], rows["status"], strict=True))
    return [
        max((known[name] for name in split(names)), key=STATUS.index, default="")
        for names in row_ids
    ]


def _cells(frame: pd.DataFrame, column: str) -> list[str]:
    return frame[column].tolist() if column in frame else [""] * len(frame)


def _one(table: str, row: Mapping[str, str], status: Mapping[str, str]) -> list[str]:
    sources = split(row["source_id"])
    flagged = [name for name in sources if status[name] != STATUS[0]]
    worst = max((status[name] for name in sources), key=STATUS.index, default=STATUS[0])
    levels = [row["verification"]]
    if row["derived_columns"]:
        levels.append("derived")
    return [
        row["row_id"],
        table,
        worst,
        weakest(levels),
        row["source_id"],
        ";".join(flagged),
    ]
