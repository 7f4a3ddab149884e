"""Tables of the report about the audit and about rows set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.analyses.catalogue import SETS
from mdmameta.audit import Audit
from mdmameta.errors import ReportError
from mdmameta.lineage.audited import QUOTED
from mdmameta.records import Evidence
from mdmameta.reporting.conflicts import Choice, shift_words
from mdmameta.reporting.sentences import joined
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import percent, pooled, typeset

__all__ = [
    "Power",
    "audit_sentence",
    "choices_table",
    "findings_table",
    "quoted_sentence",
]


def findings_table(found: Audit) -> Table:
    """Every finding with its severity, place and evidence."""
    rows = [
        {
            "row": finding.row_id or f"{finding.file}, line {finding.row}",
            "finding": typeset(finding.message),
            "column": finding.column,
            "severity": finding.severity,
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


@dataclass(frozen=True)
class Power:
    """What a study with made faults found of the audit.

    Parameters
    ----------
    figures
        As ``benchmarks/audit_power.py`` writes them.
    """

    figures: Mapping[str, Any]

    @classmethod
    def read(cls, path: str | Path) -> Power:
        """Read the figures of a study.

        Raises
        ------
        ReportError
            When the file is missing or is not what the study writes.
        """
        try:
            figures = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ReportError(
                f"{path} cannot be read ({error}); run: nox -s audit-power"
            ) from error
        if not isinstance(figures, dict) or "kinds" not in figures:
            raise ReportError(f"{path} holds no kinds; run: nox -s audit-power")
        return cls(figures)

    def sentence(self, evidence: Evidence) -> str:
        """Say in prose how many made faults were found, and in which tables."""
        total = _summed(self.figures["kinds"])
        seeds = joined([str(seed) for seed in self.figures["seeds"]])
        same = all(
            hashlib.sha256((evidence.path / f"{name}.csv").read_bytes()).hexdigest()
            == known
            for name, known in self.figures["tables"].items()
        )
        which = "these tables" if same else "an earlier state of these tables"
        return (
            f"{total['constrained'] + total['free']} single-cell faults were made in "
            f"sound rows of {which}, one at a time (seeds {seeds}). Where "
            "another number of the tables could expose the cell, the audit reported "
            f"{_percent(total, 'constrained')} of {total['constrained']}; where only "
            f"what is unlikely speaks against it, {_percent(total, 'free')} of "
            f"{total['free']}."
        )

    def table(self) -> Table:
        """Share of faults found by kind and by seed."""
        seeds = [
            {**one, "kind": f"Seed {one['seed']}"} for one in self.figures["by_seed"]
        ]
        total = {**_summed(self.figures["kinds"]), "kind": "All"}
        rows = [
            {
                "fault": one["kind"],
                "could be exposed": f"{one['constrained']}",
                "found": _percent(one, "constrained"),
                "could not": f"{one['free']}",
                "found anyway": _percent(one, "free"),
            }
            for one in (*self.figures["kinds"], total, *seeds)
        ]
        return as_table(pd.DataFrame(rows), align="lrrrr")


def _summed(kinds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = ("constrained", "constrained_caught", "free", "free_caught")
    return {name: sum(one[name] for one in kinds) for name in names}


def _percent(one: Mapping[str, Any], which: str) -> str:
    whole = one[which]
    return percent(100 * one[f"{which}_caught"] / whole if whole else None)


def choices_table(made: list[Choice]) -> Table:
    """Rows set aside, with the pooled results that they would change."""
    rows = []
    for choice in made:
        base = {"set aside": choice.row_id, "preferred": choice.instead_of}
        if not choice.changed:
            rows.append({**base, "contrast set": "none", "as it is": "", "shift": ""})
        for name, (before, after) in choice.changed.items():
            rows.append(
                {
                    **base,
                    "contrast set": SETS[name].title,
                    "as it is": pooled(before),
                    "with the other row": pooled(after),
                    "shift": shift_words(before, after),
                }
            )
    columns = ["set aside", "preferred", "contrast set", "as it is"]
    frame = pd.DataFrame(rows).reindex(
        columns=[*columns, "with the other row", "shift"]
    )
    return as_table(frame.fillna(""), align="lllrrr")
