"""Printed standardised differences against the means and SDs of the same arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan, sqrt
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["standardised_differences"]

#: A t of 19 degrees of freedom and more: the approximate small-sample factor
#: and the exact one differ by less than rounding.
STATS = ("endpoint", "change")


def standardised_differences(evidence: Evidence) -> Iterator[Finding]:
    """A printed d or g is the one that the arms' means and SDs give.

    Compared without sign, with and without the small-sample factor, with
    endpoints and with changes: whichever is nearest.
    """
    primary = dict(evidence.studies[["study_id", "primary_timepoint"]].to_numpy())
    known = (r for r in scores(evidence) if r.verification != "unverified")
    rows = by(known, lambda r: (r.arm_id, r.instrument, r.timepoint, r.stat))
    for row in records(evidence, "contrasts"):
        if row["measure"] not in ("d", "g") or row["design"] != "between_arms":
            continue
        when = row["timepoint"]
        if when == "primary endpoint":
            when = primary.get(row["study_id"], when)
        found = list(_recomputed(rows, row, when))
        if not found or isnan(row["estimate"]):
            continue
        unit = 1.02 * half_unit(row["estimate"]) + 1e-9
        if all(abs(abs(row["estimate"]) - value) > unit for _, value in found):
            listed = ", ".join(f"{value:.3g} ({what})" for what, value in found)
            yield report(
                "d-from-means",
                row,
                "estimate",
                f"{row['measure']} = {row['estimate']:g} is not what the arms' "
                f"means and SDs give: {listed}.",
                file="contrasts.csv",
                severity="warning",
                evidence={"printed": row["estimate"]} | dict(found),
            )


def _recomputed(
    rows: Mapping[Any, list[Scores]], printed: dict[str, Any], when: str
) -> Iterator[tuple[str, float]]:
    for stat in STATS:
        active, control = (
            rows.get((printed[side], printed["instrument"], when, stat), ())
            for side in ("active_arm", "control_arm")
        )
        for one in active:
            for two in control:
                d = _d(one, two)
                if not isnan(d):
                    yield f"d of {stat}", d
                    yield f"g of {stat}", d * (1 - 3 / (4 * (one.n + two.n - 2) - 1))


def _d(one: Scores, two: Scores) -> float:
    df = one.n + two.n - 2
    pooled = ((one.n - 1) * one.spread**2 + (two.n - 1) * two.spread**2) / df
    return float(abs(one.mean - two.mean) / sqrt(pooled))
