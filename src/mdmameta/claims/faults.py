"""Statements that cannot be computed again: recipes and rows that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from mdmameta.claims.recipes import RECIPES, rows_by_id
from mdmameta.errors import Fault
from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.schema import TABLES

__all__ = ["claim_faults", "faults_by_claim"]

_FILE = TABLES["claims"].file


def claim_faults(evidence: Evidence) -> list[Fault]:
    """List statements whose recipe or rows do not exist, computing none of them.

    Parameters
    ----------
    evidence
        Checked tables.

    Returns
    -------
    list of Fault
        In the order of the table; empty if every statement can be tried.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> claim_faults(load_evidence("data/raw"))
    []
    """
    return [fault for found in faults_by_claim(evidence).values() for fault in found]


def faults_by_claim(evidence: Evidence) -> dict[str, list[Fault]]:
    """Return what is wrong with each statement that cannot be tried, by its name.

    Parameters
    ----------
    evidence
        Checked tables.
    """
    known = rows_by_id(evidence)
    found: dict[str, list[Fault]] = {}
    claims = evidence.claims.to_dict("records")
    for line, claim in zip(evidence.lines("claims"), claims, strict=True):
        if faults := list(_faults(line, claim, known)):
            found[str(claim["claim_id"])] = faults
    return found


def _faults(
    line: int, claim: Mapping[Any, Any], known: Mapping[str, Any]
) -> Iterator[Fault]:
    name, recipe = str(claim["claim_id"]), str(claim["recipe"])
    if not recipe and not claim["missing"]:
        found = f"claim {name!r} with neither a recipe nor what is missing"
        cure = "Name its recipe, or say in column missing what it would need."
        yield _fault(line, "recipe", found, "one of the two", cure)
    if recipe and recipe not in RECIPES:
        close = get_close_matches(recipe, list(RECIPES), n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        yield _fault(
            line,
            "recipe",
            f"claim {name!r}: there is no recipe {recipe!r}",
            ", ".join(RECIPES),
            f"{hint}Correct the name, or leave it empty and say what is missing.",
        )
    for row in split(str(claim["rows"])):
        if row not in known:
            close = get_close_matches(row, list(known), n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            found = f"claim {name!r}: no table has a row called {row!r}"
            cure = f"{hint}Correct the name."
            yield _fault(line, "rows", found, "a row_id of any table", cure)


def _fault(line: int, column: str, found: str, allowed: str, cure: str) -> Fault:
    return Fault(
        file=_FILE, row=line, column=column, found=found, allowed=allowed, cure=cure
    )
