"""What the audit found, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from mdmameta.errors import Fault

__all__ = ["Audit", "Finding", "Severity", "from_faults"]

Severity = Literal["error", "warning", "note"]

#: From what must be mended to what should be known.
ORDER = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One number that cannot be, or can hardly be, what the row says it is.

    Parameters
    ----------
    rule
        Name of the rule that found it.
    severity
        ``error``: the numbers contradict each other in a row that analyses use;
        ``warning``: they contradict in a row set aside or only quoted, or are
        very unlikely; ``note``: worth knowing.
    file, row, column
        Where: line in the file, counted from 1 with the header as line 1.
    row_id
        Name of the row.
    message
        What is wrong, in a sentence.
    evidence
        The numbers that the rule compared.

    Examples
    --------
    >>> from mdmameta.audit import Finding
    >>> finding = Finding(
    ...     rule="mean", severity="error", file="continuous.csv", row=7, column="mean",
    ...     row_id="con-A", message="90 is above the scale.")
    >>> print(finding)
    error: continuous.csv, row 7, column mean (con-A): 90 is above the scale. [mean]
    """

    rule: str
    severity: Severity
    file: str
    row: int
    column: str
    row_id: str
    message: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}"
        place += f", column {self.column}" if self.column else ""
        place += f" ({self.row_id})" if self.row_id else ""
        return f"{self.severity}: {place}: {self.message} [{self.rule}]"


def from_faults(faults: Sequence[Fault]) -> tuple[Finding, ...]:
    """Return faults of form as findings, for tables that cannot be compared.

    Parameters
    ----------
    faults
        As checks of tables raise them.

    Returns
    -------
    tuple of Finding

    Examples
    --------
    >>> from mdmameta.errors import Fault
    >>> fault = Fault(file="arms.csv", row=3, column="n", found="0", allowed="over 0")
    >>> (finding,) = from_faults([fault])
    >>> finding.severity, finding.row, finding.message
    ('error', 3, 'Found 0; allowed: over 0. ')
    """
    return tuple(
        Finding(
            rule="validate",
            severity="error",
            file=fault.file,
            row=fault.row or 1,
            column=fault.column or "",
            row_id="",
            message=f"Found {fault.found}; allowed: {fault.allowed}. {fault.cure}",
            evidence={"found": fault.found},
        )
        for fault in faults
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """All findings about tables of evidence.

    Parameters
    ----------
    findings
        By severity, then file, row and rule.

    Examples
    --------
    >>> from mdmameta.audit import Audit, Finding
    >>> finding = Finding(
    ...     rule="mean", severity="error", file="continuous.csv", row=7, column="mean",
    ...     row_id="con-A", message="90 is above the scale.")
    >>> found = Audit((finding,))
    >>> found, found.passed
    (<Audit: 1 errors, 0 warnings, 0 notes>, False)
    """

    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        listed = ", ".join(f"{n} {kind}" for kind, n in self.counts.items())
        return f"<Audit: {listed}>"

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity, in the plural."""
        return {f"{s}s": sum(f.severity == s for f in self.findings) for s in ORDER}

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity != "error" for finding in self.findings)

    def to_frame(self) -> pd.DataFrame:
        """One row a finding; ``evidence`` holds dictionaries."""
        names = Finding.__slots__
        rows = [{name: getattr(f, name) for name in names} for f in self.findings]
        return pd.DataFrame(rows, columns=list(names))

    def to_dict(self) -> dict[str, Any]:
        """Return what ``mdmameta audit --json`` writes."""
        rows = [{name: getattr(f, name) for name in f.__slots__} for f in self.findings]
        return {
            "findings": [{**row, "evidence": dict(row["evidence"])} for row in rows]
        }
