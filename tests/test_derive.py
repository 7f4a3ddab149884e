"""The only writer: committed files are current, complete, strict and atomic."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from pathlib import Path

import pytest

from mdmameta.derive import (
    WRITTEN_DIGITS,
    derived_files,
    differences,
    stored_results,
    write_derived,
)
from mdmameta.errors import DerivedDataError

ROOT = Path(__file__).parents[1]
RAW, DERIVED = ROOT / "data/raw", ROOT / "data/derived"


@pytest.fixture(scope="module")
def files(results) -> dict[Path, str]:
    """Give every derived file as the code makes it now."""
    return derived_files(results, RAW, DERIVED)


def refuse_constant(text: str) -> None:
    raise AssertionError(f"{text} is not JSON")


def test_the_committed_files_are_what_the_code_gives(files) -> None:
    assert differences(files) == [], "run: mdmameta derive"


def test_nothing_else_lies_among_the_committed_files(files) -> None:
    assert set(DERIVED.iterdir()) == {path for path in files if path.parent == DERIVED}


def test_a_second_computation_gives_the_same_bytes(files, results) -> None:
    assert derived_files(results, RAW, DERIVED) == files


def test_results_are_strict_json_without_nan(files) -> None:
    text = files[DERIVED / "results.json"]
    document = json.loads(text, parse_constant=refuse_constant)
    assert document["schema"] == "mdmameta-results/1"
    assert document.keys() == {"schema", "results", "sensitivity"}
    assert document["sensitivity"].keys() >= {"blinding", "prior_use", "dropout"}


def test_numbers_are_written_to_the_digits_that_every_platform_agrees_on(
    files, results
) -> None:
    stored = json.loads(files[DERIVED / "results.json"])["results"][0]["value"]
    exact = results.fits["ptsd-primary", "reml-kh"].estimate.value
    assert stored == float(f"{exact:.{WRITTEN_DIGITS}g}") != exact


def test_the_file_of_effects_has_every_effect_of_every_set(files, results) -> None:
    rows = list(csv.DictReader(io.StringIO(files[DERIVED / "effects.csv"])))
    assert len(rows) == sum(one.k for one in results.effects.values())
    assert {row["set"] for row in rows} == set(results.effects)
    primary = [float(row["y"]) for row in rows if row["set"] == "ptsd-primary"]
    assert primary == pytest.approx(list(results.effects["ptsd-primary"].y), abs=1e-9)


def test_the_manifest_has_the_fingerprint_of_every_input(files) -> None:
    manifest = json.loads(files[DERIVED / "manifest.json"])
    inputs = {path.name: path for path in RAW.iterdir() if path.suffix != ".bib"}
    assert manifest["inputs"].keys() == inputs.keys()
    for name, digest in manifest["inputs"].items():
        assert digest == hashlib.sha256(inputs[name].read_bytes()).hexdigest()
    assert manifest["versions"].keys() >= {"mdmameta", "python", "numpy", "scipy"}


def test_another_version_of_a_library_is_no_difference(files, tmp_path) -> None:
    path = tmp_path / "manifest.json"
    manifest = json.loads(files[DERIVED / "manifest.json"])
    fresh = json.dumps(manifest)
    path.write_text(json.dumps({**manifest, "versions": {"numpy": "0.1"}}), "utf-8")
    assert differences({path: fresh}) == []


def test_a_derived_file_changed_by_hand_is_a_difference(files, tmp_path) -> None:
    path, effects = tmp_path / "manifest.json", tmp_path / "effects.csv"
    path.write_text(files[DERIVED / "manifest.json"], "utf-8")
    effects.write_text(files[DERIVED / "effects.csv"], "utf-8")
    assert differences({path: files[DERIVED / "manifest.json"]}) == []
    effects.write_text(effects.read_text("utf-8").replace("MP1", "MP2"), "utf-8")
    (told,) = differences({path: files[DERIVED / "manifest.json"]})
    assert told == f"{path}: effects.csv was changed after it was derived."


def document(value: float) -> str:
    return json.dumps({"results": [{"id": "a/b", "value": value}]})


def test_a_number_in_the_last_digit_is_no_difference_and_in_the_fifth_is_one(
    tmp_path,
) -> None:
    path = tmp_path / "results.json"
    path.write_text(document(-0.7119000001), "utf-8")
    assert differences({path: document(-0.7119)}) == []
    assert differences({path: document(-0.71195)}) == [
        f"{path}: /results/a/b/value is -0.7119000001, now -0.71195."
    ]


@pytest.mark.parametrize("stored", [b"[]", b"3", b"{", b"\xff\xfe"])
def test_stored_text_of_any_kind_is_a_difference_and_no_crash(
    tmp_path, stored: bytes
) -> None:
    (tmp_path / "results.json").write_bytes(stored)
    (tmp_path / "effects.csv").write_bytes(stored)
    fresh = {tmp_path / "results.json": '{"a": 1}', tmp_path / "effects.csv": "y\n1\n"}
    assert len(differences(fresh)) == 2


def test_files_are_written_whole_with_line_feeds_and_readable_by_all(tmp_path) -> None:
    path = tmp_path / "new" / "effects.csv"
    write_derived({path: "y\n−0.71\n"})
    assert path.read_bytes() == "y\n−0.71\n".encode()
    assert path.stat().st_mode & 0o444 == 0o444
    assert list(path.parent.iterdir()) == [path]


@pytest.fixture
def old(tmp_path: Path) -> dict[Path, str]:
    """Return files to write, in whose places older ones stand."""
    paths = [tmp_path / "a.csv", tmp_path / "b.json"]
    for path in paths:
        path.write_text("old", "utf-8")
    return dict.fromkeys(paths, "new")


def test_a_failing_write_leaves_every_old_file_and_no_scraps(
    old, tmp_path, monkeypatch
) -> None:
    opened = []

    def full(handle: int, *args: object, **kwargs: object) -> object:
        opened.append(handle)
        if len(opened) == 2:
            os.close(handle)
            raise OSError(28, "No space left on device")
        return fdopen(handle, *args, **kwargs)

    fdopen = os.fdopen
    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        write_derived(old)
    assert {p: p.read_text("utf-8") for p in tmp_path.iterdir()} == dict.fromkeys(
        old, "old"
    )


def test_a_failing_replacement_leaves_a_whole_file_and_no_scraps(
    old, tmp_path, monkeypatch
) -> None:
    def refused(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError, match=r"a\.csv"):
        write_derived(old)
    monkeypatch.undo()
    assert {p.read_text("utf-8") for p in tmp_path.iterdir()} == {"old"}
    assert set(tmp_path.iterdir()) == set(old)


def test_text_that_cannot_be_encoded_replaces_nothing(old, tmp_path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_derived({**old, tmp_path / "b.json": "\ud800"})
    assert {p.read_text("utf-8") for p in tmp_path.iterdir()} == {"old"}


def test_stored_results_are_read_as_they_were_written(files, tmp_path) -> None:
    write_derived({tmp_path / "results.json": files[DERIVED / "results.json"]})
    document = stored_results(tmp_path)
    assert document["results"][0]["id"] == "ptsd-primary/reml-kh"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is missing"),
        (b"{\n", "is not JSON"),
        (b"{}", "holds no results"),
        (b'{"results": 3}', "holds results in another form"),
        (b'{"results": [{"id": "a"}, 2]}', "holds results in another form"),
        (b'{"results": [], "sensitivity": 3}', "in another form"),
    ],
)
def test_stored_results_that_cannot_serve_say_so_and_what_to_run(
    tmp_path, content, said
) -> None:
    if content is not None:
        (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(DerivedDataError, match=rf"{said}.*; run: mdmameta derive"):
        stored_results(tmp_path)
