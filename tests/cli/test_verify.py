"""The ledger on the command line: what it says, writes, and when it fails."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from mdmameta.analyses.assumptions import ANALYSES, BINARY_SETS
from mdmameta.cli.recompute import recompute

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/ledger.schema.json").read_text("utf-8"))

#: Sensitivity analyses, those of binary sets among them.
ANALYSED = len(ANALYSES) + len(BINARY_SETS)

KINDS = {
    "string": str,
    "object": dict,
    "array": list,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def misfits(value: object, schema: dict, place: str = "") -> list[str]:
    """Say where a value does not fit a schema that uses our few keywords."""
    kinds = schema.get("type", [])
    names = [kinds] if isinstance(kinds, str) else kinds
    if names and not any(isinstance(value, KINDS[name]) for name in names):
        return [f"{place}: {value!r} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place}: {value!r} is not allowed"]
    found = []
    if isinstance(value, list):
        for i, one in enumerate(value):
            found += misfits(one, schema.get("items", {}), f"{place}/{i}")
    if isinstance(value, dict):
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        found += [
            f"{place}: no {k}" for k in schema.get("required", ()) if k not in value
        ]
        for key, one in value.items():
            if key in known:
                found += misfits(one, known[key], f"{place}/{key}")
            elif rest is False:
                found.append(f"{place}: {key} is unknown")
            elif isinstance(rest, dict):
                found += misfits(one, rest, f"{place}/{key}")
    return found


@pytest.fixture
def derived(tmp_path: Path) -> Path:
    """Return a copy of the derived files that a test may change."""
    return Path(shutil.copytree(ROOT / "data/derived", tmp_path / "derived"))


def change(path: Path, edit) -> None:
    document = json.loads(path.read_text("utf-8"))
    edit(document)
    path.write_text(json.dumps(document), "utf-8")


@pytest.mark.usefixtures("computed")
def test_the_ledger_is_printed_with_counts_first(run, results) -> None:
    text = run("verify", "--data", ROOT / "data/raw").stdout
    counts = results.ledger.counts
    assert text.startswith(f"{len(results.ledger)} claims:\n")
    for verdict, n in counts.items():
        assert re.search(rf"^ +{n}  {verdict}$", text, re.M)
        assert text.count(f"\n{verdict.upper()}\n") == 1
    assert "  p2-13: " in text.split("CONTRADICTED\n")[1].split("NOT CHECKABLE")[0]
    last = text.splitlines()[-2:]
    assert last[0] == (
        f"{len(results.rows)} stored estimates computed again: all the same."
    )
    told = f"{ANALYSED} sensitivity analyses not computed again: tables "
    assert last[1].startswith(told)


@pytest.mark.usefixtures("computed")
def test_json_of_the_ledger_fits_its_published_schema(run) -> None:
    payload = json.loads(
        run("verify", "--data", ROOT / "data/raw", "--json", "-").stdout
    )
    assert misfits(payload, SCHEMA) == []
    assert payload["same"] is True
    stored = json.loads((ROOT / "data/derived/ledger.json").read_text("utf-8"))
    assert misfits(stored, SCHEMA) == []
    assert misfits({"claims": [{"id": 1}]}, SCHEMA) != []


@pytest.mark.usefixtures("computed")
def test_a_claim_that_was_reproduced_and_no_longer_is_fails(run, derived) -> None:
    def improve(document) -> None:
        record = next(r for r in document["claims"] if r["id"] == "p2-13")
        record["verdict"] = "reproduced"

    change(derived / "ledger.json", improve)
    text = run("verify", "--out", derived, "--data", ROOT / "data/raw", code=1).stdout
    assert "claim p2-13 was 'reproduced' and is now 'contradicted'." in text
    assert text.endswith(f"1 differences from {derived}.\n")


def test_a_count_that_is_retyped_takes_a_reproduced_claim_away(
    run, data, derived, spoil, monkeypatch
) -> None:
    asked = []

    def without_analyses(data, workers, *, everything):
        asked.append(everything)
        return recompute(data, workers, everything=False)

    monkeypatch.setattr("mdmameta.cli.recompute.recompute", without_analyses)
    spoil("binary.csv", line_of("bin-MAPP2-MDMA-response-week-18"), "events", "44")
    done = run("verify", "--data", data, "--out", derived, "--json", "-", code=1)
    lost = json.loads(done.stdout)["lost"]
    assert any(text.startswith("claim p3c17 was 'reproduced'") for text in lost)
    assert asked == [True]


def line_of(row_id: str) -> int:
    with (ROOT / "data/raw/binary.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["row_id"] for row in csv.DictReader(stream)]
    return names.index(row_id) + 2


@pytest.mark.usefixtures("computed")
def test_a_moved_result_is_named_with_both_values(run, derived) -> None:
    def move(document) -> None:
        document["sensitivity"]["blinding"]["tipping_b"] = -0.25
        document["results"][3]["ci_low"] = None

    change(derived / "results.json", move)
    words = ["verify", "--data", ROOT / "data/raw", "--out", derived]
    lines = run(*words, code=1).stdout.splitlines()[-3:]
    assert lines[0].startswith("/results/ptsd-primary/reml-wald/ci_low is None")
    assert lines[1].startswith("/sensitivity/blinding/tipping_b is -0.25, now -0.5")
    assert lines[2] == f"2 differences from {derived}."
    assert json.loads(run(*words, "--json", "-", code=1).stdout)["same"] is False


@pytest.mark.usefixtures("computed")
def test_sensitivity_analyses_are_computed_again_when_asked_for(run) -> None:
    words = ["verify", "--data", ROOT / "data/raw", "--all"]
    assert run(*words).stdout.endswith(
        f" and {ANALYSED} sensitivity analyses computed again: all the same.\n"
    )
    assert json.loads(run(*words, "--json", "-").stdout)["analyses"] == ANALYSED


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize("file", ["effects.csv", "manifest.json"])
def test_everything_is_computed_again_where_a_fingerprint_is_missing_or_wrong(
    run, derived, file
) -> None:
    path = derived / file
    path.write_text(path.read_text("utf-8").replace("0", "1", 1), "utf-8")
    text = run("verify", "--data", ROOT / "data/raw", "--out", derived).stdout
    assert f"{ANALYSED} sensitivity analyses computed again: all the same." in text
    path.unlink()
    text = run("verify", "--data", ROOT / "data/raw", "--out", derived).stdout
    assert f"{ANALYSED} sensitivity analyses computed again: all the same." in text


@pytest.mark.usefixtures("computed")
def test_the_csv_has_one_row_a_printed_number(run, results, tmp_path) -> None:
    path = tmp_path / "ledger.csv"
    run("verify", "--data", ROOT / "data/raw", "--csv", path)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert len(rows) == sum(max(1, len(entry.printed)) for entry in results.ledger)
    assert {row["id"] for row in rows} == {entry.id for entry in results.ledger}


@pytest.mark.usefixtures("computed")
def test_a_csv_that_cannot_be_written_is_wrong_usage(run, tmp_path) -> None:
    path = tmp_path / "nowhere" / "ledger.csv"
    done = run("verify", "--data", ROOT / "data/raw", "--csv", path, code=2)
    assert f"{path} cannot be written" in done.stderr


def test_a_claim_whose_recipe_is_missing_is_bad_data(
    run, data, derived, spoil, monkeypatch
) -> None:
    monkeypatch.setattr("mdmameta.cli.recompute.PROCESSES", 1)
    spoil("claims.csv", 2, "recipe", "count-sheep")
    text = run("verify", "--data", data, "--out", derived, code=2).stderr
    assert "claims.csv, row 2, column recipe: found " in text
    assert "claim 'seed-trials': there is no recipe 'count-sheep'" in text


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize("file", ["results.json", "ledger.json"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is missing; run: mdmameta derive"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "holds no "),
    ],
)
def test_stored_files_that_cannot_be_read_are_bad_data(
    run, derived, file, content, said
) -> None:
    (derived / file).unlink()
    if content is not None:
        (derived / file).write_bytes(content)
    assert f"{file} {said}" in run("verify", "--out", derived, code=2).stderr


def test_a_directory_that_is_not_there_is_wrong_usage(run, tmp_path) -> None:
    text = run("verify", "--data", tmp_path / "nowhere", code=2).output
    assert "nowhere: found no such directory; allowed: a directory with" in text
