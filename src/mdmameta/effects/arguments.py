"""What a caller gives to `effect_size`, as checked arrays with metafor's names."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import DataWarning, EffectsError
from mdmameta.options import check_option

# fmt: off
Argument = Literal[
    "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i", "ai", "bi", "ci", "di",
    "x1i", "t1i", "x2i", "t2i", "xi", "mi", "ni", "ri", "ti", "pi", "sdi", "r2i", "fi",
    "m1i_pre", "m1i_post", "sd1i_pre", "m2i_pre", "m2i_post", "sd2i_pre",
    "ri1", "ri2",
]
# fmt: on


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

    def only(self, names: Sequence[str]) -> Inputs:
        """Return the inputs without those of other names."""
        kept = {name: x for name, x in self.columns.items() if name in names}
        return Inputs(columns=kept, index=self.index)

    def doubt(self, name: str, bad: NDArray[np.bool_], why: str) -> None:
        """Warn of rows where a mask is true; they are used as they are."""
        if bad.any():
            rows = ", ".join(repr(label) for label in self.index[bad])
            value = self.get(name)[bad][0]
            warnings.warn(
                f"{name} = {value:g} in row {rows}: {why}. It is used as given; put "
                "NaN in its place if it stands for a missing value.",
                DataWarning,
                stacklevel=5,
            )

    def refuse(self, name: str, bad: NDArray[np.bool_], allowed: str) -> None:
        """Raise for the first row where a mask is true."""
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise EffectsError(
                f"{name} = {self.get(name)[row]:g} in row {self.index[row]!r}; "
                f"allowed: {allowed}, or NaN if missing. Correct the input."
            )


def read_inputs(
    given: Mapping[str, Any], data: pd.DataFrame | None, own: Collection[str] = ()
) -> Inputs:
    """Turn arrays, column names and single numbers into arrays of one length.

    Parameters
    ----------
    given
        Values by metafor's names.
    data
        Where column names are looked up.
    own
        Names of the measure's own, allowed beside metafor's.

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
        if name not in own:
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


def check_inputs(inputs: Inputs, fewest: int) -> Inputs:
    """Refuse impossible sizes, SDs, correlations and p-values, naming the row.

    Parameters
    ----------
    inputs
        Arrays, told apart by their names.
    fewest
        Fewest people in a group of which the statistic exists.

    Returns
    -------
    Inputs
        The same, if nothing is impossible.

    Raises
    ------
    EffectsError
        For the first impossible value.

    Warns
    -----
    DataWarning
        For groups of too few people, and for a standard deviation of 0.
    """
    few = f"{fewest} people or more are needed"
    for name, x in inputs.columns.items():
        if name in ("n1i", "n2i", "ni"):
            inputs.refuse(name, x < 1, "1 or more")
            inputs.doubt(name, x < fewest, few)
        elif name.startswith("sd"):
            inputs.refuse(name, x < 0, "a standard deviation of 0 or more")
            inputs.doubt(name, x == 0, "all scores of a group were the same")
        elif name in ("ri", "ri1", "ri2"):
            inputs.refuse(name, np.abs(x) > 1, "a correlation from -1 to 1")
        elif name == "pi":
            bad = (np.abs(x) > 1) | (x == 0)
            inputs.refuse(name, bad, "a signed p-value from -1 to 1, not 0")
    return inputs


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
    held = value.to_numpy() if isinstance(value, pd.Series) else value
    if (
        type(held) is np.ndarray
        and held.dtype.kind in "iuf"
        and held.shape == index.shape
    ):
        return held.astype(np.float64)
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
