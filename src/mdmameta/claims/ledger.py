"""The reproduction ledger: every statement with its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mdmameta.claims.faults import faults_by_claim
from mdmameta.claims.recipes import RECIPES, Material, rows_by_id
from mdmameta.claims.verdict import VERDICTS, Finding, Printed, judge
from mdmameta.errors import ClaimError, EffectsError, ModelError
from mdmameta.records import Evidence
from mdmameta.records.links import split

__all__ = ["Entry", "Ledger", "reproduction_ledger"]

#: Number of significant digits of a recomputed number in files.
SIGNIFICANT_DIGITS = 8

_UNVERIFIED = "It rests on rows that are not verified."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement, what was computed, and the verdict.

    Parameters
    ----------
    claim
        Row of the table of claims.
    printed
        Its numbers.
    finding
        Verdict, computation and reason.

    Examples
    --------
    >>> from mdmameta.claims.recipes import Attempt
    >>> printed = Printed(quantity="n", relation="=", value=90, digits=0)
    >>> attempt = Attempt(numbers={"n": 90.0}, convention={})
    >>> entry = Entry(claim={"claim_id": "mine"}, printed=(printed,),
    ...               finding=judge((printed,), (attempt,)))
    >>> entry.id, entry.verdict, entry.recomputed
    ('mine', 'reproduced', {'n': 90.0})
    """

    claim: Mapping[str, str]
    printed: tuple[Printed, ...]
    finding: Finding

    @property
    def id(self) -> str:
        """Name of the claim."""
        return self.claim["claim_id"]

    @property
    def verdict(self) -> str:
        """Its verdict."""
        return self.finding.verdict

    @property
    def recomputed(self) -> dict[str, float | None]:
        """Quantity -> number computed here; None where there is none."""
        attempt = self.finding.attempt
        numbers = {} if attempt is None else attempt.numbers
        return {
            one.quantity: _rounded(numbers.get(one.quantity))
            for one in self.printed
            if one.relation != "given"
        }

    def to_dict(self) -> dict[str, Any]:
        """One record of the published JSON."""
        attempt = self.finding.attempt
        return {
            "id": self.id,
            "kind": self.claim["kind"],
            "statement": self.claim["statement"],
            "published": {one.quantity: one.text for one in self.printed},
            "recomputed": self.recomputed,
            "convention": {} if attempt is None else dict(attempt.convention),
            "verdict": self.verdict,
            "why": self.finding.why,
            "recipe": self.claim["recipe"],
            "rows": list(split(self.claim["rows"])),
            "source_id": self.claim["source_id"],
            "verification": self.claim["verification"],
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every statement with its verdict, in the order of the table.

    Parameters
    ----------
    entries
        One a statement.

    Examples
    --------
    >>> printed = Printed(quantity="n", relation="=", value=90, digits=0)
    >>> finding = judge((printed,), (), missing="participant data")
    >>> ledger = Ledger((Entry(claim={"claim_id": "mine"}, printed=(printed,),
    ...                        finding=finding),))
    >>> ledger["mine"].verdict, ledger["mine"].finding.why
    ('not checkable', 'participant data')
    """

    entries: tuple[Entry, ...]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, claim_id: str) -> Entry:
        """Return the entry of one claim."""
        return {entry.id: entry for entry in self.entries}[claim_id]

    @property
    def counts(self) -> dict[str, int]:
        """Verdict -> number of statements, the best verdict first."""
        found = [entry.verdict for entry in self.entries]
        return {verdict: found.count(verdict) for verdict in VERDICTS}

    def by_verdict(self) -> tuple[Entry, ...]:
        """Return the entries sorted by verdict, the best first."""
        return tuple(
            sorted(
                self.entries, key=lambda entry: VERDICTS.index(entry.finding.verdict)
            )
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what ``ledger.json`` holds."""
        return {"claims": [entry.to_dict() for entry in self.entries]}

    def to_frame(self) -> pd.DataFrame:
        """One row a printed number."""
        rows = [
            {
                "id": entry.id,
                "statement": entry.claim["statement"],
                "quantity": one.quantity,
                "relation": one.relation,
                "published": one.value,
                "recomputed": entry.recomputed.get(one.quantity),
                "convention": _words(entry.finding),
                "verdict": entry.verdict,
                "why": entry.finding.why,
                "source_id": entry.claim["source_id"],
            }
            for entry in self.entries
            for one in entry.printed or (_NOTHING,)
        ]
        return pd.DataFrame(rows)


_NOTHING = Printed(quantity="", relation="", value=float("nan"), digits=0)


def reproduction_ledger(evidence: Evidence) -> Ledger:
    """Compute every statement again and judge it by its printed digits.

    Parameters
    ----------
    evidence
        Checked tables, with claims and their numbers.

    Returns
    -------
    Ledger
        One entry a claim.

    Raises
    ------
    ClaimError
        Once, with every claim whose recipe does not exist or lacks data.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> ledger = reproduction_ledger(load_evidence("data/raw"))
    >>> ledger["sypres-caps"].verdict
    'reproduced'
    """
    known = rows_by_id(evidence)
    status = evidence.status_of().set_index("row_id")["verification"]
    unverified = frozenset(status.index[status == "unverified"])
    numbers: dict[str, list[Printed]] = {}
    for row in evidence.claim_numbers.to_dict("records"):
        numbers.setdefault(str(row["claim_id"]), []).append(_printed(row))
    broken = faults_by_claim(evidence)
    entries, faults = [], [str(one) for found in broken.values() for one in found]
    for row in evidence.claims.to_dict("records"):
        claim = {str(key): str(cell) for key, cell in row.items()}
        if claim["claim_id"] in broken:
            continue
        printed = tuple(numbers.get(claim["claim_id"], ()))
        try:
            finding = _finding(evidence, claim, printed, known, unverified)
        except ClaimError as error:
            faults.append(f"claims.csv, row {claim['row_id']!r}: {error}")
        else:
            entries.append(Entry(claim=claim, printed=printed, finding=finding))
    if faults:
        raise ClaimError("\n".join(faults))
    return Ledger(tuple(entries))


def _finding(
    evidence: Evidence,
    claim: Mapping[str, str],
    printed: tuple[Printed, ...],
    known: Mapping[str, Mapping[str, Any]],
    unverified: frozenset[str],
) -> Finding:
    if not claim["recipe"]:
        return judge(printed, (), missing=claim["missing"])
    material = _material(evidence, claim, printed, known)
    caveats = [claim["caveat"]]
    if unverified & set(split(claim["rows"])):
        caveats.append(_UNVERIFIED)
    try:
        attempts = RECIPES[claim["recipe"]](material)
    except (EffectsError, ModelError) as error:
        raise ClaimError(
            f"claim {claim['claim_id']!r}: its recipe {claim['recipe']!r} cannot use "
            f"its rows: {error} Correct the rows, or its column rows."
        ) from error
    return judge(
        printed,
        attempts,
        missing=claim["missing"],
        caveat=" ".join(text for text in caveats if text),
    )


def _material(
    evidence: Evidence,
    claim: Mapping[str, str],
    printed: tuple[Printed, ...],
    known: Mapping[str, Mapping[str, Any]],
) -> Material:
    return Material(
        claim_id=claim["claim_id"],
        evidence=evidence,
        rows=tuple(known[row] for row in split(claim["rows"])),
        given={p.quantity: p.value for p in printed if p.relation == "given"},
        printed={p.quantity: p.value for p in printed if p.relation != "given"},
    )


def _printed(row: Mapping[Any, Any]) -> Printed:
    return Printed(
        quantity=str(row["quantity"]),
        relation=str(row["relation"]) or "=",
        value=float(row["value"]),
        digits=int(row["digits"]),
    )


def _words(finding: Finding) -> str:
    return "" if finding.attempt is None else finding.attempt.words


def _rounded(number: float | None) -> float | None:
    if number is None or number != number:
        return None
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}")
