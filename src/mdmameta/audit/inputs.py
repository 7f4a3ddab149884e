"""Numbers of a trial where others repeat them, against the trial's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["assessed_as_scored", "inputs_of_trials"]

_SIDES = ("active", "control")


def inputs_of_trials(evidence: Evidence) -> Iterator[Finding]:
    """What a review took from a trial is a row of that trial, where it has rows.

    A mean goes with its SD, without sign, as reviews turn scales; events go with
    the people of whom they were counted.
    """
    own = by(scores(evidence), "study_id")
    counts: dict[str, set[tuple[float, float]]] = {}
    for row in records(evidence, "binary"):
        counts.setdefault(row["study_id"], set()).add((row["events"], row["n"]))
    for row in records(evidence, "review_inputs"):
        study = row["study_id"]
        for side in _SIDES:
            known = own.get(study, [])
            mean, events = row[f"mean_{side}"], row[f"events_{side}"]
            if known and not isnan(mean) and not _is_own(row, side, known):
                yield _foreign(row, f"mean_{side}", f"mean {mean:g}")
            pair = (events, row[f"n_{side}"])
            if study in counts and not isnan(events) and pair not in counts[study]:
                yield _foreign(row, f"events_{side}", f"{pair[0]:g} of {pair[1]:g}")


def _is_own(row: dict[str, Any], side: str, known: list[Scores]) -> bool:
    n, mean, sd = (row[f"{name}_{side}"] for name in ("n", "mean", "sd"))
    return any(
        one.n == n
        and abs(abs(one.mean) - abs(mean)) <= 2 * half_unit(one.mean)
        and (isnan(sd) or abs(one.spread - sd) <= 2 * half_unit(one.spread, sd) + 0.05)
        and (mean >= 0 or "change" in one.stat)
        for one in known
    )


def _foreign(row: dict[str, Any], column: str, what: str) -> Finding:
    return report(
        "input-unlike",
        row,
        column,
        f"{what} with its n and SD is in no row of {row['study_id']}: an SE for an SD, "
        "another arm or time, or a slip?",
        file="review_inputs.csv",
        severity="warning",
        evidence={column: row[column]},
    )


def assessed_as_scored(evidence: Evidence) -> Iterator[Finding]:
    """People with a primary outcome are those behind the primary scores."""
    primary = {
        row["study_id"]: (row["primary_instrument"], row["primary_timepoint"])
        for row in records(evidence, "studies")
    }
    scored = {
        one.arm_id: one
        for one in scores(evidence)
        if one.kept
        and one.stat == "endpoint"
        and (one.instrument, one.timepoint) == primary.get(one.study_id)
    }
    for row in records(evidence, "arms"):
        one, n = scored.get(row["arm_id"]), row["n_primary_assessed"]
        if one is not None and not isnan(n) and not isnan(one.n) and n != one.n:
            yield report(
                "n-primary",
                row,
                "n_primary_assessed",
                f"{n:g} with a primary outcome, and the primary scores are of "
                f"{one.n:g} ({one.row_id}).",
                file="arms.csv",
                severity="warning",
                evidence={"assessed": n, "scored": one.n},
            )
