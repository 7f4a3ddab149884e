"""The match of plain frames with effects: whose rows are whose, in which role."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import listed

#: An argument -> what its rows hold, as notes call it; others are called as they are.
_HELD = {"flow": "numbers by arm"}


@dataclass(frozen=True, eq=False, slots=True)
class Matched:
    """A frame with the roles of its arms in contrasts, and the keys of the effects.

    Parameters
    ----------
    name
        The argument as the caller wrote it.
    table
        One row an arm, roles as in the contrasts.
    labels
        Study of each effect as the frame has it, shape (k,); see `keys`.
    """

    name: str
    table: pd.DataFrame
    labels: NDArray[np.str_]

    @classmethod
    def of(cls, name: str, table: pd.DataFrame, effects: Effects) -> Matched:
        """Match a checked frame with effects.

        Raises
        ------
        SensitivityError
            When no study is in both.
        """
        labels = keys(effects, table, name)
        return cls(name, contrast_roles(effects, table, labels), labels)

    @property
    def studies(self) -> list[str]:
        """Study of each effect, as a list of plain strings."""
        return [str(label) for label in self.labels]

    @property
    def own(self) -> pd.DataFrame:
        """The rows of studies that are among the effects."""
        return self.table[self.table["study"].isin(self.labels)]


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
    rows, effects, held = set(table["study"]), set(labels), _HELD.get(name, name)
    notes = []
    if extra := rows - effects:
        notes.append(
            f"{held.capitalize()} of trials that are not in the analysis are not "
            f"used: {listed(extra, '; ')}."
        )
    if bare := effects - rows:
        notes.append(f"There are no {held} for {listed(bare, '; ')}.")
    return tuple(notes)


def unverified_note(name: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Name the studies whose rows are unverified."""
    if "verification" not in table:
        return ()
    studies = table.loc[table["verification"] == "unverified", "study"]
    if studies.empty:
        return ()
    return (f"UNVERIFIED {_HELD.get(name, name)}: {listed(studies)}.",)


def retracted_note(name: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Name the studies whose rows rest on retracted sources."""
    if "status" not in table:
        return ()
    studies = table.loc[table["status"] == "retracted", "study"]
    if studies.empty:
        return ()
    return (f"RETRACTED sources of {_HELD.get(name, name)}: {listed(studies)}.",)


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
