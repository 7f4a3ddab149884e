"""Commands on tables: what they say, what they write and how they end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mdmameta.records import load_evidence
from mdmameta.schema import TABLES

ROOT = Path(__file__).parents[2]

DERIVED = {"effects.csv", "results.json", "ledger.json", "manifest.json"}


@pytest.fixture
def faulty(data: Path, spoil) -> list[str]:
    """Spoil the copy in many ways; return where each fault must be reported."""
    spoil("continuous.csv", 2, "sd", "0")
    spoil("continuous.csv", 3, "mean", "thirty")
    spoil("continuous.csv", 5, "n", "1")
    spoil("binary.csv", 4, "events", "999")
    spoil("arms.csv", 2, "source_id", "NOBODY")
    spoil("prior_use.csv", 2, "study_id", "XX9")
    header, *rows = (data / "thresholds.csv").read_text("utf-8").splitlines()
    text = "\n".join([header.replace("size", "sise"), *rows])
    (data / "thresholds.csv").write_text(text + "\n", "utf-8")
    return [
        "continuous.csv, row 2, column sd: found 0",
        "continuous.csv, row 3, column mean: found 'thirty'",
        "continuous.csv, row 5, column n: found 1",
        "binary.csv, row 4, column events: found events 999 and n 12",
        "arms.csv, row 2, column source_id: found 'NOBODY'",
        "prior_use.csv, row 2, column study_id: found 'XX9'",
        "thresholds.csv, row 1, column size: found no such column",
        "thresholds.csv, row 1, column sise: found an unknown column",
    ]


def state(*places: Path) -> dict[Path, bytes]:
    """Every file below some directories with its content."""
    files = (path for place in places for path in place.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files}


def test_sound_tables_are_counted_by_name(run) -> None:
    evidence = load_evidence(ROOT / "data/raw")
    text = run("validate", "--data", ROOT / "data/raw").stdout
    assert ": sound." in text
    for name in TABLES:
        assert f"{name} {len(evidence.to_frame(name))}" in text


def test_json_of_sound_tables_has_their_fingerprint(run, results) -> None:
    done = run("validate", "--data", ROOT / "data/raw", "--json", "-")
    document = json.loads(done.stdout)
    assert document["valid"] is True
    assert document["digest"] == results.evidence.digest
    assert document["rows"]["arms"] == len(results.evidence.arms)


def test_every_fault_is_listed_at_once(run, data, faulty) -> None:
    text = run("validate", "--data", data, code=1).output
    assert [place for place in faulty if place not in text] == []
    assert text.count("allowed:") == int(text.split()[0]) >= len(faulty)


def test_json_of_faults_stands_alone_on_standard_output(run, data, faulty) -> None:
    done = run("validate", "--data", data, "--json", "-", code=1)
    document = json.loads(done.stdout)
    assert document["valid"] is False
    found = {(f["file"], f["row"], f["column"]) for f in document["faults"]}
    assert {("continuous.csv", 2, "sd"), ("binary.csv", 4, "events")} <= found
    assert all(fault["allowed"] for fault in document["faults"])


def test_json_to_a_file_leaves_the_words_on_standard_output(run, tmp_path) -> None:
    path = tmp_path / "out.json"
    done = run("validate", "--data", ROOT / "data/raw", "--json", path)
    assert json.loads(path.read_text("utf-8"))["valid"] is True
    assert ": sound." in done.stdout
    assert str(path) in done.stderr


def test_a_json_file_that_cannot_be_written_is_wrong_usage(run, tmp_path) -> None:
    path = tmp_path / "nowhere" / "out.json"
    done = run("validate", "--data", ROOT / "data/raw", "--json", path, code=2)
    assert f"--json: {path} cannot be written (No such file" in done.stderr


def test_a_directory_that_is_not_there_fails_the_check(run, tmp_path) -> None:
    text = run("validate", "--data", tmp_path / "nowhere", code=1).stdout
    assert "found no such directory; allowed: a directory with" in text


def test_validate_writes_nothing(run, data, faulty) -> None:
    before = state(data)
    run("validate", "--data", data, code=1)
    assert state(data) == before


@pytest.mark.usefixtures("computed")
def test_derive_writes_beside_the_tables_and_names_what_it_wrote(run, data) -> None:
    lines = run("derive", "--data", data).stdout.splitlines()
    out = data.parent / "derived"
    assert {path.name for path in out.iterdir()} == DERIVED
    written = {Path(line.removeprefix("wrote ")) for line in lines}
    assert written == {data / "sources.bib", *out.iterdir()}


@pytest.mark.usefixtures("computed")
def test_what_was_just_written_is_up_to_date(run, data) -> None:
    run("derive", "--data", data)
    assert run("derive", "--data", data, "--check").stdout.endswith("up to date.\n")


@pytest.mark.usefixtures("computed")
def test_files_that_differ_in_versions_alone_are_left_as_they_are(run, data) -> None:
    run("derive", "--data", data)
    manifest = data.parent / "derived" / "manifest.json"
    other = manifest.read_text(encoding="utf-8").replace(
        '"python": "3.', '"python": "9.'
    )
    manifest.write_text(other, encoding="utf-8")
    assert "up to date" in run("derive", "--data", data).stdout
    assert manifest.read_text(encoding="utf-8") == other


@pytest.mark.usefixtures("computed")
def test_derive_check_writes_nothing(run, data, tmp_path) -> None:
    before = state(tmp_path)
    text = run("derive", "--data", data, "--check", code=1).stdout
    assert text.count("does not exist.") == len(DERIVED)
    assert state(tmp_path) == before


@pytest.mark.usefixtures("computed")
def test_a_changed_number_fails_the_check_and_its_place_is_named(run, data) -> None:
    run("derive", "--data", data)
    path = data.parent / "derived/results.json"
    document = json.loads(path.read_text("utf-8"))
    document["results"][0]["value"] += 1e-5
    path.write_text(json.dumps(document), "utf-8")
    done = run("derive", "--data", data, "--check", code=1)
    (line,) = done.stdout.splitlines()
    assert "results.json: /results/ptsd-primary/reml-kh/value is -0.71258" in line
    assert "out of date; run: mdmameta derive" in done.stderr


@pytest.mark.usefixtures("computed")
def test_a_changed_effect_fails_the_check_and_its_line_is_named(run, data) -> None:
    run("derive", "--data", data)
    path = data.parent / "derived/effects.csv"
    path.write_text(path.read_text("utf-8").replace("ptsd-change", "change", 1))
    text = run("derive", "--data", data, "--check", code=1).stdout
    assert text.startswith(f"{path}: line ")


@pytest.mark.usefixtures("computed")
def test_a_missing_file_fails_the_check_and_is_named(run, data) -> None:
    run("derive", "--data", data)
    (data.parent / "derived/manifest.json").unlink()
    text = run("derive", "--data", data, "--check", code=1).stdout
    assert text == f"{data.parent / 'derived/manifest.json'} does not exist.\n"


@pytest.mark.usefixtures("computed")
def test_a_changed_raw_table_fails_the_check(run, data, spoil) -> None:
    run("derive", "--data", data)
    spoil("studies.csv", 2, "label", "Another name")
    text = run("derive", "--data", data, "--check", code=1).stdout
    assert "manifest.json: /inputs/studies.csv is" in text


@pytest.mark.usefixtures("computed")
def test_derive_writes_to_another_directory_when_asked(run, data, tmp_path) -> None:
    run("derive", "--data", data, "--out", tmp_path / "elsewhere")
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == DERIVED
    assert not (data.parent / "derived").exists()


@pytest.mark.usefixtures("computed")
def test_a_failing_write_is_said_and_leaves_the_old_files(
    run, data, tmp_path, monkeypatch
) -> None:
    run("derive", "--data", data)
    (data.parent / "derived/effects.csv").write_text("old\n")
    before = state(tmp_path)

    def full(handle: int, *args: object, **kwargs: object) -> None:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    assert "No space left" in run("derive", "--data", data, code=2).stderr
    monkeypatch.undo()
    assert state(tmp_path) == before


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_derive_lists_every_fault_as_bad_data(run, data, faulty, options) -> None:
    text = run("derive", "--data", data, *options, code=2).stderr
    assert [place for place in faulty if place not in text] == []


def test_derive_writes_nothing_when_the_tables_have_faults(
    run, data, faulty, tmp_path
) -> None:
    before = state(tmp_path)
    run("derive", "--data", data, code=2)
    assert state(tmp_path) == before


def test_a_claim_that_cannot_be_recomputed_fails_the_check(run, data, spoil) -> None:
    spoil("claims.csv", 2, "recipe", "by-hand")
    text = run("validate", "--data", data, code=1).output
    assert "claims.csv, row 2, column recipe: found claim" in text
    assert "there is no recipe 'by-hand'" in text
