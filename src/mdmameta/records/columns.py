"""Each column by itself: a pandera schema made from the table's description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from mdmameta.errors import Fault
from mdmameta.raw import RawTable
from mdmameta.schema import TABLES, Column

if TYPE_CHECKING:
    from pandera.pandas import Check, DataFrameSchema

__all__ = ["column_faults"]


def _bounds(column: Column) -> str:
    parts = []
    if column.type == "integer":
        parts.append("a whole number")
    if column.minimum is not None:
        parts.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        parts.append(f"at most {column.maximum:g}")
    if column.above is not None:
        parts.append(f"greater than {column.above:g}")
    return ", ".join(parts)


def _within(column: Column, value: float) -> bool:
    return (
        (column.type != "integer" or value % 1 == 0)
        and (column.minimum is None or value >= column.minimum)
        and (column.maximum is None or value <= column.maximum)
        and (column.above is None or value > column.above)
    )


def _fits(column: Column, cell: Any) -> bool:
    """Tell whether one cell is what its column may hold."""
    if cell == "" or cell != cell:
        return not column.required
    if column.is_numeric:
        return _within(column, cell)
    if column.allowed:
        return cell in column.allowed
    return not column.pattern or re.fullmatch(column.pattern, cell) is not None


def _allowed(column: Column) -> str:
    if column.is_numeric:
        words = _bounds(column) or "a number"
    elif column.allowed:
        words = ", ".join(column.allowed)
    else:
        words = column.form or "any text"
    return words if column.required else f"{words}, or an empty cell"


def _cure(column: Column, found: object) -> str:
    if column.unique and found != "":
        return "Give every row its own."
    if found == "" or found != found:
        return f"Fill it in: {column.meaning}"
    return (
        "Correct the cell, or leave it empty."
        if not column.required
        else ("Correct the cell.")
    )


def _check(column: Column) -> Check:
    from pandera.pandas import Check

    return Check(
        lambda cell: _fits(column, cell),
        error=_allowed(column),
        element_wise=True,
        ignore_na=False,
    )


@cache
def _schema(name: str) -> DataFrameSchema:
    import pandera.pandas as pa

    columns = {
        column.name: pa.Column(checks=[_check(column)], nullable=True)
        for column in TABLES[name].columns
    }
    return pa.DataFrameSchema(columns)


def _repeated(raw: RawTable) -> Iterator[Fault]:
    for column in raw.table.columns:
        if column.unique:
            cells = raw.frame[column.name]
            for line, cell in cells[cells.duplicated() & (cells != "")].items():
                first = cells.index[cells == cell][0]
                yield Fault(
                    file=raw.table.file,
                    row=int(str(line)),
                    column=column.name,
                    found=f"{cell!r}, as in row {first}",
                    allowed="every value once",
                    cure=_cure(column, cell),
                )


def column_faults(raw: RawTable) -> list[Fault]:
    """List cells that break the description of their column.

    Cells that could not be read at all, and columns that are missing, have
    been reported by :mod:`mdmameta.raw` and are not reported again.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_table
    >>> column_faults(read_table(Path("data/raw"), TABLES["continuous"]))
    []
    """
    faults = list(_repeated(raw))
    if all(_sound(column, raw) for column in raw.table.columns):
        return faults  # without waiting for pandera, which takes a second to load

    from pandera.errors import SchemaErrors

    try:
        _schema(raw.table.name).validate(raw.frame, lazy=True)
    except SchemaErrors as errors:
        known = {(fault.row, fault.column) for fault in raw.faults}
        for case in errors.failure_cases.itertuples():
            name, line = str(case.column), int(case.index)
            if (line, name) in known or (1, name) in known:
                continue
            found = raw.frame.loc[line, name]
            faults.append(
                Fault(
                    file=raw.table.file,
                    row=line,
                    column=name,
                    found=_words(found),
                    allowed=str(case.check),
                    cure=_cure(raw.table.column(name), found),
                )
            )
    return faults


def _sound(column: Column, raw: RawTable) -> bool:
    return all(_fits(column, cell) for cell in set(raw.frame[column.name].tolist()))


def _words(found: object) -> str:
    if isinstance(found, float):
        return "an empty cell" if pd.isna(found) else f"{found:g}"
    return repr(found) if found else "an empty cell"
