"""Loader of the reference values, and the rule by which numbers agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).parent / "reference"


@cache
def load(name: str) -> dict[str, Any]:
    """One file of reference values, by its name without suffix."""
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every file of reference values, without suffix."""
    return sorted(path.stem for path in REFERENCE.glob("*.json"))


def checks(name: str, *functions: str) -> Iterator[dict[str, Any]]:
    """Checks of one file that are of some R functions on an entry of effects."""
    case = load(name)
    for check in case["checks"]:
        if check["fn"] in functions and check["on"] in case["effects"]:
            yield check


def numbers(value: Any) -> np.ndarray:
    """A value of R's as an array: null is NaN and "Inf" is infinite."""
    flat = np.array(value, dtype=object).ravel()
    return np.array([np.nan if v is None else float(v) for v in flat])


class LeftOut(Exception):
    """Says why a call of R's has no counterpart here; counted, not hidden."""


@dataclass
class Comparison:
    """Numbers compared so far, and those that differ."""

    compared: int = 0
    worst: dict[str, tuple[float, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, check: dict[str, Any], key: str, ours: Any, theirs: Any) -> None:
        """Compare one key; R's missing values are not compared."""
        got, want = np.asarray(ours, dtype=float).ravel(), numbers(theirs)
        if got.shape != want.shape:
            self.faults.append(f"{check['id']} {key}: {got.shape} for {want.shape}")
            return
        asked = ~np.isnan(want)
        self.compared += int(asked.sum())
        for mine, theirs_ in zip(got[asked], want[asked], strict=True):
            self._one(check, key, float(mine), float(theirs_))

    def _one(self, check: dict[str, Any], key: str, got: float, want: float) -> None:
        if got == want:
            return
        tol = check["tol"]
        # abs is meant for numbers of order one; I² is a percentage.
        unit = 100 if key.startswith("I2") else 1
        allowed = tol["abs"] * unit + tol["rel"] * abs(want)
        error = abs(got - want)
        if not error <= allowed:
            self.faults.append(f"{check['id']} {key}: {got!r} for {want!r}")
        relative = error / max(abs(want), unit * tol["abs"] / tol["rel"])
        if relative > self.worst.get(tol["class"], (0.0, ""))[0]:
            self.worst[tol["class"]] = (relative, f"{check['id']} {key}")
