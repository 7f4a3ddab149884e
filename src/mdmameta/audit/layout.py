"""Which statistic the rows of one table print, SD or standard error."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from mdmameta.audit.finding import Finding
from mdmameta.audit.rows import by, report, scores
from mdmameta.records import Evidence

__all__ = ["one_kind_of_spread"]

_NAMES = {"sd": "an SD", "se": "a standard error"}


def one_kind_of_spread(evidence: Evidence) -> Iterator[Finding]:
    """Rows that one source prints side by side have one kind of spread.

    Side by side are the arms and times of one instrument and stat. Of two rows
    that differ, both are reported; of more, the one that stands alone. Taking one
    for the other is the commonest error of extraction (Gøtzsche 2007,
    doi:10.1001/jama.298.4.430).
    """
    rows = [
        r
        for r in scores(evidence)
        if r.kept and not isnan(r.spread) and r.verification != "unverified"
    ]
    groups = by(rows, lambda r: (r.study_id, r.source_id, r.instrument, r.stat))
    for group in groups.values():
        for row in group:
            others = {r.spread_column for r in group if r is not row}
            if others and others != {row.spread_column} and len(others) == 1:
                (other,) = others
                yield report(
                    "spread-kind",
                    row,
                    row.spread_column,
                    f"{_NAMES[row.spread_column].capitalize()} here, {_NAMES[other]} "
                    f"in the {len(group) - 1} like rows of {row.source_id}: the wrong "
                    "column?",
                    severity="warning",
                    evidence={
                        "rows": [r.row_id for r in group],
                        "kinds": [r.spread_column for r in group],
                    },
                )
