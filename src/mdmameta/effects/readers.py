"""Effects from anybody's file."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.options import Direction, check_option


def read_effects_csv(
    path: str | Path,
    *,
    yi: str = "yi",
    vi: str = "vi",
    study: str | None = None,
    measure: str = "",
    direction: Direction | None = None,
) -> Effects:
    """Read effect sizes and variances from a CSV file.

    Parameters
    ----------
    path
        File with a header line; an empty cell is a missing value.
    yi, vi
        Columns of the effect sizes and of their sampling variances.
    study
        Column of labels; rows are numbered when left out.
    measure
        metafor's code of the measure, when known.
    direction
        Which direction of the outcome is better, "lower" or "higher", for the
        words of figures.

    Returns
    -------
    Effects
        Rows in the file's order; the other columns are its moderators.

    Raises
    ------
    EffectsError
        For a file that cannot be read, a column that is not there, a cell that
        is not a number, an infinite effect and a variance that is not positive,
        with file, row and column.

    Examples
    --------
    >>> read_effects_csv("effects.csv", yi="g", vi="v").k  # doctest: +SKIP
    """
    if direction is not None:
        check_option("direction", direction, Direction)
    table = _read(Path(path))
    used = [yi, vi] if study is None else [yi, vi, study]
    for column in used:
        _require(column, table, path)
    return Effects.from_arrays(
        _sizes(table, yi, path),
        _variances(table, vi, path),
        study=None if study is None else list(table[study]),
        moderators=table.drop(columns=used).apply(_numeric_if_possible),
        label=Path(path).name,
        measure=measure,
        direction=direction,
    )


def _read(path: Path) -> pd.DataFrame:
    try:
        text = path.read_text(encoding="utf-8-sig")
        header = text.partition("\n")[0]
        _check_header(path, header)
        table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise EffectsError(
            f"{path} cannot be read as CSV: row {line} has a byte that is not UTF-8 "
            f"(0x{error.object[error.start]:02x}). Save the file as CSV UTF-8."
        ) from error
    except (OSError, pd.errors.ParserError) as error:
        raise EffectsError(f"{path} cannot be read as CSV: {error}") from error
    except pd.errors.EmptyDataError as error:
        raise EffectsError(f"{path} is empty; give a header and rows.") from error
    if table.empty:
        raise EffectsError(f"{path} has a header and no rows (k = 0); give some.")
    if not isinstance(table.index, pd.RangeIndex):
        raise EffectsError(
            f"{path}: its rows have more cells than the header has names "
            f"({', '.join(map(repr, table.columns))}). Name every column."
        )
    return table


def _check_header(path: Path, header: str) -> None:
    if ";" in header and "," not in header:
        raise EffectsError(
            f"{path}: found columns separated by ';' ({header.strip()}). Save the file "
            "as comma-separated text, with a point in decimal numbers."
        )
    names = [name.strip() for name in next(csv.reader([header]), [])]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise EffectsError(f"{path}: found two columns {twice[0]!r}; rename one.")


def _require(column: str, table: pd.DataFrame, path: str | Path) -> None:
    if column in table.columns:
        return
    near = get_close_matches(column, [str(c) for c in table.columns], n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise EffectsError(
        f"{path}: found no column {column!r}; "
        f"there are {', '.join(map(repr, table.columns))}.{hint}"
    )


def _numbers(table: pd.DataFrame, column: str, path: str | Path) -> list[float]:
    cells = table[column].str.strip().replace({"": "nan", "NA": "nan", "Inf": "inf"})
    values = pd.to_numeric(cells, errors="coerce")
    wrong = values.isna() & (cells.str.lower() != "nan")
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise EffectsError(
            f"{path}, row {row + 2}, column {column}: "
            f"found {table[column].iloc[row]!r}; "
            "allowed: a number with a decimal point, or nothing if missing."
        )
    return [float(value) for value in values]


def _variances(table: pd.DataFrame, column: str, path: str | Path) -> list[float]:
    values = _numbers(table, column, path)
    for row, value in enumerate(values, start=2):
        if value <= 0:
            raise EffectsError(
                f"{path}, row {row}, column {column}: found {value:g}; "
                "allowed: a variance, which is positive, or nothing if missing."
            )
    return values


def _sizes(table: pd.DataFrame, column: str, path: str | Path) -> list[float]:
    values = _numbers(table, column, path)
    for row, value in enumerate(values, start=2):
        if np.isinf(value):
            raise EffectsError(
                f"{path}, row {row}, column {column}: found {value:g}; "
                "allowed: a finite number, or nothing if missing."
            )
    return values


def _numeric_if_possible(column: pd.Series[str]) -> pd.Series[Any]:
    values: pd.Series[Any] = pd.to_numeric(column, errors="coerce")
    return values if values.notna().eq(column.ne("")).all() else column
