"""effect_size against metafor's escalc on the same inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from mdmameta.effects import effect_size
from mdmameta.errors import OptionError
from mdmameta.options import Measure

REFERENCE = Path(__file__).parents[1] / "reference"
OURS = get_args(Measure)

#: Checks of these measures when the files were copied; it must not shrink.
CHECKS = 95

#: Of these, checks where R stopped with an error.
ERRORS = 1


def _checks() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    files = {path.name: path for path in sorted(REFERENCE.rglob("*.json"))}
    found = []
    for path in files.values():
        case = json.loads(path.read_text())
        for check in case.get("checks", ()):
            ours = check["args"].get("measure") in OURS
            if check["fn"] == "escalc" and ours:
                found.append((case, check))
    return found


CASES = _checks()


def _inputs(case: dict[str, Any], check: dict[str, Any]) -> dict[str, Any]:
    args = check["args"]
    columns = case["inputs"].get(args.get("arm"), case["inputs"])
    if check["on"] == "args":
        return {name: args[name] for name in args if name not in OPTIONS}
    cols = args.get("cols") or _cols_of_the_first(case, args["measure"])
    return {
        name: columns[column] for name, column in cols.items() if column != "unused"
    }


OPTIONS = ("measure", "vtype", "add", "to", "drop00", "cols", "arm")


def _cols_of_the_first(case: dict[str, Any], measure: str) -> dict[str, str]:
    same = (c["args"] for c in case["checks"] if c["fn"] == "escalc")
    return next(a["cols"] for a in same if a["measure"] == measure and "cols" in a)


def _options(check: dict[str, Any]) -> dict[str, Any]:
    names = ("measure", "vtype", "add", "to", "drop00")
    return {name: check["args"][name] for name in names if name in check["args"]}


def discrepancy(case: dict[str, Any], check: dict[str, Any]) -> float:
    """Largest difference as a share of the tolerance that the file states."""
    table = effect_size(**_options(check), **_inputs(case, check))
    worst = 0.0
    for ours, theirs in (("y", "yi"), ("v", "vi")):
        expected = np.array(check["result"][theirs], dtype=float)
        found = table[ours].to_numpy()
        assert (np.isnan(found) == np.isnan(expected)).all()
        allowed = check["tol"]["abs"] + check["tol"]["rel"] * np.abs(expected)
        worst = max(worst, np.nanmax(np.abs(found - expected) / allowed))
    return worst


@pytest.mark.parametrize(
    ("case", "check"), CASES, ids=[check["id"] for _, check in CASES]
)
def test_y_and_v_equal_metafors(case: dict[str, Any], check: dict[str, Any]) -> None:
    if "error" in check:
        with pytest.raises(OptionError):
            effect_size(**_options(check), **_inputs(case, check))
    else:
        assert discrepancy(case, check) < 1


def test_no_check_was_lost() -> None:
    assert len(CASES) == CHECKS
    assert sum("error" in check for _, check in CASES) == ERRORS
    assert {check["args"]["measure"] for _, check in CASES} == set(OURS)
