"""People counted at one visit, by instrument and by outcome."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from statistics import median
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.people import EFFICACY, arms_by_id, is_counted
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["baseline_numbers", "outcomes_count_alike", "visits_count_alike"]

#: People at a visit who may leave out one instrument, or as part of all: a
#: questionnaire is forgotten, an interview is not held.
LEAVE_OUT, PART_LEAVES_OUT = 2, 0.05

#: Numbers of an arm that its baseline may be of: everybody, those treated, or the
#: completers alone.
OF_ARM = ("n_randomised", "n_treated", "n_primary_assessed")


def visits_count_alike(evidence: Evidence) -> Iterator[Finding]:
    """Instruments of one visit were filled in by the same people, but for few."""
    rows = [r for r in scores(evidence) if _is_usable(r)]
    for group in by(rows, lambda r: (r.arm_id, r.timepoint)).values():
        if len({r.instrument for r in group}) < 2:
            continue
        for row in group:
            others = [r.n for r in group if r.instrument != row.instrument]
            usual = float(median(others))
            if abs(row.n - usual) > max(LEAVE_OUT, PART_LEAVES_OUT * usual):
                yield report(
                    "n-visit",
                    row,
                    "n",
                    f"{row.n:g} people at {row.timepoint}, where other instruments of "
                    f"{row.arm_id} have {usual:g}: another arm's or time's number?",
                    severity="warning",
                    evidence={"n": row.n, "other instruments": usual},
                )


def _is_usable(row: Scores) -> bool:
    return row.kept and not isnan(row.n) and row.verification != "unverified"


def outcomes_count_alike(evidence: Evidence) -> Iterator[Finding]:
    """Outcomes that are read from scores count those who have the scores.

    Response, remission and loss of diagnosis against the primary instrument of
    the trial, in one arm at one time.
    """
    names = ["study_id", "primary_instrument"]
    primary: dict[Any, Any] = dict(evidence.studies[names].to_numpy())
    rows = [r for r in scores(evidence) if _is_usable(r)]
    own = (r for r in rows if r.instrument == primary.get(r.study_id))
    scored = by(own, lambda r: (r.arm_id, r.timepoint))
    for row in records(evidence, "binary"):
        found = scored.get((row["arm_id"], row["timepoint"]), [])
        if not found or row["outcome"] not in EFFICACY or not is_counted(row):
            continue
        numbers = {r.n for r in found}
        if row["n"] not in numbers:
            yield from _counts_differ(row, found)


def _counts_differ(row: dict[str, Any], found: list[Scores]) -> Iterator[Finding]:
    known = {"events of": row["n"]} | {r.row_id: r.n for r in found}
    listed = ", ".join(f"{r.n:g} in {r.row_id}" for r in found)
    yield report(
        "n-outcome",
        row,
        "n",
        f"{row['outcome']} of {row['n']:g} people, and scores of {listed}.",
        file="binary.csv",
        severity="warning",
        evidence=known,
    )
    for one in found:
        yield report(
            "n-outcome",
            one,
            "n",
            f"Scores of {one.n:g} people, and {row['outcome']} of {row['n']:g} in "
            f"{row['row_id']}.",
            severity="warning",
            evidence=known,
        )


def baseline_numbers(evidence: Evidence) -> Iterator[Finding]:
    """A baseline is of all who were in the arm, or of those with the endpoint."""
    arms = arms_by_id(evidence)
    for row in scores(evidence):
        arm = arms.get(row.arm_id, {})
        known = [arm[c] for c in OF_ARM if c in arm and not isnan(arm[c])]
        if row.stat != "baseline" or not _is_usable(row) or not known:
            continue
        if row.n not in known:
            listed = ", ".join(f"{n:g}" for n in sorted(set(known)))
            yield report(
                "n-baseline",
                row,
                "n",
                f"{row.n:g} people at baseline; the arm's numbers are {listed} "
                "(randomised, treated or assessed).",
                severity="warning",
                evidence={"n": row.n, "of the arm": sorted(set(known))},
            )
