"""Rows of a sensitivity table that belong on one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.figures.scales import plain_tick
from mdmameta.sensitivity.table import RESULT_COLUMNS, SensitivityTable

#: Columns that say something of a scenario and do not tell scenarios apart.
REMARKS = frozenset({"anchor", "note"})


def scenario_columns(table: SensitivityTable) -> list[str]:
    """Return the columns that hold the parameters of the scenarios."""
    return [
        str(name)
        for name in table.frame
        if name not in RESULT_COLUMNS and name not in REMARKS
    ]


def chosen_rows(
    table: SensitivityTable,
    axes: Sequence[str],
    where: Mapping[str, object],
    group: str | None = None,
) -> pd.DataFrame:
    """Pick the rows in which only the axes, and the group, vary.

    Parameters
    ----------
    table
        Of refits.
    axes
        Parameters that the figure shows.
    where
        Values of other parameters. While several refits share a place on the
        figure, a numeric one left out is held at zero, another at its first
        value; one that follows the axes is left free.
    group
        Parameter that may vary too.

    Returns
    -------
    pandas.DataFrame
        Sorted by the axes, one row a scenario.

    Raises
    ------
    OptionError
        For a parameter that the table has not, or values with no row.
    """
    names = scenario_columns(table)
    asked = [*axes, *where, *([group] if group else [])]
    if unknown := [name for name in asked if name not in names]:
        raise OptionError(
            f"{unknown[0]!r} is no parameter of {table.name!r}; "
            f"allowed: {', '.join(map(repr, names))}."
        )
    keys = [*([group] if group else []), *axes]
    rows = table.frame
    for name in [*where, *(n for n in names if n not in (*keys, *where))]:
        if name not in where and not rows.duplicated(keys).any():
            break
        value = where[name] if name in where else _default(rows[name])
        rows = rows[rows[name] == value]
        if rows.empty:
            there = ", ".join(map(str, pd.unique(table.frame[name])))
            raise OptionError(
                f"no refit of {table.name!r} has {name} = {value!r} with the other "
                f"choices; there are: {there}. Choose by where={{...}}."
            )
    rows = rows.drop_duplicates(keys)
    return rows.sort_values(list(axes)).reset_index(drop=True)


def reach(rows: pd.DataFrame) -> FloatArray:
    """Signed distance of the deciding interval from zero, negative once it holds it.

    Parameters
    ----------
    rows
        With value, ci_low and ci_high.

    Returns
    -------
    numpy.ndarray
        Shape (rows,), measured on the side of most of the estimates.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [-0.7], "ci_low": [-0.9], "ci_high": [-0.4]})
    >>> reach(rows)
    array([0.4])
    """
    below = float(np.nanmedian(rows["value"])) < 0
    ends = -rows["ci_high"] if below else rows["ci_low"]
    return ends.to_numpy(dtype=float)


def measure_of(table: SensitivityTable) -> str:
    """Metafor's code of what was refitted, "" when unknown."""
    return table.fits[0].effects.measure if table.fits else ""


def held_words(
    table: SensitivityTable, rows: pd.DataFrame, shown: Sequence[str]
) -> str:
    """Say at which values the parameters that are not shown were held.

    Parameters
    ----------
    table
        Of refits.
    rows
        Picked by `chosen_rows`.
    shown
        Parameters that vary on the figure.

    Returns
    -------
    str
        Empty when no other parameter takes several values in the table.
    """
    held = [
        f"{name.replace('_', ' ')} = {_printed(rows[name].iloc[0])}"
        for name in scenario_columns(table)
        if name not in shown
        and len(set(table.frame[name])) > 1
        and len(set(rows[name])) == 1
    ]
    return f"At {', '.join(held)}" if held else ""


def _printed(value: object) -> str:
    return plain_tick(float(value)) if isinstance(value, float | int) else str(value)


def _default(values: pd.Series[float]) -> object:
    if pd.api.types.is_numeric_dtype(values) and (values == 0).any():
        return 0
    return values.iloc[0]
