"""Times of assessment against the table of times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import pandas as pd

from mdmameta.errors import Fault
from mdmameta.raw import RawTable
from mdmameta.records.links import split

__all__ = ["time_faults"]

_FILE = "timepoints.csv"

#: Trial and label; a trial is "" where the label speaks of several.
Known = Mapping[tuple[str, str], float]


def time_faults(tables: Mapping[str, RawTable]) -> list[Fault]:
    """List labels of times that the table of times does not have, or dates otherwise.

    Parameters
    ----------
    tables
        Every table, as read. Where there is no ``timepoints.csv``, labels are
        free text and nothing is checked.

    Returns
    -------
    list of Fault
        One for each label that its trial does not have, and for each row whose
        weeks are others than those of its label.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_tables
    >>> time_faults(read_tables(Path("data/raw")))
    []
    """
    times = tables["timepoints"]
    if not {"study_id", "timepoint"} <= set(times.header):
        return []
    cells = times.frame[["study_id", "timepoint", "weeks"]].itertuples(index=False)
    known = {(study, label): weeks for study, label, weeks in cells}
    faults: list[Fault] = []
    for name, column in _columns(tables):
        faults.extend(_unknown(tables[name], column, known))
    return faults


def _columns(tables: Mapping[str, RawTable]) -> Iterator[tuple[str, str]]:
    for name, raw in tables.items():
        for column in ("timepoint", "primary_timepoint"):
            if name != "timepoints" and column in raw.header:
                yield name, column


def _unknown(raw: RawTable, column: str, known: Known) -> Iterator[Fault]:
    weeks = raw.frame.get("weeks", pd.Series(float("nan"), index=raw.frame.index))
    places = zip(
        raw.frame.index, raw.frame["study_id"], raw.frame[column], weeks, strict=True
    )
    for line, cell, label, week in places:
        studies = split(cell)
        study = studies[0] if len(studies) == 1 else ""
        if not label:
            continue
        if (study, label) not in known:
            yield _label_fault(raw.table.file, int(line), column, study, label, known)
        elif abs(week - known[study, label]) > 1e-9:
            yield Fault(
                file=raw.table.file,
                row=int(line),
                column="weeks",
                found=f"{week:g} for {label!r}",
                allowed=f"{known[study, label]:g}, as in {_FILE}",
                cure="Correct one of the tables.",
            )


def _label_fault(
    file: str, line: int, column: str, study: str, label: str, known: Known
) -> Fault:
    own = [name for owner, name in known if owner == study]
    close = get_close_matches(label, own, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    whose = f"the times of {study}" if study else "the times of several trials"
    return Fault(
        file=file,
        row=line,
        column=column,
        found=repr(label),
        allowed=f"{whose} in {_FILE}",
        cure=f"{hint}Correct it, or add it to {_FILE}.",
    )
