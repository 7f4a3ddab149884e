"""Effects from anybody's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.effects.text_table import TextTable, read_text_table
from mdmameta.errors import EffectsError
from mdmameta.options import Direction, check_option

#: Columns of labels that need not be named: ours, and that of metafor.
LABELS = ("study", "slab")


def read_effects_csv(
    path: str | Path,
    *,
    yi: str = "yi",
    vi: str = "vi",
    sei: str | None = None,
    study: str | None = None,
    measure: str = "",
    direction: Direction | None = None,
) -> Effects:
    r"""Read effect sizes and variances from a CSV file.

    Parameters
    ----------
    path
        File with a header line, separated by commas or tabs, or by semicolons
        with decimal commas; an empty cell is a missing value.
    yi, vi
        Columns of the effect sizes and of their sampling variances.
    sei
        Column of standard errors, taken in place of variances when given.
    study
        Column of labels; by default ``study``, or metafor's ``slab``, where the file
        has one: rows of one study are then known as such. Else rows are numbered.
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
        is not a number, a row without a label, an infinite effect and a variance or
        standard error that is not positive, with file, row and column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "effects.csv")
    >>> _ = path.write_text("trial,g,v\nAmes 2019,-0.5,0.04\nBell 2020,-0.8,0.09\n")
    >>> effects = read_effects_csv(path, yi="g", vi="v", study="trial")
    >>> effects.k, effects.study
    (2, array(['Ames 2019', 'Bell 2020'], dtype='<U9'))
    """
    if direction is not None:
        check_option("direction", direction, Direction)
    table = read_text_table(path)
    spread = vi if sei is None else sei
    labels = study or next((one for one in LABELS if one in table.cells), None)
    used = [yi, spread] if labels is None else [yi, spread, labels]
    table.require(used)
    v = _positive(table, vi, "variance") if sei is None else _squares(table, sei)
    others = {
        str(name): table.column(str(name)) for name in table.cells if name not in used
    }
    return Effects.from_arrays(
        _sizes(table, yi),
        v,
        study=None if labels is None else table.labels(labels),
        moderators=pd.DataFrame(others, index=table.cells.index),
        label=Path(path).name,
        measure=measure,
        direction=direction,
    )


def _positive(table: TextTable, column: str, what: str) -> np.ndarray:
    values = table.numbers(column)
    for row, value in zip(table.rows, values, strict=True):
        if value <= 0:
            raise EffectsError(
                f"{table.path}, row {row}, column {column}: found {value:g}; "
                f"allowed: a {what}, which is positive, or nothing if missing."
            )
    return values


def _squares(table: TextTable, column: str) -> np.ndarray:
    return _positive(table, column, "standard error") ** 2


def _sizes(table: TextTable, column: str) -> np.ndarray:
    values = table.numbers(column)
    for row, value in zip(table.rows, values, strict=True):
        if np.isinf(value):
            raise EffectsError(
                f"{table.path}, row {row}, column {column}: found {value:g}; "
                "allowed: a finite number, or nothing if missing."
            )
    return values
