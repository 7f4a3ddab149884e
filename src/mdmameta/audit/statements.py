"""Counts against the percentages that others print of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.people import arms_by_id
from mdmameta.audit.rows import records, report
from mdmameta.records import Evidence
from mdmameta.records.links import split

__all__ = ["printed_percentages"]

#: Kind of statement that prints the percentage of each of its rows.
PERCENTAGES = "percentages"


def printed_percentages(evidence: Evidence) -> Iterator[Finding]:
    """A count is the one whose percentage a text prints.

    A percentage of n people allows few counts (GRIM: Brown and Heathers 2017,
    doi:10.1177/1948550616673876).
    """
    counts = {row["row_id"]: row for row in records(evidence, "binary")}
    arms = arms_by_id(evidence)
    for claim in records(evidence, "claims"):
        if claim["recipe"] != PERCENTAGES:
            continue
        printed = _printed(evidence, claim["claim_id"])
        for name in split(claim["rows"]):
            row = counts.get(name)
            if row is None or isnan(row["events"]) or isnan(row["n"]):
                continue
            role = arms.get(row["arm_id"], {}).get("role", "study")
            if role in printed:
                yield from _differs(row, printed[role], claim)


def _printed(evidence: Evidence, claim: str) -> dict[str, Mapping[str, Any]]:
    return {
        row["quantity"]: row
        for row in records(evidence, "claim_numbers")
        if row["claim_id"] == claim and row["relation"] == "="
    }


def _differs(
    row: Mapping[str, Any], printed: Mapping[str, Any], claim: Mapping[str, Any]
) -> Iterator[Finding]:
    percent = 100 * row["events"] / row["n"]
    unit = 0.5 * 10.0 ** -printed["digits"] * (1 + 1e-9)
    if abs(percent - printed["value"]) > unit:
        shown = f"{printed['value']:.{int(printed['digits'])}f}"
        yield report(
            "printed-percentage",
            row,
            "events",
            f"{row['events']:g} of {row['n']:g} is {percent:.3g} %; "
            f"{claim['source_id']} prints {shown} % ({claim['claim_id']}).",
            file="binary.csv",
            severity="warning",
            evidence={"percent": percent, "printed": printed["value"]},
        )
