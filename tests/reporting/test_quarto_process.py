"""Quarto as a process: what it leaves, and that it ends with us."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mdmameta.reporting.quarto_process import run_quarto, tidied

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

#: Waits for a signal, then says so; a child of it would wait for ever.
PATIENT = """\
import pathlib, signal, sys, time
def stop(*_):
    pathlib.Path("stopped").touch()
    sys.exit(1)
signal.signal(signal.SIGTERM, stop)
print("waiting", flush=True)
time.sleep(60)
"""


def test_the_log_is_told_line_by_line_without_colours(tmp_path: Path) -> None:
    told: list[str] = []
    code = r"import sys; print('\x1b[1m\r[1/2] a.qmd\x1b[22m'); sys.exit(3)"
    ended = run_quarto([sys.executable, "-c", code], tmp_path, {}, told.append)
    assert ended == (3, told)
    assert "[1/2] a.qmd" in told


def test_quarto_ends_when_we_are_interrupted(tmp_path: Path) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_quarto([sys.executable, "-c", PATIENT], tmp_path, {}, interrupt)
    assert (tmp_path / "stopped").exists()


def test_half_made_pages_are_taken_away_and_nothing_else(tmp_path: Path) -> None:
    kept = {"index.qmd", "old.html", "notes.html", "old.qmd"}
    for name in kept:
        (tmp_path / name).touch()

    def fail() -> None:
        for name in ("index.html", "index.typ", "index.quarto_ipynb"):
            (tmp_path / name).touch()
        for name in ("index_files", "site_libs"):
            (tmp_path / name).mkdir()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), tidied(tmp_path):
        fail()
    assert {path.name for path in tmp_path.iterdir()} == kept
