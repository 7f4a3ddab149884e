"""The multiverse on the command line, on a small universe."""

import json
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.multiverse import of_sets

ROOT = Path(__file__).parents[2]
DATA = ("--data", ROOT / "data/raw")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let the default choices be those of one small set."""
    effects = Effects.from_arrays(
        y=[-0.9, -0.5, -0.6, -0.8],
        v=[0.05, 0.06, 0.2, 0.1],
        measure="SMD",
        direction="lower",
        label="severity",
    )
    module = import_module("mdmameta.sensitivity.multiverse.of_evidence")
    monkeypatch.setattr(module, "of_evidence", lambda _: of_sets({"end": effects}))


def test_text_tells_main_analysis_shares_and_what_they_are_not(run):
    text = run("sensitivity", "multiverse", *DATA).stdout
    assert text.startswith("severity: 90 specifications\nmain analysis   -0.723 [")
    assert "interval beyond 0.5, low end for the CAPS: " in text
    assert "neither can be below 0.125" in text
    assert "! Shares of specifications are not probabilities" in text


def test_json_stands_alone_and_progress_goes_elsewhere(run):
    result = run("sensitivity", "multiverse", *DATA, "--json", "-", "--seed", 4)
    told = json.loads(result.stdout)
    assert "[90/90] specifications" in result.stderr
    assert (told["name"], told["specifications"], told["seed"]) == ("multiverse", 90, 4)
    assert told["main"]["options"]["estimator"] == "REML"
    assert set(told["share_beyond"]) > {"zero, towards benefit", "zero, towards harm"}
    assert sum(row["share"] for row in told["decomposition"]) == pytest.approx(1)
    assert told["joint"]["smallest_p"] == 0.125


def test_a_directory_gets_parts_and_is_gone_on_with(run, tmp_path):
    words = ("sensitivity", "multiverse", *DATA, "--out", tmp_path / "parts")
    first = run(*words)
    assert len(pd.read_parquet(tmp_path / "parts")) == 90
    again = run(*words)
    assert again.stdout == first.stdout
    assert "specifications" not in again.stderr


def test_a_directory_of_something_else_is_bad_input(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    words = ("sensitivity", "multiverse", *DATA, "--out", tmp_path)
    assert "holds 'notes.txt'" in run(*words, code=2).stderr


@pytest.mark.parametrize("option", ["--seed", "--workers", "--scheduler", "--out"])
def test_an_option_of_the_multiverse_is_refused_by_other_analyses(run, option):
    said = run("sensitivity", "dropout", *DATA, option, "1", code=2).stderr
    assert f"{option} is for the multiverse; dropout does not take it." in said


def test_workers_are_at_least_one(run):
    assert "x>=1" in run("sensitivity", "multiverse", "--workers", 0, code=2).stderr
