"""Files to typed frames, unjudged: what was typed, and where it cannot be read."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from mdmameta.errors import Fault
from mdmameta.schema import REQUIRED, TABLES, Column, Table

__all__ = ["RawTable", "digest", "read_table", "read_tables"]

#: Plain decimal numbers: ``float`` would also take "nan", "inf" and "1_000".
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

#: What spreadsheets of some countries write between cells instead of a comma.
_SEPARATOR = re.compile(r"[;\t|]")


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
    """

    table: Table
    frame: pd.DataFrame
    header: tuple[str, ...]
    faults: tuple[Fault, ...]


def _suggest(found: str, names: Sequence[str]) -> str:
    close = get_close_matches(found, names, n=1)
    return f"Did you mean {close[0]}? " if close else ""


def _header_faults(table: Table, header: Sequence[str]) -> list[Fault]:
    faults = []
    for position, name in enumerate(header):
        if name not in table.names:
            faults.append(
                Fault(
                    file=table.file,
                    row=1,
                    column=name,
                    found=f"an unknown column {name!r}",
                    allowed=", ".join(table.names),
                    cure=f"{_suggest(name, table.names)}Rename it or take it out.",
                )
            )
        elif name in header[:position]:
            faults.append(
                Fault(
                    file=table.file,
                    row=1,
                    column=name,
                    found="the column twice",
                    allowed="every column once",
                    cure="Take one of them out.",
                )
            )
    faults.extend(
        Fault(
            file=table.file,
            row=1,
            column=column.name,
            found="no such column",
            allowed=f"a column {column.name}: {column.meaning.rstrip('.')}",
            cure="Add the column.",
        )
        for column in table.columns
        if column.required and column.name not in header
    )
    return faults


def _width_fault(table: Table, line: int, found: int, wanted: int) -> Fault:
    return Fault(
        file=table.file,
        row=line,
        found=f"{found} cells",
        allowed=f"{wanted} cells, as in the header",
        cure='Put cells that hold a comma into "double quotes".',
    )


def _encoding_fault(table: Table, error: UnicodeDecodeError) -> Fault:
    return Fault(
        file=table.file,
        row=error.object.count(b"\n", 0, error.start) + 1,
        found=f"a byte that is not UTF-8 (0x{error.object[error.start]:02x})",
        allowed="text in UTF-8",
        cure="Save the file as UTF-8; a spreadsheet calls it 'CSV UTF-8'.",
    )


def _separator_fault(table: Table, found: str) -> Fault:
    return Fault(
        file=table.file,
        row=1,
        found=f"cells separated by {found!r}",
        allowed="cells separated by commas, numbers with a decimal point",
        cure="Save the file as comma-separated text.",
    )


def _number(cell: str) -> float:
    return float(cell) if _NUMBER.fullmatch(cell) else float("nan")


def _unreadable(table: Table, column: Column, text: pd.Series[str]) -> list[Fault]:
    return [
        Fault(
            file=table.file,
            row=int(str(line)),
            column=column.name,
            found=repr(cell),
            allowed="a number such as -12.5, or an empty cell",
            cure=(
                "Type the number as printed, with a decimal point and a plain hyphen "
                "as minus; leave the cell empty if there is none."
            ),
        )
        for line, cell in text.items()
        if cell and not _NUMBER.fullmatch(cell)
    ]


def _typed(table: Table, text: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    columns: dict[str, pd.Series[float] | pd.Series[str]] = {}
    faults: list[Fault] = []
    for column in table.columns:
        if column.name in text:
            cells = text[column.name]
        else:
            cells = pd.Series("", index=text.index, dtype=object)
        if column.is_numeric:
            numbers = [_number(cell) for cell in cells]
            columns[column.name] = pd.Series(numbers, index=text.index, dtype=float)
            faults.extend(_unreadable(table, column, cells))
        else:
            words = [cell or column.default for cell in cells]
            columns[column.name] = pd.Series(words, index=text.index, dtype=object)
    return pd.DataFrame(columns, index=text.index), faults


def _lines(table: Table, content: str) -> tuple[list[str], pd.DataFrame, list[Fault]]:
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows: dict[int, list[str]] = {}
    faults: list[Fault] = []
    header: list[str] = []
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                rows[line] = [cell.strip() for cell in cells]
            elif cells:
                faults.append(_width_fault(table, line, len(cells), len(header)))
            line = reader.line_num + 1
    except csv.Error as error:
        cure = "Close every quotation mark."
        allowed = "comma-separated text"
        faults.append(
            Fault(
                file=table.file, row=line, found=str(error), allowed=allowed, cure=cure
            )
        )
    frame = pd.DataFrame(rows.values(), index=list(rows), columns=header, dtype=object)
    return header, frame.loc[:, ~frame.columns.duplicated()], faults


def _empty(table: Table, faults: Sequence[Fault] = ()) -> RawTable:
    text = pd.DataFrame(columns=list(table.names), dtype=object)
    return RawTable(table, _typed(table, text)[0], (), tuple(faults))


def read_table(directory: Path, table: Table) -> RawTable:
    """Read one table as text and convert its numbers.

    Nothing is judged beyond whether it can be read: a missing file, an unknown
    or missing column, a row of another length, and text where a number belongs
    become faults and never exceptions.

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
    >>> from mdmameta.schema import TABLES
    >>> with tempfile.TemporaryDirectory() as place:
    ...     raw = read_table(Path(place), TABLES["arms"])
    >>> raw.faults[0].found
    'no such file'
    """
    path = directory / table.file
    if not path.is_file():
        if table.name not in REQUIRED:
            return _empty(table)
        allowed = f"a CSV file with the columns {', '.join(table.names)}"
        cure = f"Add {table.file} to {directory}."
        fault = Fault(file=table.file, found="no such file", allowed=allowed, cure=cure)
        return _empty(table, [fault])
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return _empty(table, [_encoding_fault(table, error)])
    header, text, faults = _lines(table, content)
    if len(header) == 1 and (other := _SEPARATOR.search(header[0])):
        return _empty(table, [_separator_fault(table, other.group())])
    faults = _header_faults(table, header) + faults
    frame, unreadable = _typed(table, text)
    return RawTable(table, frame, tuple(header), (*faults, *unreadable))


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
