"""Two versions of tables: cells that changed, rows that came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from mdmameta.lineage.versions import Version
from mdmameta.raw import RawTable
from mdmameta.schema import TABLES

__all__ = ["Change", "applied", "changes"]

Kind = Literal["cell", "added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cell with another value, or a row that is there in one version only.

    Parameters
    ----------
    table, key
        Table, and the name of the row: its ``row_id`` where it has one.
    kind
        What happened.
    column, old, new
        For a cell; empty for whole rows, whose text is the joined row.
    """

    table: str
    key: str
    kind: Kind
    column: str = ""
    old: str = ""
    new: str = ""

    @property
    def place(self) -> str:
        """Table, row and column."""
        return f"{self.table}:{self.key}" + (f" {self.column}" if self.column else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the change, ready for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        if self.kind != "cell":
            return f"{self.place}: row {self.kind}"
        return f"{self.place}: {self.old or 'empty'} -> {self.new or 'empty'}"


def changes(old: Version, new: Version) -> tuple[Change, ...]:
    """List what differs between two versions, in the order of tables and lines.

    Parameters
    ----------
    old, new
        Versions. Rows are compared by name, so that their order does not
        matter; numbers by value, so that 1.50 is 1.5.

    Examples
    --------
    >>> from mdmameta.lineage.versions import version_in
    >>> here = version_in("data/raw")
    >>> changes(here, here)
    ()
    """
    return tuple(
        change
        for name in TABLES
        for change in _in_table(name, old.tables[name], new.tables[name])
    )


def keyed(raw: RawTable) -> pd.DataFrame:
    """Index the rows of a table by names that tell them apart.

    Examples
    --------
    >>> from mdmameta.lineage.versions import version_in
    >>> keyed(version_in("data/raw").tables["arms"]).index[0]
    'arm-MP1-125'
    """
    frame = raw.frame
    parts = frame[list(raw.table.identity)].astype(str)
    names = parts.agg(" / ".join, axis=1) if len(frame) else pd.Series(dtype=str)
    if "row_id" in frame:
        names = frame["row_id"].where(frame["row_id"] != "", names)
    again = names.groupby(names).cumcount()
    unique = [
        f"{n}#{i + 1}" if i else str(n) for n, i in zip(names, again, strict=True)
    ]
    return frame.set_axis(pd.Index(unique, dtype=object), axis=0)


def _in_table(name: str, old: RawTable, new: RawTable) -> Iterator[Change]:
    was, now = keyed(old), keyed(new)
    before, after = set(was.index), set(now.index)
    for key in now.index:
        if key not in before:
            yield Change(table=name, key=key, kind="added", new=_row(now, key))
            continue
        for column in now.columns:
            a, b = was.loc[key, column], now.loc[key, column]
            if not _same(a, b):
                a, b = _text(a), _text(b)
                yield Change(
                    table=name, key=key, kind="cell", column=column, old=a, new=b
                )
    for key in was.index:
        if key not in after:
            yield Change(table=name, key=key, kind="removed", old=_row(was, key))


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) or (a != a and b != b)


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell != cell:
        return ""
    return str(int(cell)) if float(cell).is_integer() else repr(float(cell))


def _row(frame: pd.DataFrame, key: str) -> str:
    cells = zip(frame.columns, frame.loc[key], strict=True)
    return "; ".join(f"{name}: {_text(cell)}" for name, cell in cells if _text(cell))


def applied(
    old: Version, new: Version, some: Sequence[Change]
) -> Mapping[str, pd.DataFrame]:
    """Return the frames of the old version with some of the changes made.

    Parameters
    ----------
    old, new
        Versions.
    some
        Changes between them; all of them give the new version, its rows sorted
        as there.
    """
    frames = {}
    for name in TABLES:
        own = [change for change in some if change.table == name]
        was, now = keyed(old.tables[name]), keyed(new.tables[name])
        frame = was.copy()
        for change in own:
            if change.kind == "cell":
                column = frame[change.column]
                typed = now.loc[change.key, change.column]
                frame[change.column] = column.mask(column.index == change.key, typed)
        gone = [change.key for change in own if change.kind == "removed"]
        come = [change.key for change in own if change.kind == "added"]
        frame = frame.drop(index=gone)
        frame = pd.concat([frame, now.loc[come]]) if come else frame
        order = [key for key in now.index if key in frame.index]
        rest = [key for key in frame.index if key not in now.index]
        frames[name] = frame.loc[[*order, *rest]].reset_index(drop=True)
    return frames
