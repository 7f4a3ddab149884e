"""Cells to numbers, and what to do about cells that are none."""

from __future__ import annotations

import re

from mdmameta.errors import Fault
from mdmameta.schema import Column, Table

__all__ = ["cell_fault", "is_number", "number"]

#: Plain decimal numbers: ``float`` would also take "nan", "inf" and "1_000".
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

#: What people and programs type where there is nothing.
_NOTHING = re.compile(
    r"n/?a|n\.a\.|none|null|nan|nr|missing|unknown|tbd|[-–—?.*]+|#n/a", re.I
)

#: What alone in a cell of text stands for nothing, and is no name of anything.
_NO_WORD = re.compile(r"#?n/?a|null|nan|[-–—]", re.I)

#: What spreadsheets write where a formula failed.
_FAILED = re.compile(r"#(ref|value|div/0|name|num|null|n/a)[!?]?", re.I)

#: Minus signs and dashes that are no hyphen, each to a hyphen.
_DASHES = str.maketrans("−–—‐‑‒", "------")

_NUMERIC = "a number such as -12.5"


def is_number(cell: str) -> bool:
    """Tell whether a cell is a plain decimal number.

    Examples
    --------
    >>> is_number("-12.5"), is_number("nan"), is_number("1,5")
    (True, False, False)
    """
    return _NUMBER.fullmatch(cell) is not None


def number(cell: str) -> float:
    """Return the number in a cell, NaN if there is none.

    Examples
    --------
    >>> number("12"), number("NA")
    (12.0, nan)
    """
    return float(cell) if is_number(cell) else float("nan")


def cell_fault(table: Table, column: Column, line: int, cell: str) -> Fault | None:
    """Say what is wrong with a cell, or nothing.

    Parameters
    ----------
    table, column, line
        Its place.
    cell
        Its text, without blanks at either end.

    Returns
    -------
    Fault or None
        For a numeric column, anything but a number and an empty cell; for text,
        a word that stands for nothing or an error of a spreadsheet.

    Examples
    --------
    >>> from mdmameta.schema import TABLES
    >>> n = TABLES["continuous"].column("n")
    >>> cell_fault(TABLES["continuous"], n, 2, "12,5").cure
    'Type 12.5: a decimal point instead of the comma.'
    """
    if not cell or (column.is_numeric and is_number(cell)):
        return None
    if not column.is_numeric and not _stands_for_nothing(column, cell):
        return None
    return Fault(
        file=table.file,
        row=line,
        column=column.name,
        found=repr(cell),
        allowed=(_NUMERIC if column.is_numeric else "text")
        + ("" if column.required else ", or an empty cell"),
        cure=_cure(column, cell),
    )


def _stands_for_nothing(column: Column, cell: str) -> bool:
    if cell in column.allowed:
        return False
    return bool(_NO_WORD.fullmatch(cell) or _FAILED.fullmatch(cell))


def _cure(column: Column, cell: str) -> str:
    if _FAILED.fullmatch(cell) and cell.lower() != "#n/a":
        return "A formula of a spreadsheet failed here: type what the source prints."
    if _NOTHING.fullmatch(cell):
        if column.required:
            return f"Fill it in: {column.meaning}"
        return "Leave the cell empty where the source gives nothing."
    return _number_cure(column, cell)


def _number_cure(column: Column, cell: str) -> str:
    plain = cell.translate(_DASHES)
    if plain != cell and is_number(plain):
        return f"Type {plain}: a plain hyphen as minus."
    pointed = plain.replace("·", ".")
    if pointed != plain and is_number(pointed):
        return f"Type {pointed}: a plain point as decimal point."
    pointed = plain.replace(",", ".")
    if plain.count(",") == 1 and is_number(pointed):
        return f"Type {pointed}: a decimal point instead of the comma."
    joined = re.sub(r"[ \u00a0\u202f'_,](?=\d{3}(\D|$))", "", plain)
    if is_number(joined):
        return f"Type {joined}: no mark between thousands."
    if cell.endswith("%") and is_number(pointed[:-1].strip()):
        return f"Type {pointed[:-1].strip()}: the unit stands in the description."
    as_printed = (
        "Type the number as printed, with a decimal point and a plain hyphen as minus"
    )
    if column.required:
        return f"{as_printed}."
    return f"{as_printed}; leave the cell empty if there is none."
