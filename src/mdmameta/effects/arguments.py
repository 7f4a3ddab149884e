"""What a caller gives to `effect_size`, as checked arrays with metafor's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.binary import Cells
from mdmameta.effects.checks import FloatArray
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

# fmt: off
Argument = Literal[
    "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i", "ai", "bi", "ci", "di",
    "x1i", "t1i", "x2i", "t2i", "xi", "mi", "ni", "ri", "ti", "pi",
]
# fmt: on

#: Fewest people of whom a group can be made: below it no variance exists.
FEWEST_IN_TWO_GROUPS = 2

#: With fewer, the SD of one group leaves less than 2 degrees of freedom and
#: the exact correction for bias does not exist.
FEWEST_IN_ONE_GROUP = 3


@dataclass(frozen=True, eq=False, slots=True)
class Inputs:
    """Arrays of one length, by metafor's names, and the labels of their rows.

    Parameters
    ----------
    columns
        Arrays of shape (k,), NaN where missing.
    index
        Labels of the rows, shape (k,).
    """

    columns: Mapping[str, FloatArray]
    index: pd.Index

    def get(self, name: str) -> FloatArray:
        """Return one array, or NaN throughout if it was not given."""
        if name in self.columns:
            return self.columns[name]
        return np.full(len(self.index), np.nan)

    def pick(self, names: Sequence[str]) -> dict[str, FloatArray]:
        """Return several arrays by name."""
        return {name: self.get(name) for name in names}

    def refuse(self, name: str, bad: NDArray[np.bool_], allowed: str) -> None:
        """Raise for the first row where a mask is true."""
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise EffectsError(
                f"{name} = {self.get(name)[row]:g} in row {self.index[row]!r}; "
                f"allowed: {allowed}, or NaN if missing. Correct the input."
            )


def read_inputs(given: Mapping[str, Any], data: pd.DataFrame | None) -> Inputs:
    """Turn arrays, column names and single numbers into arrays of one length.

    Parameters
    ----------
    given
        Values by metafor's names.
    data
        Where column names are looked up.

    Returns
    -------
    Inputs

    Raises
    ------
    OptionError
        For a name that is not among metafor's.
    EffectsError
        For a column that is not in ``data``, text where a number belongs, an
        infinite number, or lengths that differ.
    """
    for name in given:
        check_option("argument", name, Argument)
    values = {name: _look_up(name, value, data) for name, value in given.items()}
    index = _index(values, data)
    columns = {name: _numbers(name, value, index) for name, value in values.items()}
    inputs = Inputs(columns=columns, index=index)
    for name, column in columns.items():
        inputs.refuse(name, np.isinf(column), "a finite number")
    return inputs


def require(
    measure: str, ways: Sequence[Sequence[str]], given: Mapping[str, Any]
) -> None:
    """Raise unless one complete set of arguments was given.

    Parameters
    ----------
    measure
        metafor's code, for the message.
    ways
        Sets of arguments, any of which is enough.
    given
        Values by name.
    """
    there = {name for name, value in given.items() if value is not None}
    if any(there >= set(way) for way in ways):
        return
    closest = max(ways, key=lambda way: len(there & set(way)))
    lacking = ", ".join(name for name in closest if name not in there)
    listed = " or ".join(", ".join(way) for way in ways)
    raise EffectsError(
        f"{measure} needs {listed}; missing: {lacking}. "
        "Give each as an array, or as a column name with data=."
    )


def check_groups(inputs: Inputs, fewest: int) -> None:
    """Refuse impossible sizes, SDs, correlations and p-values, naming the row."""
    for name, x in inputs.columns.items():
        if name in ("n1i", "n2i", "ni"):
            inputs.refuse(name, x < fewest, f"{fewest} or more")
        elif name.startswith("sd"):
            inputs.refuse(name, x <= 0, "a standard deviation above 0")
        elif name == "ri":
            inputs.refuse(name, np.abs(x) > 1, "a correlation from -1 to 1")
        elif name == "pi":
            bad = (np.abs(x) > 1) | (x == 0)
            inputs.refuse(name, bad, "a signed p-value from -1 to 1, not 0")


def check_cells(inputs: Inputs) -> Cells:
    """Complete 2 × 2 tables from totals and refuse impossible counts.

    Returns
    -------
    tuple of numpy.ndarray
        The cells ai, bi, ci, di, each of shape (k,).
    """
    for name in ("ai", "bi", "ci", "di", "n1i", "n2i"):
        inputs.refuse(name, inputs.get(name) < 0, "a count of 0 or more")
    cells = inputs.pick(("ai", "bi", "ci", "di"))
    for events, others, total in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        x, n = cells[events], inputs.get(total)
        whole = x + cells[others]
        inputs.refuse(events, x > n, f"at most {total}: events cannot exceed people")
        inputs.refuse(total, n == 0, "1 or more")
        inputs.refuse(total, np.abs(n - whole) > 0, f"{events} + {others}")
        cells[others] = _or(cells[others], n - x)
    return cells["ai"], cells["bi"], cells["ci"], cells["di"]


def _or(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.where(np.isnan(first), second, first)


def _look_up(name: str, value: Any, data: pd.DataFrame | None) -> Any:
    if not isinstance(value, str):
        return value
    if data is None:
        raise EffectsError(
            f"{name}={value!r} names a column, and there is no data=. "
            "Give the table as data=, or the numbers themselves."
        )
    if value not in data.columns:
        near = get_close_matches(value, list(map(str, data.columns)), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise EffectsError(
            f"{name}={value!r} is not a column of data; columns: "
            f"{', '.join(map(str, data.columns))}.{hint}"
        )
    return data[value]


def _index(values: Mapping[str, Any], data: pd.DataFrame | None) -> pd.Index:
    if data is not None:
        return data.index
    labelled = [value for value in values.values() if isinstance(value, pd.Series)]
    if labelled:
        return labelled[0].index
    sizes = [np.size(value) for value in values.values()]
    return pd.RangeIndex(max(sizes, default=0))


def _numbers(name: str, value: Any, index: pd.Index) -> FloatArray:
    if isinstance(value, pd.Series) and not value.index.equals(index):
        raise EffectsError(
            f"{name} is a Series whose rows are labelled otherwise than the others'. "
            "Give all of one table, or plain arrays in the same order."
        )
    series = pd.Series(np.full(len(index), value) if np.ndim(value) == 0 else value)
    if len(series) != len(index):
        raise EffectsError(
            f"{name} has {len(series)} values, the others {len(index)}; "
            "give one value a row, or a single number for all."
        )
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(float, na_value=np.nan)
    text = np.isnan(numbers) & series.notna().to_numpy()
    if text.any():
        row = int(np.flatnonzero(text)[0])
        raise EffectsError(
            f"{name} holds {series.iloc[row]!r} in row {index[row]!r}, which is not "
            "a number. Give numbers, with NaN where one is missing."
        )
    return np.asarray(numbers, dtype=float)
