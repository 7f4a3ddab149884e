"""Effect sizes: metafor's escalc, with every measure and option in the files."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from mdmameta.effects import effect_size
from mdmameta.errors import DataWarning
from reference_cases import Comparison, load, numbers

OPTIONS = ("measure", "vtype", "add", "to", "drop00", "correct", "cols", "arm")


def compare_escalc(to: Comparison, name: str, check: dict[str, Any]) -> None:
    r = check["result"]
    with warnings.catch_warnings():
        # Where R has NA although nothing is missing, we warn as well.
        warnings.simplefilter("ignore", DataWarning)
        table = effect_size(**options(check), **inputs(name, check))
    for ours, theirs in (("y", "yi"), ("v", "vi")):
        assert (table[ours].isna() == np.isnan(numbers(r[theirs]))).all(), check["id"]
        to.add(check, theirs, table[ours], r[theirs])


def options(check: dict[str, Any]) -> dict[str, Any]:
    """Options of a call of escalc, by the names that they have here."""
    args = check["args"]
    names = ("measure", "vtype", "add", "to", "drop00")
    found = {name: args[name] for name in names if name in args}
    if not args.get("correct", True):
        found["correction"] = "none"
    return found


def inputs(name: str, check: dict[str, Any]) -> dict[str, Any]:
    """Columns or numbers that a call of escalc was given."""
    args = check["args"]
    if check["on"] == "args":
        return {arg: args[arg] for arg in args if arg not in OPTIONS}
    columns = load(name)["inputs"]
    columns = columns.get(args.get("arm"), columns)
    cols = args.get("cols") or cols_of_the_first(name, args["measure"])
    return {arg: columns[col] for arg, col in cols.items() if col != "unused"}


def cols_of_the_first(name: str, measure: str) -> dict[str, str]:
    """Columns of the first call for a measure, where a later one leaves them out."""
    same = (c["args"] for c in load(name)["checks"] if c["fn"] == "escalc")
    return next(a["cols"] for a in same if a["measure"] == measure and "cols" in a)


COMPARE = {"escalc": compare_escalc}
