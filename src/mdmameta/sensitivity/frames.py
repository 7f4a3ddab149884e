"""Checks of the plain frames that analyses take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.errors import SensitivityError

#: What an arm can be in a contrast; a medium dose is neither side of the
#: contrast between the highest dose and the control.
ROLES = ("active", "control", "medium")

#: A share printed to two digits may differ from its counts by this much.
SHARE_TOLERANCE = 0.05


def checked(name: str, frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return a copy with a fresh index, once the columns are there.

    Parameters
    ----------
    name
        The argument as the caller wrote it.
    frame
        What was given.
    columns
        Columns that must be there.

    Raises
    ------
    SensitivityError
        When it is no frame, has no rows, or lacks columns.
    """
    table = with_columns(name, frame, columns)
    if table.empty:
        raise SensitivityError(f"{name} has no rows; give one row an arm.")
    return table.assign(study=table["study"].astype(str))


def with_columns(
    name: str, frame: pd.DataFrame, columns: Sequence[str]
) -> pd.DataFrame:
    """Return a copy with a fresh index, once the columns are there; rows may be none.

    Raises
    ------
    SensitivityError
        When it is no frame, or lacks columns.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SensitivityError(
            f"{name} is a {type(frame).__name__}; give a DataFrame with the columns "
            f"{', '.join(columns)}."
        )
    if absent := [column for column in columns if column not in frame]:
        raise SensitivityError(
            f"{name} lacks the column{'s' if len(absent) > 1 else ''} "
            f"{', '.join(absent)}; it has {listed_columns(frame)}. "
            f"Needed: {', '.join(columns)}."
        )
    return frame.reset_index(drop=True)


def listed(names: object, by: str = ", ") -> str:
    """List names in order for a sentence; by semicolons where names hold commas."""
    return by.join(sorted(set(map(str, names)))) or "none"  # type: ignore[call-overload]


def spelt(code: object) -> str:
    """Write a code of a table as words.

    Examples
    --------
    >>> spelt("low_dose")
    'low dose'
    """
    return str(code).replace("_", " ")


def listed_columns(frame: pd.DataFrame) -> str:
    """List the columns of a frame in their order for a sentence."""
    return ", ".join(map(str, frame.columns)) or "none"


def numbers(name: str, table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the table with columns as floats: NaN where missing, none negative.

    Raises
    ------
    SensitivityError
        Naming row and column, for a text, a negative or an infinite number.
    """
    made = {c: pd.to_numeric(table[c], errors="coerce") for c in columns}
    for column, values in made.items():
        text = values.isna() & table[column].notna() & (table[column] != "")
        bad = text | (values < 0) | np.isinf(values.astype(float))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise SensitivityError(
                f"{place(name, table, row)}, column {column}: found "
                f"{str(table[column].iloc[row])!r}; allowed: a number from 0, or empty "
                "where it is not known."
            )
    return table.assign(**{c: values.astype(float) for c, values in made.items()})


def place(name: str, table: pd.DataFrame, row: int) -> str:
    """Say where a row is: its number, study and arm."""
    arm = str(table["arm"].iloc[row]) if "arm" in table else ""
    return f"{name}, row {row} (study {table['study'].iloc[row]}, arm {arm or '-'})"


def check_roles(name: str, table: pd.DataFrame) -> None:
    """Reject a role that is none of active, control, medium or empty."""
    known = table["role"].isin(ROLES) | table["role"].isna() | (table["role"] == "")
    if not known.all():
        row = int(np.flatnonzero(~known)[0])
        raise SensitivityError(
            f"{place(name, table, row)}, column role: found "
            f"{table['role'].iloc[row]!r}; allowed: {', '.join(ROLES)}, or empty for "
            "a row about the whole trial."
        )


def check_once(name: str, table: pd.DataFrame, counted: pd.Series[bool]) -> None:
    """Reject two rows of one arm, or of one whole trial, that both count.

    Raises
    ------
    SensitivityError
        Naming study and arm.
    """
    arms = table[["study", "arm"]].fillna("").astype(str)
    twice = arms[counted].duplicated()
    if twice.any():
        study, arm = arms.loc[twice[twice].index[0]]
        what = f"arm {arm}" if arm else "as a whole"
        raise SensitivityError(
            f"{name}: two rows with numbers for study {study}, {what}; allowed: one. "
            "Choose one of them, as of one respondent and time."
        )


def check_at_most(
    name: str, table: pd.DataFrame, parts: Sequence[str], of: str
) -> None:
    """Reject counts whose sum exceeds the number that they are parts of.

    Raises
    ------
    SensitivityError
        Naming the row and the counts.
    """
    over = table[list(parts)].sum(axis=1) > table[of]
    if over.any():
        row = int(np.flatnonzero(over)[0])
        listed = " + ".join(f"{p} {table[p].iloc[row]:g}" for p in parts)
        raise SensitivityError(
            f"{place(name, table, row)}: {listed} is more than {of} "
            f"{table[of].iloc[row]:g}; the counts do not add up. Correct the row."
        )
