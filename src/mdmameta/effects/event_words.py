"""Label and caveats of a set of contrasts of events, made from what is in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.effects.contrast_words import level_words, studies_by, time_words
from mdmameta.effects.roles import WORDS
from mdmameta.effects.selection import Timepoint
from mdmameta.options import ArmsChoice


def label_of(
    table: pd.DataFrame,
    used: pd.DataFrame,
    arms: ArmsChoice,
    timepoint: Timepoint,
    levels: Sequence[str],
    measure: str,
) -> str:
    """Name a set: outcomes with their trials if several, arms, time, rows, measure."""
    by = studies_by(table, "outcome")
    names = {outcome: str(used.loc[outcome, "label"]) for outcome in by}
    if len(by) == 1:
        outcome = next(iter(names.values()))
    else:
        first, *others = (f"{names[o]} ({studies})" for o, studies in by.items())
        outcome = " or ".join([first, *(name[0].lower() + name[1:] for name in others)])
    return ", ".join(
        [outcome, WORDS[arms], *time_words(timepoint), *level_words(levels), measure]
    )


def caveats_of(
    table: pd.DataFrame, used: pd.DataFrame, arms: pd.DataFrame
) -> tuple[str, ...]:
    """Say where outcomes or definitions differ, and who was not counted."""
    return (
        *_outcomes(table, used),
        *_definitions(table),
        *_not_counted(table, arms),
    )


def _outcomes(table: pd.DataFrame, used: pd.DataFrame) -> tuple[str, ...]:
    by = studies_by(table, "outcome")
    if len(by) == 1:
        return ()
    names = used["label"].astype(str)
    said = "; ".join(f"{names[outcome]} in {ids}" for outcome, ids in by.items())
    return (f"Not one outcome but several: {said}. They are not the same thing.",)


def _definitions(table: pd.DataFrame) -> tuple[str, ...]:
    by = studies_by(table, "definition")
    if len(by) == 1:
        return ()
    said = "; ".join(f"{ids}: {definition}" for definition, ids in by.items())
    return (f"Definitions differ. {said}.",)


def _not_counted(table: pd.DataFrame, arms: pd.DataFrame) -> tuple[str, ...]:
    randomised = arms.set_index("arm_id")["n_randomised"]
    said = []
    for row in table.to_dict("records"):
        groups = [str(row[name]).split(" + ") for name in ("active_arm", "control_arm")]
        whole = [randomised.reindex(group).sum(skipna=False) for group in groups]
        if row["n1"] < whole[0] or row["n2"] < whole[1]:
            said.append(
                f"{row['study_id']} {row['n1']} of {whole[0]:g} and "
                f"{row['n2']} of {whole[1]:g}"
            )
    if not said:
        return ()
    return (f"Fewer are counted than were randomised: {'; '.join(said)}.",)
