"""What the pages call: figures of this report, sentences, and the tables asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mdmameta.analyses.catalogue import MODEL_TITLES, SETS
from mdmameta.reporting import page
from mdmameta.tables.numbers import number

matplotlib = pytest.importorskip("matplotlib")

ROOT = Path(__file__).parents[2]


def words_of(figure) -> str:
    """Every text that a figure shows."""
    found = figure.findobj(matplotlib.text.Text)
    return "\n".join(text.get_text() for text in found if text.get_visible())


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch):
    """Forget what pages of this process have opened."""
    page._results.cache_clear()
    yield
    page._results.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_pages_use_the_tables_that_the_command_line_named(
    monkeypatch, tmp_path, results
) -> None:
    data = shutil.copytree(ROOT / "data/raw", tmp_path / "raw")
    with (data / "sources.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    monkeypatch.setenv("MDMAMETA_DATA", str(data))
    opened = page.open_report()
    assert opened.evidence.digest != results.evidence.digest
    assert page.open_report() is opened


@pytest.mark.usefixtures("fresh")
def test_pages_use_the_tables_beside_them_when_none_are_named(
    monkeypatch, results
) -> None:
    monkeypatch.delenv("MDMAMETA_DATA", raising=False)
    monkeypatch.chdir(ROOT / "reports")
    assert page.open_report().evidence.digest == results.evidence.digest


def test_a_forest_shows_every_trial_and_the_three_results(results) -> None:
    shown = words_of(page.show_forest(results, "ptsd-primary"))
    effects = results.effects["ptsd-primary"]
    assert [study for study in effects.study if study not in shown] == []
    for model in ("reml-kh", "reml-adhoc", "bayes"):
        assert MODEL_TITLES[model] in shown


def test_a_forest_of_points_does_without_the_bayesian_result(results) -> None:
    shown = words_of(page.show_forest(results, "ptsd-caps-iv"))
    assert MODEL_TITLES["reml-adhoc"] in shown
    assert MODEL_TITLES["bayes"] not in shown


@pytest.mark.parametrize(
    ("draw", "analysis", "axis"),
    [
        (page.naive_map, "prior_use", "γ: outcome of experienced people, SMD"),
        (page.shift_curve, "dropout", "shift of the missing, SD"),
    ],
)
def test_each_analysis_has_a_figure_with_its_parameter_on_the_axis(
    results, draw, analysis, axis
) -> None:
    assert axis in words_of(draw(results.sensitivity[analysis]))


def test_the_map_says_what_is_taken_for_unknown_shares(results) -> None:
    shown = words_of(page.naive_map(results.sensitivity["prior_use"]))
    assert "Shares that no text gives are taken as all experienced" in shown


def test_rows_of_other_trials_are_left_out_and_the_rest_named_as_in_figures(
    results,
) -> None:
    flow = results.evidence.flow()
    rows = page.primary_rows(results, flow)
    assert set(rows["study"]) <= set(results.effects["ptsd-primary"].study)
    assert 0 < len(rows) < len(flow)
    of_2018 = rows["study"] == "Mithoefer 2018"
    assert list(rows.loc[of_2018, "arm"]) == ["125 mg", "75 mg", "30 mg (control)"]


def test_the_trials_of_the_primary_set_come_in_its_order(results) -> None:
    ids = page.cases(results.evidence, results)
    assert ids == list(results.effects["ptsd-primary"].moderators["study_id"])


def test_every_difference_called_important_is_cited_and_no_other_treatment(
    results,
) -> None:
    text = page.thresholds(results, "ptsd-primary").text
    table = results.evidence.thresholds.query("measure == 'SMD'")
    for row in table.to_dict("records"):
        words = row["label"].partition(", ")[2]
        shown = f"{number(row['size'])} [{words}, @{row['source_id']}]"
        assert (shown in text) is (row["kind"] != "comparator")


@pytest.mark.parametrize("name", ["blinding", "prior_use", "dropout"])
def test_a_verdict_begins_with_its_kind_and_has_true_minus_signs(results, name) -> None:
    table = results.sensitivity[name]
    text = page.verdict(table)._repr_markdown_()
    assert text.startswith(f"**{table.verdict.kind.capitalize()}.** ")
    assert "-0" not in text
    assert text.count("−0") == table.verdict.text.count("-0") > 0


def test_every_assumption_is_an_entry_of_a_list(results) -> None:
    table = results.sensitivity["dropout"]
    lines = page.notes(table).text.splitlines()
    assert len(lines) == len(table.notes)
    assert all(line.startswith("- ") for line in lines)


def test_the_sets_of_the_page_on_ptsd_exist_and_stand_in_one_table_each() -> None:
    named = [*page.SMD_SETS, *page.MD_SETS, *page.BINARY_SETS]
    assert len(set(named)) == len(named)
    assert set(named) <= SETS.keys()


def test_each_table_of_sets_keeps_to_one_scale(results) -> None:
    for names in (page.SMD_SETS, page.MD_SETS, page.BINARY_SETS):
        assert len({results.effects[name].measure for name in names}) == 1
