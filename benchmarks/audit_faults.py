"""Single-cell faults of realistic kinds, for the study of what the audit finds."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, sqrt
from typing import Any

import numpy as np
import pandas as pd

Row = dict[str, Any]
Fault = Callable[[Row, pd.DataFrame, np.random.Generator], Row]

#: Columns that place a row of scores beside other arms, times and trials.
SCORES = ("study_id", "instrument", "timepoint", "stat")


def spread_columns(row: Row) -> tuple[str, str]:
    """Column that holds the spread, and the other."""
    return ("se", "sd") if isnan(row["sd"]) else ("sd", "se")


def mixed_up(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A standard error under SD, or the reverse."""
    there, other = spread_columns(row)
    return {there: np.nan, other: row[there]}


def converted(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """An SD divided, or a standard error multiplied, by the root of n."""
    there, _ = spread_columns(row)
    factor = sqrt(row["n"]) ** (1 if there == "se" else -1)
    return {there: round(row[there] * factor, 1)}


def sign(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A minus sign lost or added."""
    return {"mean": -row["mean"]}


def transposed(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """Two neighbouring digits exchanged."""
    column = str(rng.choice(["mean", spread_columns(row)[0]]))
    return {column: _exchanged(row[column], 1, rng)}


def _exchanged(value: float, decimals: int, rng: np.random.Generator) -> float:
    text = f"{abs(value):.{decimals}f}"
    places = [i for i in range(len(text) - 1) if "." not in text[i : i + 2]]
    if not places:
        return value
    i = int(rng.choice(places))
    text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return float(np.copysign(float(text), value))


def shifted(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A decimal point one place off."""
    column = str(rng.choice(["mean", spread_columns(row)[0]]))
    return {column: round(row[column] * float(rng.choice([10, 0.1])), 2)}


def _from_another(others: pd.DataFrame, rng: np.random.Generator, column: str) -> Row:
    known = others[others[column].notna()]
    if known.empty:
        return {}
    return {column: known[column].iloc[int(rng.integers(len(known)))]}


def same(table: pd.DataFrame, row: Row, *columns: str) -> pd.DataFrame:
    """Rows in use that are like one in some columns."""
    kept = table[table["preferred"] != "no"]
    return kept[np.logical_and.reduce([kept[c] == row[c] for c in columns])]


def other_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another arm."""
    rows = same(table, row, *SCORES)
    return _from_another(rows[rows["arm_id"] != row["arm_id"]], rng, "mean")


def n_of_other_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The n of another arm."""
    rows = same(table, row, *SCORES)
    return _from_another(rows[rows["arm_id"] != row["arm_id"]], rng, "n")


def other_time(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another time point."""
    rows = same(table, row, "arm_id", "instrument", "stat")
    return _from_another(rows[rows["timepoint"] != row["timepoint"]], rng, "mean")


def other_study(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another trial."""
    rows = same(table, row, "instrument", "stat")
    return _from_another(rows[rows["study_id"] != row["study_id"]], rng, "mean")


def digits_of_events(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """Two digits of a count exchanged."""
    return {"events": _exchanged(row["events"], 0, rng)}


def events_of_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The events of another arm."""
    rows = same(table, row, "study_id", "outcome", "timepoint")
    return _from_another(rows[rows["arm_id"] != row["arm_id"]], rng, "events")


def n_of_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The number of people of another arm."""
    rows = same(table, row, "study_id", "outcome", "timepoint")
    return _from_another(rows[rows["arm_id"] != row["arm_id"]], rng, "n")


def events_of_outcome(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The events of another outcome."""
    rows = same(table, row, "arm_id", "timepoint")
    return _from_another(rows[rows["outcome"] != row["outcome"]], rng, "events")


def events_of_time(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The events of another time point."""
    rows = same(table, row, "arm_id", "outcome")
    return _from_another(rows[rows["timepoint"] != row["timepoint"]], rng, "events")


#: Kinds of faults by the table that they are made in.
KINDS: dict[str, tuple[Fault, ...]] = {
    "continuous": (
        mixed_up,
        converted,
        sign,
        transposed,
        shifted,
        other_arm,
        n_of_other_arm,
        other_time,
        other_study,
    ),
    "binary": (
        digits_of_events,
        events_of_arm,
        n_of_arm,
        events_of_outcome,
        events_of_time,
    ),
}
