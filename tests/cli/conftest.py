"""The command line in this process, on a copy of the curated tables."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdmameta.cli import main
from mdmameta.reporting import results as module
from mdmameta.reporting.results import Results

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Return a function that runs `mdmameta` and refuses anything like a traceback."""

    def invoked(*words: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        assert result.exit_code == code, result.output
        return result

    return invoked


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the curated tables that a test may spoil."""
    return Path(shutil.copytree(ROOT / "data/raw", tmp_path / "raw"))


@pytest.fixture
def spoil(data: Path) -> Callable[..., None]:
    """Return a function that types other text into one cell of the copy."""

    def typed(file: str, line: int, column: str, text: str) -> None:
        path = data / file
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        rows[line - 1][rows[0].index(column)] = text
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    return typed


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch, results: Results) -> None:
    """Let commands find the analyses computed, whatever directory they name."""
    monkeypatch.setattr(module, "load_results", lambda data: results)
    monkeypatch.setattr("mdmameta.cli.recompute.PROCESSES", 1)
