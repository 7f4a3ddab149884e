"""The pytest plugin reports each thing that a model owes as a test."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mdmameta import CommonEffect
from mdmameta.pytest_plugin import Conforms, models_at, pytest_collection_modifyitems

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


class Unheard:
    """A model that says nothing of what it left out."""

    waives = {"scale": "it has a unit of its own"}  # noqa: RUF012

    def fit(self, effects: Any) -> Any:
        return replace(CommonEffect().fit(effects), warnings=())

    def __repr__(self) -> str:
        return "Unheard()"


@pytest.fixture(scope="module")
def items(request: pytest.FixtureRequest) -> dict[str, Conforms]:
    """Give the tests of the model above, one by its duty, without running them."""
    places = {"conform": [f"{__name__}:Unheard"], "--conform": []}
    config = SimpleNamespace(getini=places.get, getoption=places.get)
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, __name__, SimpleNamespace(Unheard=Unheard))
        pytest_collection_modifyitems(request.session, config, found)  # type: ignore[arg-type]
    return {item.name.partition("[")[2].rstrip("]"): item for item in found}


def test_a_duty_that_is_not_met_fails_with_what_was_found(
    items: dict[str, Conforms],
) -> None:
    with pytest.raises(pytest.fail.Exception, match="missing: a row was dropped witho"):
        items["missing"].runtest()
    assert items["missing"].reportinfo()[2] == "Unheard()[missing]"


def test_a_duty_that_is_met_passes(items: dict[str, Conforms]) -> None:
    items["order"].runtest()


def test_a_duty_that_is_waived_is_skipped_with_its_reason(
    items: dict[str, Conforms],
) -> None:
    with pytest.raises(pytest.skip.Exception, match="it has a unit of its own"):
        items["scale"].runtest()


def test_what_is_not_asked_of_a_model_is_skipped(items: dict[str, Conforms]) -> None:
    with pytest.raises(pytest.skip.Exception, match="not asked of this model"):
        items["calibration"].runtest()
