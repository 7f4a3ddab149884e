"""Who was counted: numbers of people over rows, times and tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import isnan
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = [
    "arms_add_up",
    "arms_by_id",
    "is_counted",
    "numbers_agree",
    "numbers_fall",
    "percentages",
    "subsets",
    "too_many",
]


def arms_by_id(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """Rows of arms by the id of the arm."""
    return {row["arm_id"]: row for row in records(evidence, "arms")}


def too_many(evidence: Evidence) -> Iterator[Finding]:
    """No more people are counted in an arm than were in it."""
    arms = arms_by_id(evidence)
    for table in ("continuous", "binary"):
        for row in records(evidence, table):
            arm = arms.get(row["arm_id"], {})
            most = [arm.get("n_randomised"), arm.get("n_treated")]
            known = [n for n in most if n is not None and not isnan(n)]
            if row.get("unit") == "events" or not known or isnan(row["n"]):
                continue
            if row["n"] > max(known):
                yield report(
                    "n-too-large",
                    row,
                    "n",
                    f"{row['n']:g} people in {row['arm_id']}, which had "
                    f"{max(known):g}: another arm's number, or another arm's row?",
                    file=f"{table}.csv",
                    evidence={"n": row["n"], "in the arm": max(known)},
                )


def numbers_fall(evidence: Evidence) -> Iterator[Finding]:
    """People lost to one assessment do not return at the next."""
    rows = [
        r
        for r in scores(evidence)
        if r.stat in ("baseline", "endpoint") and not isnan(r.n) and not isnan(r.weeks)
    ]
    for series in by(rows, lambda r: (*r.arm, r.analysis_set)).values():
        kept = sorted((r for r in series if r.kept), key=lambda r: r.weeks)
        for before, after in itertools.pairwise(kept):
            if after.n > before.n:
                for row in (before, after):
                    yield report(
                        "n-rises",
                        row,
                        "n",
                        f"{before.n:g} people at {before.timepoint} and {after.n:g} at "
                        f"{after.timepoint}: those lost have returned.",
                        severity="warning",
                        evidence={"before": before.n, "after": after.n},
                    )


def numbers_agree(evidence: Evidence) -> Iterator[Finding]:
    """Rows of one arm at one time count the same people.

    Endpoint and change of an instrument; and both against the number assessed
    at the primary time.
    """
    arms = arms_by_id(evidence)
    primary: dict[Any, Any] = dict(
        evidence.studies[["study_id", "primary_timepoint"]].itertuples(index=False)
    )
    instruments: dict[Any, Any] = dict(
        evidence.studies[["study_id", "primary_instrument"]].itertuples(index=False)
    )
    rows = [r for r in scores(evidence) if r.kept and not isnan(r.n)]
    for (arm, when), group in by(rows, lambda r: (r.arm, r.timepoint)).items():
        counted: dict[str, float] = {f"{r.stat} row": r.n for r in group}
        study, name, instrument = arm
        assessed = arms.get(name, {}).get("n_primary_assessed", float("nan"))
        at_primary = when == primary.get(study) and instrument == instruments.get(study)
        if at_primary and not isnan(assessed):
            counted["arms.csv"] = assessed
        if len(set(counted.values())) > 1:
            yield from _disagreement(group, counted)


def _disagreement(group: list[Scores], counted: dict[str, float]) -> Iterator[Finding]:
    values = list(counted.values())
    common = max(set(values), key=values.count)
    odd = [r for r in group if r.n != common] if values.count(common) > 1 else group
    listed = ", ".join(f"{n:g} ({where})" for where, n in counted.items())
    for row in odd:
        yield report(
            "n-agree",
            row,
            "n",
            f"The same people are counted differently at {row.timepoint}: {listed}.",
            severity="warning",
            evidence=counted,
        )


def percentages(evidence: Evidence) -> Iterator[Finding]:
    """A percentage is the one that its counts give."""
    tables = (
        ("prior_use", "n_prior", "n", "pct_prior"),
        ("blinding", None, "n_asked", "pct_correct"),
    )
    for table, events, n, percent in tables:
        for row in records(evidence, table):
            part = row[events] if events else _rightly(row)
            if isnan(part) or isnan(row[n]) or isnan(row[percent]):
                continue
            share, unit = 100 * part / row[n], half_unit(row[percent]) * (1 + 1e-9)
            off = abs(share - row[percent])
            if off > unit:
                yield report(
                    "percentage",
                    row,
                    percent,
                    f"{part:g} of {row[n]:g} is {share:.4g} %, not {row[percent]:g} %.",
                    file=f"{table}.csv",
                    severity="error" if off > 3 * unit else "note",
                    evidence={"part": part, "n": row[n], "percent": row[percent]},
                )


def _rightly(row: dict[str, Any]) -> float:
    column = {"active": "n_guess_active", "control": "n_guess_control"}
    return float(row.get(column.get(row.get("role", ""), ""), float("nan")))


def arms_add_up(evidence: Evidence) -> Iterator[Finding]:
    """The arms of a trial were randomised as many as the trial."""
    arms = evidence.arms
    for study in records(evidence, "studies"):
        own = arms.loc[arms["study_id"] == study["study_id"], "n_randomised"]
        stated = study["n_randomised"]
        known = len(own) > 1 and own.notna().all() and not isnan(stated)
        if known and own.sum() != stated:
            yield report(
                "arms-add-up",
                study,
                "n_randomised",
                f"{stated:g} randomised, and {own.sum():g} in its arms.",
                file="studies.csv",
                severity="warning",
                evidence={"trial": stated, "arms": list(own)},
            )


def subsets(evidence: Evidence) -> Iterator[Finding]:
    """Counts of one arm at one time fit each other.

    Remission is part of loss of diagnosis and of response; outcomes of one time
    have one n.
    """
    rows = [r for r in records(evidence, "binary") if is_counted(r)]
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["arm_id"], row["timepoint"]), []).append(row)
    for group in groups.values():
        events = {row["outcome"]: row for row in group}
        for part, whole in NESTED:
            if part in events and whole in events:
                yield from _part_of(events[part], events[whole])
        yield from _one_n([r for r in group if r["outcome"] in EFFICACY])


#: Remission is a score so low that those who began with PTSD have a response too.
NESTED = (("remission", "loss_of_diagnosis"), ("remission", "response"))


def _part_of(inner: dict[str, Any], outer: dict[str, Any]) -> Iterator[Finding]:
    if not inner["events"] > outer["events"]:
        return
    for row in (inner, outer):
        yield report(
            "subset",
            row,
            "events",
            f"{inner['events']:g} with {inner['outcome']} but only "
            f"{outer['events']:g} with {outer['outcome']}, of which it is part.",
            file="binary.csv",
            evidence={r["outcome"]: r["events"] for r in (inner, outer)},
        )


#: Outcomes that are read from the same assessment.
EFFICACY = ("response", "remission", "loss_of_diagnosis")


def is_counted(row: dict[str, Any]) -> bool:
    """Whether a row counts participants of an arm, for an analysis to use."""
    return bool(
        row["arm_id"]
        and row["unit"] != "events"
        and row["preferred"] != "no"
        and row["verification"] != "unverified"
    )


def _one_n(group: list[dict[str, Any]]) -> Iterator[Finding]:
    numbers = [row["n"] for row in group]
    if len(set(numbers)) < 2:
        return
    common = max(set(numbers), key=numbers.count)
    for row in group:
        if row["n"] != common or numbers.count(common) == 1:
            yield report(
                "n-agree",
                row,
                "n",
                f"{row['n']:g} people here, and others at the same time have "
                f"{', '.join(f'{n:g}' for n in sorted(set(numbers)))}.",
                file="binary.csv",
                severity="warning",
                evidence={r["outcome"]: r["n"] for r in group},
            )
