"""Fits and sensitivity analyses on the command line, of our sets and of any file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdmameta.analyses.catalogue import SETS
from mdmameta.tables.numbers import estimate, interval, number

GOOD = "trial,g,v\nA,-0.5,0.10\nB,-0.7,0.20\nC,-0.3,0.05\nD,,0.05\n"


@pytest.fixture
def mine(tmp_path: Path):
    """Return a function that writes a file of effects."""

    def written(text: str | bytes) -> Path:
        path = tmp_path / "mine.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.mark.usefixtures("computed")
def test_the_default_fit_is_the_primary_contrast_beside_its_companions(
    run, results
) -> None:
    text = run("fit").stdout
    assert text.startswith("PTSD severity, highest dose vs control, endpoint, SMD (k =")
    for name in ("reml-kh", "reml-adhoc", "bayes"):
        assert f"estimate    {estimate(results.fits['ptsd-primary', name], 4)}" in text


@pytest.mark.usefixtures("computed")
def test_the_interval_that_decides_is_named_and_is_not_knapp_hartungs_own(
    run, results
) -> None:
    text = run("fit").stdout
    decided = text.split("The wider interval decides: ")[1].splitlines()[0]
    assert decided == repr(results.deciding("ptsd-primary").model)
    assert decided.startswith("BayesianRandomEffects(")


@pytest.mark.usefixtures("computed")
def test_every_guard_rail_is_printed_once_below_the_fits(run, results) -> None:
    text = run("fit").stdout
    for caution in results.fits["ptsd-primary", "reml-kh"].warnings:
        assert text.count(f"! {caution}") == 1


@pytest.mark.usefixtures("computed")
def test_json_of_a_fit_stands_alone_and_agrees_with_the_stored_record(
    run, results
) -> None:
    document = json.loads(run("fit", "--json", "-").stdout)
    stored = {row["id"]: row for row in results.rows}
    shown = [stored[f"ptsd-primary/{m}"] for m in ("reml-kh", "reml-adhoc", "bayes")]
    assert len(document["fits"]) == len(shown)
    for fit, record in zip(document["fits"], shown, strict=True):
        common = fit.keys() & record.keys()
        assert {"value", "ci_low", "pi_high", "tau2", "warnings"} <= common
        assert {key: fit[key] for key in common} == {k: record[k] for k in common}


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize("name", ["ptsd-response", "ptsd-caps-iv"])
def test_another_set_and_other_options_are_taken(run, results, name: str) -> None:
    words = ["fit", "--set", name, "--tau2", "PM", "--interval", "wald"]
    text = run(*words, "--prediction", "V").stdout
    assert text.startswith(results.effects[name].label)
    assert "RandomEffects(tau2='PM', interval='wald', prediction='V')" in text
    assert "decides" not in text


@pytest.mark.usefixtures("computed")
def test_a_set_that_does_not_exist_is_refused_with_the_names_there_are(run) -> None:
    said = run("fit", "--set", "nonsense", code=2).stderr
    assert "no contrast set 'nonsense'" in said
    assert [name for name in SETS if name not in said] == []


def test_effects_of_any_file_are_pooled_and_a_gap_is_told(run, mine) -> None:
    words = ["fit", "--from-csv", mine(GOOD), "--yi", "g", "--vi", "v"]
    text = run(*words, "--study", "trial", "--tau2", "DL").stdout
    weights = [1 / 0.10, 1 / 0.20, 1 / 0.05]
    mean = -(10 * 0.5 + 5 * 0.7 + 20 * 0.3) / sum(weights)
    assert text.startswith("mine.csv (k = 3)")
    assert f"estimate    {number(mean, 4)} [" in text
    assert "! 1 row not used for a missing value: D." in text


def test_one_study_keeps_its_own_wald_interval_and_json_has_null_not_nan(
    run, mine
) -> None:
    words = ["fit", "--from-csv", mine("yi,vi\n-0.5,0.04\n"), "--interval", "wald"]
    half = 1.959963984540054 * 0.2
    assert f"−0.5000 {interval(-0.5 - half, -0.5 + half, 4)}" in run(*words).stdout
    (fit,) = json.loads(run(*words, "--json", "-").stdout)["fits"]
    assert (fit["k"], fit["tau2"], fit["pi_low"]) == (1, None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yi,v\n1,1\n", "mine.csv: found no column 'vi'; there are 'yi', 'v'. Did you"),
        ("yi,vi\n1,1\n1,big\n", "mine.csv, row 3, column vi: found 'big'; allowed"),
        ("yi,vi\n1,1\n1,0\n", "mine.csv, row 3, column vi: found 0; allowed"),
        ("yi,vi\n1,2,3\n", "more cells than the header"),
        ("yi,vi\n1,2\n1,2,3\n", "cannot be read as CSV"),
        ("yi,vi\n", "no rows (k = 0)"),
        ("yi,vi\n,1\n1,\n", "k = 0: no row has an effect"),
        ("yi,vi\n1,inf\n", "k = 0: no row has an effect"),
        ("yi,vi\ninf,1\n", "mine.csv, row 2, column yi: found inf; allowed"),
        ("", "is empty; give a header and rows"),
        (b"\xff\xfe\x00", "cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_pooled_is_bad_data(run, mine, text, said) -> None:
    result = run("fit", "--from-csv", mine(text), code=2)
    assert said in result.stderr
    assert result.stdout == ""


def test_a_measure_there_is_none_of_is_refused_with_the_likely_one(run, mine) -> None:
    words = ["fit", "--from-csv", mine("yi,vi\n1,1\n2,1\n")]
    assert "Did you mean 'SMD'?" in run(*words, "--measure", "smd", code=2).stderr
    assert run(*words, "--measure", "HR").stdout.startswith("mine.csv (k = 2)")


def test_a_file_that_is_not_there_is_bad_data(run, tmp_path) -> None:
    said = run("fit", "--from-csv", tmp_path / "none.csv", code=2).stderr
    assert "none.csv cannot be read as CSV" in said


@pytest.mark.parametrize(
    "words",
    [["--set", "ptsd-change", "--from-csv", "mine.csv"], ["--yi", "g"]],
    ids=["a set and a file", "a column and no file"],
)
def test_a_set_and_a_file_are_not_mixed_silently(run, words: list[str]) -> None:
    assert "give one or the other" in run("fit", *words, code=2).stderr


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize("name", ["blinding", "prior-use", "dropout", "robustness"])
def test_an_analysis_prints_its_verdict_and_every_tipping_point(
    run, results, name: str
) -> None:
    table = results.sensitivity[name.replace("-", "_")]
    text = run("sensitivity", name).stdout
    assert text.startswith(table.label)
    assert f"\n{table.verdict.kind}: {table.verdict.text}\n" in text
    shown = [line for line in text.splitlines() if line.startswith("tipping ")]
    assert len(shown) == len(table.tipping)
    for line, point in zip(shown, table.tipping, strict=True):
        value = ": none (" if point.value is None else f": {point.value:.3f} "
        assert value in line
        assert point.reason in line
    assert [note for note in table.notes if f"! {note}" not in text] == []


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize("name", ["blinding", "prior-use", "dropout", "robustness"])
def test_json_of_an_analysis_has_the_verdict_and_no_invented_tipping_point(
    run, results, name: str
) -> None:
    document = json.loads(run("sensitivity", name, "--json", "-").stdout)
    table = results.sensitivity[name.replace("-", "_")]
    assert document["verdict"]["kind"] == table.verdict.kind
    assert document["verdict"]["kind"] in {"robust", "fragile", "not identified"}
    assert len(document["rows"]) == len(table.frame)
    for point in table.tipping:
        assert document[point.key] == point.value
        assert document[f"reason_{point.parameter}"]


@pytest.mark.usefixtures("computed")
def test_a_tipping_point_that_does_not_exist_is_null_with_its_reason(run) -> None:
    document = json.loads(run("sensitivity", "prior-use", "--json", "-").stdout)
    assert document["tipping_lambda_zero_share_low"] is None
    assert "rescales" in document["reason_lambda_zero_share_low"]


@pytest.mark.usefixtures("computed")
def test_unverified_counts_stand_in_the_title_of_the_blinding_analysis(run) -> None:
    assert "UNVERIFIED" in run("sensitivity", "blinding").stdout.splitlines()[0]
