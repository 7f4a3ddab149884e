"""Text tables of others: delimiters, decimal commas, columns and their numbers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from mdmameta.errors import EffectsError


@dataclass(frozen=True, eq=False, slots=True)
class TextTable:
    """A table as it was read: cells are text, numbers are made when asked for.

    Parameters
    ----------
    path
        For messages.
    cells
        Text, stripped, one row a line; lines without any text are left out.
    decimal
        Decimal mark of its numbers.
    rows
        Where each row stands in the file, the first line being row 1; for messages.
    """

    path: Path
    cells: pd.DataFrame
    decimal: str
    rows: tuple[int, ...]

    def require(self, columns: Sequence[str]) -> None:
        """Raise unless the columns are there, naming the likely ones.

        Raises
        ------
        EffectsError
            For the first that is not.
        """
        for column in columns:
            if column in self.cells.columns:
                continue
            names = [str(name) for name in self.cells.columns]
            near = get_close_matches(column, names, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise EffectsError(
                f"{self.path}: found no column {column!r}; "
                f"there are {', '.join(map(repr, names))}.{hint}"
            )

    def numbers(self, column: str) -> np.ndarray:
        """Numbers of a column, NaN where a cell is empty or NA.

        Raises
        ------
        EffectsError
            For a cell that is no number, with row and column.
        """
        cells = self.cells[column]
        text = cells.replace({"": "nan", "NA": "nan", "Inf": "inf", "-Inf": "-inf"})
        if self.decimal == ",":
            text = text.where(
                text.str.contains(".", regex=False), text.str.replace(",", ".")
            )
        values = pd.to_numeric(text, errors="coerce")
        wrong = values.isna() & (text.str.lower() != "nan")
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            mark = "point" if self.decimal == "." else "comma"
            raise EffectsError(
                f"{self.path}, row {self.rows[row]}, column {column}: found "
                f"{cells.iloc[row]!r}; allowed: a number with a decimal {mark}, or "
                "nothing if missing."
            )
        found: np.ndarray = values.to_numpy(dtype=float)
        return found

    def labels(self, column: str) -> list[str]:
        """Return the labels of a column.

        Raises
        ------
        EffectsError
            For a row without one, which would count as a study with others like it.
        """
        labels: list[str] = self.cells[column].tolist()
        for row, label in zip(self.rows, labels, strict=True):
            if not label:
                raise EffectsError(
                    f"{self.path}, row {row}, column {column}: found no label; write "
                    "in every row which study it is of."
                )
        return labels

    def column(self, name: str) -> pd.Series:
        """Numbers where every cell is one, else the text."""
        try:
            return pd.Series(self.numbers(name), name=name)
        except EffectsError:
            return self.cells[name]


def read_text_table(path: str | Path) -> TextTable:
    r"""Read comma-, semicolon- or tab-separated text.

    Semicolons go with decimal commas, as spreadsheets of much of Europe write
    them; a semicolon-separated number with a point is read as one too.

    Parameters
    ----------
    path
        File with a header line, in UTF-8.

    Returns
    -------
    TextTable

    Raises
    ------
    EffectsError
        For a file that cannot be read, is empty, has two columns of one name,
        or rows with more cells than the header.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "effects.csv")
    ...     _ = file.write_text("yi;vi\n-0,5;0,1\n")
    ...     read_text_table(file).numbers("yi").tolist()
    [-0.5]
    """
    path = Path(path)
    text = _text(path)
    table = text.lstrip("\r\n")
    header = 1 + text.count("\n", 0, len(text) - len(table))
    delimiter, decimal = _dialect(table.partition("\n")[0])
    cells = _cells(path, table, delimiter)
    filled = cells.fillna("").apply(lambda column: column.str.strip())
    filled.columns = [str(name).strip() for name in filled.columns]
    filled = filled[(filled != "").any(axis=1)]
    if filled.empty:
        raise EffectsError(f"{path} has a header and no rows (k = 0); give some.")
    rows = tuple(header + 1 + int(at) for at in filled.index)
    return TextTable(path, filled.reset_index(drop=True), decimal, rows)


def _cells(path: Path, text: str, delimiter: str) -> pd.DataFrame:
    """Give the text of every cell, lines that are empty among them."""
    _check_names(path, text.partition("\n")[0], delimiter)
    try:
        cells = pd.read_csv(
            StringIO(text),
            sep=delimiter,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as error:
        raise EffectsError(f"{path} cannot be read as CSV: {error}") from error
    except pd.errors.EmptyDataError as error:
        raise EffectsError(f"{path} is empty; give a header and rows.") from error
    if not isinstance(cells.index, pd.RangeIndex):
        raise EffectsError(
            f"{path}: its rows have more cells than the header has names "
            f"({', '.join(map(repr, cells.columns))}). Name every column; a decimal "
            "comma in comma-separated text looks like this too."
        )
    return cells


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise EffectsError(
            f"{path} cannot be read as CSV: row {line} has a byte that is not UTF-8 "
            f"(0x{error.object[error.start]:02x}). Save the file as CSV UTF-8."
        ) from error
    except OSError as error:
        raise EffectsError(f"{path} cannot be read as CSV: {error}") from error


def _dialect(header: str) -> tuple[str, str]:
    """Delimiter and decimal mark, told by the header."""
    if ";" in header and "," not in header:
        return ";", ","
    return ("\t", ".") if "\t" in header and "," not in header else (",", ".")


def _check_names(path: Path, header: str, delimiter: str) -> None:
    names = [
        name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])
    ]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise EffectsError(f"{path}: found two columns {twice[0]!r}; rename one.")
