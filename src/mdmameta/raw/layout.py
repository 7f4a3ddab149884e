"""Header and rows of a file: columns that should not be there, rows of wrong length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from mdmameta.errors import Fault
from mdmameta.raw.cells import is_number
from mdmameta.schema import Table

__all__ = ["header_faults", "row_fault", "separator_fault"]

#: What spreadsheets of some countries write between cells instead of a comma.
_SEPARATOR = re.compile(r"[;\t|]")

#: A first line of which less than this share are names of columns is no header:
#: a row of data may hold a few.
_FEW = 0.25

#: Cells shown of a row that cannot be read.
_SHOWN = 3


def header_faults(table: Table, header: Sequence[str]) -> list[Fault]:
    """List columns that are unknown, without a name, there twice or missing.

    Parameters
    ----------
    table
        What the columns should be.
    header
        Cells of the first line.

    Examples
    --------
    >>> from mdmameta.schema import TABLES
    >>> header_faults(TABLES["arms"], TABLES["arms"].names)
    []
    """
    if not header:
        return [_no_names(table)]
    known = sum(name in table.names for name in header)
    if len(header) > 1 and known < _FEW * len(header):
        return [_no_header(table, header)]
    faults = []
    for position, name in enumerate(header):
        if name not in table.names:
            faults.append(_unknown(table, position, name))
        elif name in header[:position]:
            first = header.index(name) + 1
            found = f"the column twice, in places {first} and {position + 1}"
            cure = "Take one of them out, with its cells."
            faults.append(_in_header(table, name, found, "every column once", cure))
    faults.extend(
        _in_header(
            table,
            column.name,
            "no such column",
            f"a column {column.name}: {column.meaning.rstrip('.')}",
            "Add the column.",
        )
        for column in table.columns
        if column.required and column.name not in header
    )
    return faults


def _in_header(table: Table, name: str, found: str, allowed: str, cure: str) -> Fault:
    return Fault(
        file=table.file, row=1, column=name, found=found, allowed=allowed, cure=cure
    )


def _no_names(table: Table) -> Fault:
    return Fault(
        file=table.file,
        row=1,
        found="an empty line, and no names of columns",
        allowed=f"the names of the columns: {', '.join(table.names)}",
        cure="Add them as the first line, or take the file out if it has no rows.",
    )


def _no_header(table: Table, header: Sequence[str]) -> Fault:
    return Fault(
        file=table.file,
        row=1,
        found=f"{_begin(header)}, and no name of a column",
        allowed=f"the names of the columns: {', '.join(table.names)}",
        cure="Add them as the first line.",
    )


def _unknown(table: Table, position: int, name: str) -> Fault:
    allowed = ", ".join(table.names)
    if not name:
        place = f"column {position + 1}"
        cure = "Take the column out: a comma too many at the end of the lines?"
        return _in_header(table, place, "a column without a name", allowed, cure)
    close = get_close_matches(name.lower(), table.names, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    cure = f"{hint}Rename it or take it out."
    return _in_header(table, name, f"an unknown column {name!r}", allowed, cure)


def separator_fault(table: Table, header: Sequence[str]) -> Fault | None:
    """Say that cells are separated by something else than commas, or nothing.

    Parameters
    ----------
    table, header
        As for `header_faults`.
    """
    other = _SEPARATOR.search(header[0]) if len(header) == 1 else None
    if other is None:
        return None
    return Fault(
        file=table.file,
        row=1,
        found=f"cells separated by {other.group()!r}",
        allowed="cells separated by commas, numbers with a decimal point",
        cure="Save the file as comma-separated text.",
    )


def row_fault(
    table: Table, header: Sequence[str], line: int, cells: Sequence[str]
) -> Fault | None:
    """Say why a row cannot be read, or nothing.

    Parameters
    ----------
    table, header
        As for `header_faults`.
    line
        Of the row.
    cells
        Its cells, as many as they are.

    Returns
    -------
    Fault or None
        For a row of another length than the header, and for one whose cells
        are all empty.
    """
    if len(cells) == len(header):
        if len(cells) == 1 or any(cell.strip() for cell in cells):
            return None
        found, cure = "a row of empty cells", "Take the row out."
        return _of_row(table, line, found, "a row that says something", cure)
    allowed = f"{len(header)} cells, as in the header"
    found = f"{len(cells)} cells, beginning {_begin(cells)}"
    for name, typed in _split_numbers(table, header, cells):
        cure = f"Type {typed}: a decimal point instead of the comma."
        return _of_row(table, line, found, allowed, cure, name)
    cure = 'Put cells that hold a comma into "double quotes".'
    if len(cells) < len(header):
        after = header[len(cells) - 1]
        cure = f"The row ends in {after}: add the cells that are missing."
    elif not any(cell.strip() for cell in cells[len(header) :]):
        cure = "Take out the commas at the end of the line."
    return _of_row(table, line, found, allowed, cure)


def _of_row(
    table: Table, line: int, found: str, allowed: str, cure: str, column: str = ""
) -> Fault:
    return Fault(
        file=table.file,
        row=line,
        column=column or None,
        found=found,
        allowed=allowed,
        cure=cure,
    )


def _begin(cells: Sequence[str]) -> str:
    shown = ", ".join(repr(cell.strip()) for cell in cells[:_SHOWN])
    return f"{shown}, …" if len(cells) > _SHOWN else shown


def _split_numbers(
    table: Table, header: Sequence[str], cells: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Find the number whose decimal comma made one cell too many."""
    if len(cells) != len(header) + 1:
        return
    numeric = {column.name for column in table.columns if column.is_numeric}
    for i, name in enumerate(header):
        whole, part = cells[i].strip(), cells[i + 1].strip()
        if name not in numeric or not (is_number(whole) and part.isdigit()):
            continue
        joined = [*cells[:i], f"{whole}.{part}", *cells[i + 2 :]]
        pairs = zip(header, joined, strict=True)
        if all(is_number(c.strip()) or not c for n, c in pairs if n in numeric):
            yield name, f"{whole}.{part}"
