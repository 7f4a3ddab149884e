"""Numbers against numbers: counts, ranges, intervals and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from mdmameta.errors import Fault
from mdmameta.raw import RawTable
from mdmameta.schema import TABLES

__all__ = ["number_faults"]

_STATS = TABLES["continuous"].column("stat").allowed


def _ordered(
    raw: RawTable, low: str, high: str, *, among: pd.Series[bool] | None = None
) -> Iterator[Fault]:
    kept = [True] * len(raw.lines) if among is None else among.tolist()
    for (line, small, large), counts in zip(raw.rows(low, high), kept, strict=True):
        if not counts or not small > large:
            continue
        yield Fault(
            file=raw.table.file,
            row=line,
            column=low,
            found=f"{low} {small:g} and {high} {large:g}",
            allowed=f"{low} at most {high}",
            cure="Correct one of them.",
        )


def _at_most(
    raw: RawTable, column: str, limits: Mapping[str, float], key: str, words: str
) -> Iterator[Fault]:
    for line, owner, count in raw.rows(key, column):
        limit = limits.get(owner, float("nan"))
        if owner and count > limit:
            yield Fault(
                file=raw.table.file,
                row=line,
                column=column,
                found=f"{count:g} in {owner}, which has {limit:g} {words}",
                allowed=f"at most {limit:g}",
                cure=f"Correct {column}, or the number {words}.",
            )


def _limits(
    tables: Mapping[str, RawTable],
) -> tuple[dict[str, float], dict[str, float]]:
    arms, studies = tables["arms"].frame, tables["studies"].frame
    started = arms["n_randomised"].fillna(arms["n_treated"])
    people = studies[["n_randomised", "n_enrolled"]].max(axis=1)
    return (
        dict(zip(arms["arm_id"], started, strict=True)),
        dict(zip(studies["study_id"], people, strict=True)),
    )


def _sizes(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    by_arm, by_study = _limits(tables)
    counts = {
        "continuous": "n",
        "binary": "n",
        "blinding": "n_asked",
        "prior_use": "n",
    }
    for name, column in counts.items():
        raw = tables[name]
        yield from _at_most(raw, column, by_arm, "arm_id", "randomised or treated")
        yield from _at_most(raw, column, by_study, "study_id", "randomised or enrolled")
    yield from _ordered(tables["arms"], "n_primary_assessed", "n_randomised")
    yield from _ordered(tables["arms"], "n_primary_assessed", "n_treated")
    yield from _ordered(tables["arms"], "n_treated", "n_randomised")
    arms = tables["arms"].frame.groupby("study_id")["n_randomised"].sum()
    studies = tables["studies"].frame
    limits = zip(studies["study_id"], studies["n_randomised"], strict=True)
    total = {str(study): float(count) for study, count in arms.items()}
    yield from (
        Fault(
            file="arms.csv",
            column="n_randomised",
            found=f"{total[study]:g} randomised over the arms of {study}",
            allowed=f"at most {limit:g}, as in studies.csv",
            cure="Correct one of the tables.",
        )
        for study, limit in limits
        if total.get(study, 0.0) > limit
    )


def _parts(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    binary = tables["binary"]
    people = binary.frame["unit"] != "events"
    yield from _ordered(binary, "events", "n", among=people)
    yield from _ordered(tables["prior_use"], "n_prior", "n")
    blinding = tables["blinding"]
    parts = ["n_guess_active", "n_guess_control", "n_unsure"]
    guessed = blinding.frame[parts].sum(axis=1)
    asked_of = blinding.frame["n_asked"]
    lines = blinding.frame.index
    for line, total, asked in zip(lines, guessed, asked_of, strict=True):
        if total > asked:
            yield Fault(
                file=blinding.table.file,
                row=line,
                column="n_asked",
                found=f"{total:g} guesses of {asked:g} asked",
                allowed="no more guesses than people asked",
                cure="Correct one of the counts.",
            )


def _scores(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    ranges: dict[str, tuple[float, float]] = {}
    for _, name, *limits in tables["instruments"].rows("instrument", "min", "max"):
        ranges.setdefault(name, (limits[0], limits[1]))
    raw = tables["continuous"]
    for line, name, stat, mean in raw.rows("instrument", "stat", "mean"):
        if name not in ranges or stat not in _STATS:
            continue
        low, high = ranges[name]
        if "change" in stat:
            low, high = low - high, high - low
        if mean < low or mean > high:
            yield Fault(
                file=raw.table.file,
                row=line,
                column="mean",
                found=f"a mean {stat} of {mean:g} on {name}",
                allowed=f"{low:g} to {high:g}",
                cure="Correct mean or stat, or the range in instruments.csv.",
            )


def _unsized(raw: RawTable) -> Iterator[Fault]:
    unreadable = {fault.row for fault in raw.faults if fault.column == "n"}
    for line, n, verification in raw.rows("n", "verification"):
        if n == n or verification == "unverified" or line in unreadable:
            continue
        yield Fault(
            file=raw.table.file,
            row=line,
            column="n",
            found="an empty cell",
            allowed="a whole number, at least 2 (empty only if unverified)",
            cure="Fill in how many people were assessed.",
        )


def _is_date(text: str) -> bool:
    parts = [int(part) for part in text.split("-")]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return False
    return True


def _standing(raw: RawTable) -> Iterator[Fault]:
    pattern = raw.table.column("status_date").pattern
    cells = raw.rows("status", "status_date", "status_reason")
    for line, status, when, reason in cells:
        if status in ("corrected", "retracted") and not (when and reason):
            yield Fault(
                file=raw.table.file,
                row=line,
                column="status_date" if reason else "status_reason",
                found=f"{status!r} without date or reason",
                allowed="a date and a reason for every status but current",
                cure="Fill in status_date and status_reason.",
            )
        if re.fullmatch(pattern, when) and not _is_date(when):
            yield Fault(
                file=raw.table.file,
                row=line,
                column="status_date",
                found=repr(when),
                allowed="a day that exists",
                cure="Correct the date.",
            )


def _concerns(raw: RawTable) -> Iterator[Fault]:
    for line, text, when in raw.rows("concern", "concern_date"):
        if text and not when:
            yield Fault(
                file=raw.table.file,
                row=line,
                column="concern_date",
                found="a concern without a date",
                allowed="since when it is public, as YYYY-MM-DD, YYYY-MM or YYYY",
                cure="Fill in concern_date.",
            )


def number_faults(tables: Mapping[str, RawTable]) -> list[Fault]:
    """List numbers that cannot stand beside each other.

    More assessed than randomised, more events than people, more guesses than
    people asked, scores outside the range of their instrument, limits in the
    wrong order, days that do not exist, and concerns without a date.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_tables
    >>> number_faults(read_tables(Path("data/raw")))
    []
    """
    faults = [*_sizes(tables), *_parts(tables), *_scores(tables)]
    faults.extend(_unsized(tables["continuous"]))
    faults.extend(_ordered(tables["continuous"], "ci_low", "ci_high"))
    faults.extend(_ordered(tables["bias_priors"], "ci_low", "estimate"))
    faults.extend(_ordered(tables["bias_priors"], "estimate", "ci_high"))
    for name in ("sources", "studies"):
        faults.extend(_concerns(tables[name]))
    return [*faults, *_standing(tables["sources"])]
