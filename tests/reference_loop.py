"""The loop over every reference value, with what agrees, differs or is left out."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from mdmameta.errors import NoEventsWarning
from reference_cases import Comparison, LeftOut, load, names
from reference_keys import Read

Compare = Callable[[Comparison, str, dict[str, Any]], None]

HERE = Path(__file__).parent / "agreement"

#: Functions of R that this package has no counterpart of yet.
LATER: dict[str, str] = {}

#: Functions compared by a rule of their own, in the test named.
ELSEWHERE = {
    "bayesmeta": "tests/models/bayesian/test_against_bayesmeta.py",
    "bayesmeta_loo": "tests/models/bayesian/test_against_bayesmeta.py",
}


@cache
def comparisons() -> dict[str, list[Compare]]:
    """R function -> its comparisons, from every module of the folder agreement.

    Where several modules compare a function, as on effects and on counts, the
    first that does not leave a check out has it.
    """
    found: dict[str, list[Compare]] = {}
    for path in sorted(HERE.glob("*.py")):
        for function, compare in import_module(
            f"agreement.{path.stem}"
        ).COMPARE.items():
            found.setdefault(function, []).append(compare)
    return found


def compared(name: str, check: dict[str, Any]) -> Comparison:
    """Run the comparison of one check."""
    reason = LeftOut("nothing compares this function")
    for compare in comparisons().get(check["fn"], []):
        to = Comparison()
        try:
            with warnings.catch_warnings():
                # R pools such trials by default and says nothing.
                warnings.simplefilter("ignore", NoEventsWarning)
                compare(to, name, check)
        except LeftOut as why:
            reason = why
        else:
            return to
    raise reason


@dataclass(frozen=True)
class Divergence:
    """Keys of a check in which R's number is known not to be ours, and why."""

    keys: tuple[str, ...]
    reason: str


@cache
def divergences() -> dict[tuple[str, str], Divergence]:
    """File and id of a check -> the divergence committed for it."""
    rows = json.loads((HERE / "divergences.json").read_text(encoding="utf-8"))
    return {
        (row["file"], row["check"]): Divergence(tuple(row["keys"]), row["reason"])
        for row in rows
    }


@dataclass
class Agreement:
    """What came of the checks of one R function in one file.

    ``agree``, ``diverge`` and ``failed_in_r`` count checks; ``left_out`` counts
    them by reason; ``numbers`` counts the numbers compared; ``there`` and ``read``
    name the parts of R's results, and those that a comparison asked for.
    """

    agree: int = 0
    diverge: int = 0
    failed_in_r: int = 0
    numbers: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    worst: dict[str, tuple[float, str]] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def of(self, name: str, check: dict[str, Any]) -> None:
        """Run one check and count it."""
        result = check["result"]
        if isinstance(result, dict):
            result = Read(result)
        try:
            to = compared(name, {**check, "result": result})
        except LeftOut as reason:
            self.left_out[str(reason)] += 1
            return
        if isinstance(result, Read):
            self.there |= result.there
            self.read |= result.read
        known = divergences().get((name, check["id"]))
        if not to.compared:
            self.faults.append(f"{check['id']}: no number was compared")
        elif known is None:
            self.agree += not to.faults
            self.faults += to.faults
            self._keep_worst(to)
        else:
            self.diverge += 1
            self.faults += _unexpected(check["id"], to, known)
        self.numbers += to.compared

    def _keep_worst(self, to: Comparison) -> None:
        for kind, (error, where) in to.worst.items():
            if error > self.worst.get(kind, (0.0, ""))[0]:
                self.worst[kind] = (error, where)


def _unexpected(check: str, to: Comparison, known: Divergence) -> Iterator[str]:
    """Faults outside the keys committed, and keys committed that agree."""
    keys = {_key_of(check, fault) for fault in to.faults}
    yield from (f for f in to.faults if _key_of(check, f) not in known.keys)
    yield from (f"{check} {key}: agrees now" for key in set(known.keys) - keys)


def _key_of(check: str, fault: str) -> str:
    return fault.removeprefix(f"{check} ").split(": ")[0]


@cache
def agreement(name: str, function: str) -> Agreement:
    """Compare every check of a function in a file."""
    result = Agreement()
    for check in load(name)["checks"]:
        if check["fn"] != function:
            continue
        if "result" not in check:
            result.failed_in_r += 1
        else:
            result.of(name, check)
    return result


def functions(name: str) -> list[str]:
    """R functions that a file has checks of, in their order there."""
    return list(dict.fromkeys(check["fn"] for check in load(name)["checks"]))


def pairs() -> list[tuple[str, str]]:
    """Every file with every R function that is compared on it."""
    beside = LATER.keys() | ELSEWHERE.keys()
    return [(n, f) for n in names() for f in functions(n) if f not in beside]


def total(function: str) -> Agreement:
    """Add up the agreement of a function over all files."""
    result = Agreement()
    for name, other in pairs():
        if other != function:
            continue
        part = agreement(name, function)
        for count in ("agree", "diverge", "failed_in_r", "numbers"):
            setattr(result, count, getattr(result, count) + getattr(part, count))
        result.left_out += part.left_out
        result.there |= part.there
        result.read |= part.read
        result.faults += part.faults
        result._keep_worst(Comparison(worst=part.worst))
    return result
