"""The share of branches is judged apart from the share of lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from branches import judged

HERE = Path(__file__).parent


def counted(**files: tuple[int, int]) -> dict[str, Any]:
    """Return what SlipCover writes of files with branches run and missed."""
    return {
        "files": {
            name: {
                "executed_branches": [[n, n + 1] for n in range(run)],
                "missing_branches": [[n, n + 2] for n in range(missed)],
            }
            for name, (run, missed) in files.items()
        }
    }


@pytest.mark.parametrize(("run", "passes"), [(94, False), (95, True), (96, True)])
def test_the_gate_opens_at_the_share_that_is_asked_for(run: int, passes: bool) -> None:
    found, said = judged(counted(a=(run, 100 - run)), 95)
    assert found is passes
    assert said.startswith(f"{run} of 100 branches were run, {run}.00 %")


def test_files_with_most_missed_branches_are_named_first() -> None:
    files = {f"file{n}": (0, n) for n in range(1, 13)}
    lines = judged(counted(**files), 95)[1].splitlines()
    assert lines[0].endswith("0.00 %, where 95 % are asked for. Most are missed in")
    assert [line.split() for line in lines[1:]] == [
        [str(n), f"file{n}"] for n in range(12, 2, -1)
    ]


def test_where_no_branch_was_counted_the_gate_is_shut() -> None:
    assert judged(counted(a=(0, 0)), 95) == (
        False, "No branches were counted; see tests/unrewritten.py."
    )  # fmt: skip


@pytest.mark.parametrize(("missed", "code"), [(1, 0), (10, 1)])
def test_the_script_tells_its_verdict_by_its_exit_code(
    missed: int, code: int, tmp_path: Path
) -> None:
    path = tmp_path / "counted.json"
    path.write_text(json.dumps(counted(a=(90, missed))))
    command = [sys.executable, HERE / "branches.py", path, "95"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == code
    assert f"90 of {90 + missed} branches were run" in done.stdout
