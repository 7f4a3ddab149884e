"""Label and caveats of a set of contrasts, made from what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from mdmameta.effects.contrast_choices import ContrastChoices
from mdmameta.effects.origin import READ
from mdmameta.effects.roles import WORDS
from mdmameta.effects.selection import Timepoint


def studies_by(table: pd.DataFrame, column: str) -> dict[str, str]:
    """List the studies behind each value of a column.

    Examples
    --------
    >>> table = pd.DataFrame({"study_id": ["A", "B", "C"], "basis": ["x", "y", "x"]})
    >>> studies_by(table, "basis")
    {'x': 'A, C', 'y': 'B'}
    """
    groups = table.groupby(column, sort=False)["study_id"]
    return {str(value): ", ".join(dict.fromkeys(ids)) for value, ids in groups}


def label_of(table: pd.DataFrame, used: pd.DataFrame, choices: ContrastChoices) -> str:
    """Name a set: outcome, arms, stat, time, measure.

    Parameters
    ----------
    table
        Moderators, with study_id and basis.
    used
        Rows of the table of instruments, by name.
    choices
        What was asked for.
    """
    outcome = " or ".join(dict.fromkeys(used["outcome"]))
    alone = len(used) == 1 and outcome != used.index[0]
    parts = [
        f"{outcome} ({used.index[0]})" if alone else outcome,
        WORDS[choices.arms],
        _stat_words(studies_by(table, "basis"), choices),
        *time_words(choices.timepoint),
        *level_words(choices.levels),
        _measure_words(choices),
    ]
    return ", ".join(parts)


def time_words(timepoint: Timepoint) -> list[str]:
    """Write the times, unless they are the primary ones."""
    if timepoint == "primary":
        return []
    if isinstance(timepoint, str):
        return [f"at {timepoint}"]
    return ["; ".join(f"{study} at {time}" for study, time in timepoint.items())]


def level_words(levels: Sequence[str]) -> list[str]:
    """Write the levels of verification, unless they are the usual ones."""
    return [] if set(levels) == set(READ) else [f"rows of {' or '.join(levels)} only"]


def caveats_of(table: pd.DataFrame, choices: ContrastChoices) -> tuple[str, ...]:
    """Say which trials rest on an assumption, and on which."""
    by, caveats = studies_by(table, "basis"), []
    if "LS-mean change" in by:
        caveats.append(
            f"{by['LS-mean change']}: change is a model's estimate (LS means); its "
            "SE × √n is taken as an SD of observed changes, which is an assumption."
        )
    if "baseline and endpoint" in by:
        caveats.append(
            f"{by['baseline and endpoint']}: no SD of change is printed; it is "
            f"computed with an assumed correlation of {choices.r:g} between baseline "
            "and endpoint. Other correlations (r) give other effects."
        )
    return tuple(caveats)


def unknown_direction(used: pd.DataFrame) -> tuple[str, ...]:
    """Say of which instruments it is not known whether lower or higher is better."""
    names = used.index[used["direction"] == ""]
    if names.empty:
        return ()
    return (
        f"Whether lower or higher is better is not known of {', '.join(names)}: "
        "instruments.csv does not say it.",
    )


def _stat_words(by: Mapping[str, str], choices: ContrastChoices) -> str:
    said = []
    if "LS-mean change" in by:
        said.append(f"{by['LS-mean change']} from LS means")
    if "baseline and endpoint" in by:
        said.append(f"{by['baseline and endpoint']} with r = {choices.r:g} assumed")
    return f"{choices.stat} ({'; '.join(said)})" if said else choices.stat


def _measure_words(choices: ContrastChoices) -> str:
    usual = (choices.correction, choices.vtype) == ("exact", "LS")
    if usual or choices.measure == "MD":
        return choices.measure
    return f"{choices.measure} ({choices.correction} correction, {choices.vtype})"
