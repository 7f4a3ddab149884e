"""Lineage on the command line: trees, JSON, and refusals with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ("--data", ROOT / "data/raw")


def test_trace_prints_a_tree_from_estimate_to_document(run) -> None:
    text = run("trace", "ptsd-primary/reml-kh", *DATA).stdout
    assert text.startswith("ptsd-primary/reml-kh: -0.71")
    assert "├─ 40.4 % effect effect:ptsd-primary/MAPP2" in text
    assert "continuous.csv:" in text
    assert "doi:10.5281/zenodo.19233985" in text


def test_trace_writes_json_alone_to_standard_output(run) -> None:
    done = run("trace", "effect:ptsd-change/MP9", *DATA, "--json", "-")
    top = json.loads(done.stdout)["trace"]
    assert top["facts"]["source_status"] == "retracted"
    assert top["steps"][0]["facts"]["file"] == "continuous.csv"


def test_trace_goes_up_and_stops_at_a_depth(run) -> None:
    text = run("trace", "TAPER2021", "--up", "--depth", 1, *DATA).stdout
    assert "read here: continuous:con-MP9-125-caps4-m2s2-change" in text
    assert "effect:" not in text


def test_an_unknown_id_is_wrong_usage_and_close_ids_are_named(run) -> None:
    text = run("trace", "ptsd-primary/reml", *DATA, code=2).stderr
    assert "nothing has the id 'ptsd-primary/reml'" in text
    assert "'ptsd-primary/reml-kh'" in text


@pytest.mark.parametrize("content", ["{", "[]"])
def test_derived_files_that_cannot_be_read_are_bad_data(run, tmp_path, content) -> None:
    (tmp_path / "results.json").write_text(content, "utf-8")
    words = ("trace", "blinding", *DATA, "--out", tmp_path)
    assert "run: mdmameta derive" in run(*words, code=2).stderr


def test_without_derived_files_an_estimate_is_traced_all_the_same(
    run, tmp_path
) -> None:
    text = run("trace", "ptsd-caps-5/common", *DATA, "--out", tmp_path).stdout
    assert text.startswith("ptsd-caps-5/common: -")


def test_impact_prints_estimates_before_and_after(run) -> None:
    text = run("impact", "10.1007/s00213-020-05710-w", *DATA).stdout
    assert text.startswith("TAPER2021: Feduccia")
    assert "! RETRACTED 2024-08" in text
    assert "ptsd-change/reml-kh: -0.885 [-1.101, -0.670] (k 7) -> " in text


def test_impact_writes_json_alone_to_standard_output(run) -> None:
    payload = json.loads(run("impact", "SYPRES_REL", *DATA, "--json", "-").stdout)
    first = payload["estimates"][0]
    assert (first["id"], first["after"]) == ("ptsd-primary/reml-kh", None)
    assert payload["decided"][0]["verdict_changes"] is True
    assert payload["facts"]["ids"] == ["SYPRES_REL", "P3_SYPRES_DATA"]


def test_impact_of_what_is_no_source_is_wrong_usage(run) -> None:
    text = run("impact", "TAPER2012", *DATA, code=2).stderr
    assert "Did you mean 'TAPER2021'" in text
