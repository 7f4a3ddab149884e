"""One file to one table: typed columns, and everything that cannot be read."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.errors import Fault
from mdmameta.raw.cells import cell_fault, number
from mdmameta.raw.content import text_of
from mdmameta.raw.layout import header_faults, row_fault, separator_fault
from mdmameta.schema import REQUIRED, TABLES, Table

__all__ = ["RawTable", "digest", "parse_table", "read_table", "read_tables"]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as it stands in its file.

    Parameters
    ----------
    table
        Its description.
    frame
        One column for each column of `table`, text or float; the index is the
        line in the file, counted from 1 with the header as line 1.
    header
        Columns that the file has.
    faults
        What could not be read.

    Examples
    --------
    >>> raw = read_table(Path("data/raw"), TABLES["instruments"])
    >>> raw.header[:2], len(raw.frame) > 0, raw.faults
    (('instrument', 'label'), True, ())
    """

    table: Table
    frame: pd.DataFrame
    header: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """Line in the file of each row."""
        return tuple(self.frame.index.tolist())

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield the line of each row, and its cells in the columns named.

        Parameters
        ----------
        names
            Columns.

        Examples
        --------
        >>> raw = read_table(Path("data/raw"), TABLES["arms"])
        >>> next(raw.rows("study_id", "role"))
        (2, 'MP1', 'active')
        """
        cells = (self.frame[name].tolist() for name in names)
        return zip(self.lines, *cells, strict=True)


#: Line of a file -> its cells.
Rows = Mapping[int, Sequence[str]]


def _typed(
    table: Table, header: Sequence[str], rows: Rows
) -> tuple[pd.DataFrame, list[Fault]]:
    index = pd.Index(list(rows), dtype="int64")
    columns: dict[str, pd.Series[float] | pd.Series[str]] = {}
    faults: list[Fault] = []
    for column in table.columns:
        place = header.index(column.name) if column.name in header else None
        cells = [""] * len(rows)
        if place is not None:
            cells = [row[place] for row in rows.values()]
        # Most cells repeat, and each is judged by its text alone.
        strange = {c for c in set(cells) if cell_fault(table, column, 0, c)}
        for line, cell in zip(rows, cells, strict=True) if strange else ():
            if cell in strange and (fault := cell_fault(table, column, line, cell)):
                faults.append(fault)
        if column.is_numeric:
            numbers = [number(cell) for cell in cells]
            columns[column.name] = pd.Series(numbers, index=index, dtype=float)
        else:
            words = [cell or column.default for cell in cells]
            columns[column.name] = pd.Series(words, index=index, dtype=object)
    return pd.DataFrame(columns, index=index), faults


def _rows(table: Table, text: str) -> tuple[list[str], Rows, list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[int, list[str]] = {}
    faults: list[Fault] = []
    header: list[str] = []
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            fault = row_fault(table, header, line, cells) if cells else None
            if fault is not None:
                faults.append(fault)
            elif cells:
                rows[line] = [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(_unquoted(table, line, error))
    return header, rows, faults


def _unquoted(table: Table, line: int, error: csv.Error) -> Fault:
    return Fault(
        file=table.file,
        row=line,
        found=str(error),
        allowed="comma-separated text",
        cure='Close every quotation mark, and double those inside a cell: "".',
    )


def _empty(table: Table, faults: Sequence[Fault] = ()) -> RawTable:
    return RawTable(table, _typed(table, (), {})[0], (), tuple(faults))


def parse_table(table: Table, content: bytes) -> RawTable:
    r"""Convert the content of one file.

    Nothing is judged beyond whether it can be read: text in another encoding,
    conflicts of a merge, unknown or missing columns, rows of another length,
    and text where a number belongs become faults and never exceptions.

    Parameters
    ----------
    table
        Its description.
    content
        Bytes of the file.

    Examples
    --------
    >>> raw = parse_table(TABLES["instruments"], b"instrument;direction\n")
    >>> raw.faults[0].found
    "cells separated by ';'"
    """
    text, broken = text_of(table, content)
    if text is None:
        return _empty(table, broken)
    header, rows, faults = _rows(table, text)
    separator = separator_fault(table, header)
    if separator is not None:
        return _empty(table, [*broken, separator])
    if not header:
        return _empty(table, [*broken, *header_faults(table, header)])
    frame, unreadable = _typed(table, header, rows)
    every = (*broken, *header_faults(table, header), *faults, *unreadable)
    return RawTable(table, frame, tuple(header), every)


def read_table(directory: Path, table: Table) -> RawTable:
    """Read one table as text and convert its numbers; see `parse_table`.

    Parameters
    ----------
    directory
        Where the CSV files are.
    table
        Which of them to read.

    Returns
    -------
    RawTable
        A table that is missing and not required is empty, without faults.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     raw = read_table(Path(place), TABLES["arms"])
    >>> raw.faults[0].found
    'no such file'
    """
    path = directory / table.file
    if path.is_file():
        return parse_table(table, path.read_bytes())
    if table.name not in REQUIRED:
        return _empty(table)
    allowed = f"a CSV file with the columns {', '.join(table.names)}"
    cure = f"Add {table.file} to {directory}."
    fault = Fault(file=table.file, found="no such file", allowed=allowed, cure=cure)
    return _empty(table, [fault])


def read_tables(directory: Path) -> Mapping[str, RawTable]:
    """Read every table of a directory.

    Returns
    -------
    Mapping[str, RawTable]
        By name, in the order of the schema; all of them, empty where missing.

    Examples
    --------
    >>> tables = read_tables(Path("data/raw"))
    >>> list(tables)[:3], tables["studies"].faults
    (['sources', 'studies', 'arms'], ())
    """
    return {name: read_table(directory, table) for name, table in TABLES.items()}


def digest(directory: Path) -> str:
    r"""Fingerprint the tables of a directory.

    Returns
    -------
    str
        SHA-256, in hexadecimal, over names and contents of the files in the
        order of the schema. Line ends count as ``\n`` everywhere, so that a
        checkout on Windows has the same fingerprint.

    Examples
    --------
    >>> len(digest(Path("data/raw")))
    64
    """
    sha = hashlib.sha256()
    for table in TABLES.values():
        path = directory / table.file
        if path.is_file():
            sha.update(table.file.encode())
            sha.update(b"\0")
            sha.update(path.read_bytes().replace(b"\r\n", b"\n"))
            sha.update(b"\0")
    return sha.hexdigest()
