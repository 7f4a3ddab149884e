"""What a kernel reaches for, as audit events tell it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdmameta.reporting.embedded.reached import Reached

#: Does something in a process that records, and prints the record.
WATCHED = """
import json, sys
from mdmameta.reporting.embedded.reached import record
found = record()
exec(sys.argv[1])
print(json.dumps(found.said()))
"""


def reached(code: str, where: Path) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, code],
        cwd=where,
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_a_file_that_is_read_is_recorded_with_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    found = reached("open('a.csv').read(); __import__('os').listdir()", tmp_path)
    assert str(tmp_path / "a.csv") in found["opened"]
    assert str(tmp_path) in found["listed"]
    assert found["written"] == found["elsewhere"] == []


def test_a_file_that_is_not_there_is_recorded_too(tmp_path: Path) -> None:
    code = "try:\n    open('none.csv')\nexcept OSError:\n    pass"
    assert str(tmp_path / "none.csv") in reached(code, tmp_path)["opened"]


@pytest.mark.parametrize("mode", ["w", "a", "r+", "x"])
def test_a_file_that_is_written_is_told_from_one_that_is_read(
    tmp_path: Path, mode: str
) -> None:
    if mode == "r+":
        (tmp_path / "b.csv").write_text("1")
    found = reached(f"open('b.csv', '{mode}').close()", tmp_path)
    assert found["written"] == [str(tmp_path / "b.csv")]
    assert str(tmp_path / "b.csv") not in found["opened"]


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import os; os.system('true')", "os.system"),
        ("import sqlite3; sqlite3.connect(':memory:').close()", "sqlite3.connect"),
        (
            "import socket\ns = socket.socket()\n"
            "try:\n    s.connect(('127.0.0.1', 9))\nexcept OSError:\n    s.close()",
            "socket.connect",
        ),
    ],
)
def test_what_no_hash_of_files_can_name_is_recorded(
    tmp_path: Path, code: str, event: str
) -> None:
    assert event in reached(code, tmp_path)["elsewhere"]


def test_a_file_given_by_number_was_recorded_when_it_was_opened() -> None:
    found = Reached()
    found.hear("open", (3, "r", os.O_RDONLY))
    assert found.said()["opened"] == []


def test_directories_are_recorded_and_what_stays_inside_is_not(tmp_path: Path) -> None:
    found = Reached()
    found.hear("os.listdir", (None,))
    found.hear("os.scandir", (str(tmp_path),))
    found.hear("compile", (None, "a.py"))
    said = found.said()
    assert said["listed"] == sorted({str(Path.cwd()), str(tmp_path)})
    assert said["opened"] == said["elsewhere"] == []
