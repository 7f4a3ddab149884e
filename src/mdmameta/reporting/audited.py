"""Tables of the report about the audit and about rows set aside."""

from __future__ import annotations

import pandas as pd

from mdmameta.analyses.catalogue import SETS
from mdmameta.audit import Audit
from mdmameta.lineage.audited import QUOTED
from mdmameta.reporting.conflicts import Choice
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import number, pooled, typeset

__all__ = ["audit_sentence", "choices_table", "findings_table", "quoted_sentence"]


def findings_table(found: Audit) -> Table:
    """Every finding with its severity, place and evidence."""
    rows = [
        {
            "row": finding.row_id or f"{finding.file}, line {finding.row}",
            "column": finding.column,
            "severity": finding.severity,
            "finding": typeset(finding.message),
            "rule": finding.rule,
        }
        for finding in found
    ]
    return as_table(pd.DataFrame(rows), align="lllll")


def audit_sentence(found: Audit) -> str:
    """Give the answer of the audit in a sentence for prose."""
    errors, warnings, notes = found.counts.values()
    used = (
        "No row that analyses use contradicts another number of these tables"
        if found.passed
        else f"Rows in use contradict other numbers ({_noun(errors, 'error')})"
    )
    return f"{used}; there are {_noun(warnings, 'warning')} and {_noun(notes, 'note')}."


def _noun(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def quoted_sentence(found: Audit) -> str:
    """Count the findings about documents that are only quoted."""
    quoted = sum(finding.file in QUOTED for finding in found)
    return (
        f"{quoted} of the {len(found)} findings are about results as other documents "
        "print them."
    )


def choices_table(made: list[Choice]) -> Table:
    """Rows set aside, with the pooled results that they would change."""
    rows = []
    for choice in made:
        base = {"set aside": choice.row_id, "preferred": choice.instead_of}
        if not choice.changed:
            rows.append({**base, "contrast set": "none", "as it is": "", "shift": ""})
        for name, (before, after) in choice.changed.items():
            shift = after.estimate.value - before.estimate.value
            rows.append(
                {
                    **base,
                    "contrast set": SETS[name].title,
                    "as it is": pooled(before),
                    "with the other row": pooled(after),
                    "shift": number(shift, 3),
                }
            )
    columns = ["set aside", "preferred", "contrast set", "as it is"]
    frame = pd.DataFrame(rows).reindex(
        columns=[*columns, "with the other row", "shift"]
    )
    return as_table(frame.fillna(""), align="lllrrr")
