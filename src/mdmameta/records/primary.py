"""One primary time for every trial that has scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from mdmameta.errors import Fault
from mdmameta.raw import RawTable

__all__ = ["primary_faults"]


def _time_fault(line: int, found: str, times: list[str]) -> Fault:
    close = get_close_matches(found, times, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return Fault(
        file="studies.csv",
        row=line,
        column="primary_timepoint",
        found=repr(found) if found else "an empty cell",
        allowed=f"exactly one of: {', '.join(times)}",
        cure=f"{hint}Name the one primary time; put a dispute into note.",
    )


def _study_faults(
    line: int, time: str, instrument: str, scores: Mapping[str, list[str]]
) -> Iterator[Fault]:
    if instrument and instrument not in scores:
        yield Fault(
            file="studies.csv",
            row=line,
            column="primary_instrument",
            found=repr(instrument),
            allowed=f"one of: {', '.join(scores)}",
            cure="Name the instrument of the primary outcome.",
        )
        return
    if not instrument and len(scores) > 1:
        yield Fault(
            file="studies.csv",
            row=line,
            column="primary_instrument",
            found="an empty cell",
            allowed=f"one of: {', '.join(scores)}",
            cure="Name the instrument of the primary outcome.",
        )
        return
    times = scores[instrument] if instrument else next(iter(scores.values()))
    if time not in times:
        yield _time_fault(line, time, times)


def primary_faults(tables: Mapping[str, RawTable]) -> list[Fault]:
    """List trials with scores and none, or more than one, primary time.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_tables
    >>> primary_faults(read_tables(Path("data/raw")))
    []
    """
    later: dict[str, dict[str, list[str]]] = {}
    columns = ("study_id", "instrument", "timepoint", "stat")
    for _, study, instrument, time, stat in tables["continuous"].rows(*columns):
        if stat != "baseline":
            times = later.setdefault(study, {}).setdefault(instrument, [])
            times += [] if time in times else [time]
    asked = ("study_id", "primary_timepoint", "primary_instrument")
    faults: list[Fault] = []
    for line, study, time, instrument in tables["studies"].rows(*asked):
        if study in later:
            faults.extend(_study_faults(line, time, instrument, later[study]))
    return faults
