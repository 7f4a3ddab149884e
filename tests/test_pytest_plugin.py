"""The pytest plugin reports each thing that a model owes as a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdmameta.pytest_plugin import models_at

MODELS = """
from dataclasses import replace
from mdmameta import CommonEffect

class Silent:
    def fit(self, effects):
        return replace(CommonEffect().fit(effects), warnings=())
    def __repr__(self):
        return "Silent()"

MODELS = [CommonEffect(), Silent()]
"""


def run(where: Path, place: str) -> str:
    (where / "mine.py").write_text(MODELS)
    command = [sys.executable, "-m", "pytest", "-p", "mdmameta.pytest_plugin"]
    command += ["--conform", place, "-q", "-rfs", "--rootdir", str(where)]
    environment = os.environ | {
        "PYTHONPATH": str(where),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
    }
    done = subprocess.run(
        command, cwd=where, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_each_duty_of_each_model_is_a_test(tmp_path: Path) -> None:
    said = run(tmp_path, "mine:MODELS")
    assert "Silent()[missing]" in said
    assert "a row was dropped without a warning" in said
    assert "CommonEffect(interval='wald')[" not in said  # nothing of it failed
    assert "4 failed, 22 passed" in said


def test_a_class_is_checked_with_its_defaults(tmp_path: Path) -> None:
    said = run(tmp_path, "mine:CommonEffect")
    assert "13 passed" in said


@pytest.mark.parametrize("place", ["json:NONE", "nowhere:MODELS", "json"])
def test_a_place_without_models_is_an_error_with_its_cure(place: str) -> None:
    with pytest.raises(pytest.UsageError, match=f"--conform {place}: .*module:name"):
        models_at(place)


def test_the_error_reaches_who_runs_pytest(tmp_path: Path) -> None:
    said = run(tmp_path, "mine:NONE")
    assert "ERROR: --conform mine:NONE: " in said
    assert "Give module:name" in said
