"""Judge the branches alone that SlipCover counted: `python tests/branches.py FILE 95`.

SlipCover judges lines and branches together, and lines are many more.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

#: Files that are named where too few branches were run.
NAMED = 10


def judged(counted: dict[str, Any], least: float) -> tuple[bool, str]:
    """Say which share of branches was run, and which files miss most if too few."""
    missed = {name: len(one["missing_branches"]) for name, one in files(counted)}
    run = sum(len(one["executed_branches"]) for _, one in files(counted))
    there = run + sum(missed.values())
    if not there:
        return False, "No branches were counted; see tests/unrewritten.py."
    text = f"{run} of {there} branches were run, {100 * run / there:.2f} %"
    if 100 * run >= least * there:
        return True, f"{text}; {least:g} % are asked for."
    worst = sorted(missed, key=lambda name: -missed[name])[:NAMED]
    most = "".join(f"\n  {missed[name]:4d}  {name}" for name in worst)
    return False, f"{text}, where {least:g} % are asked for. Most are missed in{most}"


def files(counted: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what was counted of each file."""
    return list(counted["files"].items())


if __name__ == "__main__":
    passed, said = judged(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2]))
    sys.stdout.write(f"{said}\n")
    sys.exit(not passed)
