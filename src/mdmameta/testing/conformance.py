"""What the conformance kit found: checks, recovery of the truth, speed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

import pandas as pd

Outcome = Literal["passed", "failed", "waived", "reported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name
        Code of the duty, or what was measured.
    outcome
        "passed" or "failed"; "waived" with the model's reason; "reported" for
        a figure that is not judged.
    detail
        What was found, in a sentence with its numbers.

    Examples
    --------
    >>> from mdmameta.testing import Check
    >>> Check(name="order", outcome="passed", detail="12 rows in 3 orders").outcome
    'passed'
    """

    name: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """Report on a model.

    Parameters
    ----------
    model
        Label of the model, its repr.
    checks
        In the order in which they were made.
    seed
        Of everything simulated.

    Examples
    --------
    >>> from mdmameta.testing import Check, Conformance
    >>> check = Check(name="order", outcome="failed", detail="it moved by 0.1")
    >>> report = Conformance(model="Mine()", checks=(check,), seed=1)
    >>> report, report.passed
    (<Conformance Mine(): failed (order)>, False)
    >>> print(report)
    Mine(): failed (order)
      failed   order  it moved by 0.1
    """

    model: str
    checks: tuple[Check, ...]
    seed: int

    @property
    def passed(self) -> bool:
        """Whether nothing failed: the contract, and coverage with many studies."""
        return not self.failures

    @property
    def failures(self) -> tuple[Check, ...]:
        """Checks that failed."""
        return tuple(check for check in self.checks if check.outcome == "failed")

    def to_frame(self) -> pd.DataFrame:
        """One row a check: name, outcome, detail."""
        names = [f.name for f in fields(Check)]
        rows = [[getattr(check, name) for name in names] for check in self.checks]
        return pd.DataFrame(rows, columns=names)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "model": self.model,
            "passed": self.passed,
            "seed": self.seed,
            "checks": self.to_frame().to_dict("records"),
        }

    def to_html(self) -> str:
        """Return a table for a page, with everything in it escaped."""
        from html import escape

        head = f"<h2>{escape(self.model)}: {self._verdict()}</h2>\n"
        return head + self.to_frame().to_html(index=False, border=0, escape=True)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _verdict(self) -> str:
        if self.passed:
            return "passed"
        return f"failed ({', '.join(check.name for check in self.failures)})"

    def __repr__(self) -> str:
        return f"<Conformance {self.model}: {self._verdict()}>"

    def __str__(self) -> str:
        wide = max(len(check.name) for check in self.checks)
        lines = [
            f"  {check.outcome:<8} {check.name:<{wide}}  {check.detail}"
            for check in self.checks
        ]
        return "\n".join([f"{self.model}: {self._verdict()}", *lines])
