"""Events and people of an arm, and how they were come by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mdmameta.effects.combine import combine_events
from mdmameta.errors import EffectsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Events among the people of a group of one trial, with their origin.

    Parameters
    ----------
    arms
        Ids of the arms that the group is made of.
    events, n
        People with the event, and people counted.
    definitions
        When an event counts as one.
    rows
        Ids of the raw rows used.
    notes
        Steps between what was printed and these numbers.
    """

    arms: tuple[str, ...]
    events: float
    n: float
    definitions: tuple[str, ...]
    rows: tuple[str, ...]
    notes: tuple[str, ...] = ()


def group_events(rows: pd.DataFrame, arms: Sequence[str]) -> Events | None:
    """Events of several arms taken as one group, each person counted once.

    Parameters
    ----------
    rows
        Rows of the table ``binary`` of one trial, outcome and time.
    arms
        Ids of the arms.

    Returns
    -------
    Events or None
        None when no arm has counts; arms without are left out with a note.

    Raises
    ------
    EffectsError
        When two rows answer for one arm.
    """
    there = rows[rows["arm_id"].isin(list(arms))]
    for arm in sorted(there.loc[there["arm_id"].duplicated(), "arm_id"]):
        own = there.loc[there["arm_id"] == arm, "row_id"]
        raise EffectsError(
            f"{arm} has {len(own)} counts of one outcome at one time "
            f"({', '.join(own)}). Mark all but one as not preferred in binary.csv."
        )
    if there.empty:
        return None
    events, n = combine_events(there["events"], there["n"])
    return Events(
        arms=tuple(there["arm_id"]),
        events=events,
        n=n,
        definitions=tuple(dict.fromkeys(there["definition"])),
        rows=tuple(there["row_id"]),
        notes=_notes(there, arms),
    )


def _notes(there: pd.DataFrame, arms: Sequence[str]) -> tuple[str, ...]:
    notes = [
        f"{row_id}: {columns} computed, not read"
        for row_id, columns in zip(
            there["row_id"], there["derived_columns"], strict=True
        )
        if columns
    ]
    if len(there) > 1:
        notes.append(f"{' and '.join(there['arm_id'])} combined by adding")
    lacking = [arm for arm in arms if arm not in set(there["arm_id"])]
    return (*notes, *(f"{arm}: no counts, not in the group" for arm in lacking))
