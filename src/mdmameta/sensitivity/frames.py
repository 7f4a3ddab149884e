"""Checks of the plain frames that analyses take, and their match with effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.effects.checks import freeze
from mdmameta.effects.table import Effects
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


def keys(effects: Effects, table: pd.DataFrame, name: str) -> NDArray[np.str_]:
    """Return the label by which each effect is found in a frame.

    The labels of the studies serve, or else the moderator ``study_id``.

    Raises
    ------
    SensitivityError
        When nothing matches, naming both sides.
    """
    known = set(table["study"])
    labels = np.asarray(effects.study, dtype=str)
    if known & set(labels):
        return labels
    if "study_id" in effects.frame:
        ids = effects.frame["study_id"].astype(str).to_numpy()
        if known & set(ids):
            return np.asarray(ids, dtype=str)
    raise SensitivityError(
        f"no study of {name} is among the effects. {name}: {listed(known)}; effects: "
        f"{listed(labels)}. Use the same labels in the column study."
    )


def matching_notes(
    name: str, table: pd.DataFrame, labels: NDArray[np.str_]
) -> tuple[str, ...]:
    """State what matches nothing on either side."""
    rows, effects = set(table["study"]), set(labels)
    notes = []
    if extra := rows - effects:
        notes.append(f"{name}: not among the effects, not used: {listed(extra)}.")
    if bare := effects - rows:
        notes.append(f"{name}: no row for {listed(bare)}.")
    return tuple(notes)


def unverified_note(name: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Name the studies whose rows are unverified."""
    if "verification" not in table:
        return ()
    studies = table.loc[table["verification"] == "unverified", "study"]
    if studies.empty:
        return ()
    return (f"UNVERIFIED {name}: {listed(set(studies))}.",)


def retracted_note(name: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Name the studies whose rows rest on retracted sources."""
    if "status" not in table:
        return ()
    studies = table.loc[table["status"] == "retracted", "study"]
    if studies.empty:
        return ()
    return (f"RETRACTED sources behind {name}: {listed(set(studies))}.",)


def listed(names: object) -> str:
    """List names in order for a sentence."""
    return ", ".join(sorted(set(map(str, names)))) or "none"  # type: ignore[call-overload]


def moved(effects: Effects, y: ArrayLike, extra_v: ArrayLike) -> Effects:
    """Return effects with other values and added, independent variances.

    Parameters
    ----------
    effects
        The rows as they are.
    y, extra_v
        New values and what is added to their variances, shape (k,).
    """
    added = np.asarray(extra_v, dtype=float)
    made = effects.with_y(np.asarray(y, dtype=float))
    if not added.any():
        return made
    cov = effects.covariance
    return replace(
        made,
        v=freeze(effects.v + added),
        covariance=None if cov is None else freeze(cov + np.diag(added)),
    )


def scaled(effects: Effects, factor: ArrayLike) -> Effects:
    """Return effects and their standard errors times a factor each, shape (k,)."""
    by = np.asarray(factor, dtype=float)
    cov = effects.covariance
    return replace(
        effects.with_y(effects.y * by),
        v=freeze(effects.v * by**2),
        covariance=None if cov is None else freeze(cov * np.outer(by, by)),
    )


def contrast_roles(
    effects: Effects, table: pd.DataFrame, labels: NDArray[np.str_]
) -> pd.DataFrame:
    """Return the frame with the roles that its arms have in these contrasts.

    Where the moderators ``active_arm`` and ``control_arm`` name the arms of a
    contrast (several joined by " + "), they decide; other arms become "medium",
    which no contrast uses. An arm that the frame does not have changes nothing.
    """
    roles = table["role"].copy()
    named = [c for c in ("active_arm", "control_arm") if c in effects.frame]
    for column in named:
        role = column.removesuffix("_arm")
        for study, arms in zip(labels, effects.frame[column].astype(str), strict=True):
            rows = table["study"] == study
            inside = rows & table["arm"].isin(arms.split(" + "))
            if inside.any():
                roles[rows & (roles == role)] = "medium"
                roles[inside] = role
    return table.assign(role=roles)
