"""The page on blinding: two sentences, every row, and no invented number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta.reporting import blinding_page as shown
from mdmameta.reporting import page
from mdmameta.tables.labels import bias_label
from mdmameta.tables.numbers import number


@pytest.fixture(scope="module")
def blind(results):
    return results.sensitivity["blinding"]


def test_the_answer_is_two_sentences_with_the_numbers_of_the_results(blind) -> None:
    text = shown.answer(blind)
    assert text.count(". ") == 1
    worth = f"worth {number(blind.tipping_point('b').value)} standard deviations"
    assert worth in text
    assert "would not survive" in text
    assert "unverified" in text


def test_the_answer_follows_the_verdict(blind) -> None:
    robust = replace(blind, verdict=replace(blind.verdict, kind="robust"))
    assert " would survive " in shown.answer(robust)


def test_an_answer_without_tipping_point_gives_the_reason(blind) -> None:
    point = replace(blind.tipping_point("b"), value=None, reason="none was found")
    text = shown.answer(replace(blind, tipping=(point,)))
    assert text.startswith("No tipping bias")
    assert "none was found" in text


def test_every_threshold_has_a_reading_with_its_source(blind) -> None:
    frame = shown.readings_table(blind).to_frame()
    assert len(frame) == len(blind.parts["thresholds"])
    assert (frame["source"] != "").sum() >= len(frame) - 1


def test_a_threshold_out_of_reach_says_why(blind) -> None:
    frame = shown.readings_table(blind).to_frame()
    none = frame[frame["b, interval reaches it"] == "none"]
    assert len(none) > 0
    assert none["why none"].str.contains("even without bias").all()


def test_each_published_estimate_has_its_multiples(blind) -> None:
    frame = shown.multiples_table(blind).to_frame()
    assert len(frame) == blind.parts["anchors"]["prior_id"].nunique()


def test_the_joint_table_begins_without_bias_and_ends_without_a_source(blind) -> None:
    frame = shown.joint_table(blind).to_frame()
    assert frame["prior of b"].iloc[0] == "none"
    assert frame["for"].iloc[-1] == "no source"


@pytest.mark.parametrize("make", [shown.joint_table, shown.multiples_table])
def test_published_estimates_are_named_as_in_the_figure_with_their_source(
    blind, results, make
) -> None:
    table = page.told(results, make(blind))
    cells = table.to_frame().astype(str).to_numpy().ravel()
    figure = shown.curve(blind)
    drawn = {text.get_text() for text in figure.axes[0].texts}
    for prior in blind.parts["anchors"]["prior_id"].unique():
        assert bias_label(prior) in drawn
        assert any(cell.startswith(bias_label(prior)) for cell in cells)
        assert not any(
            prior.replace("_", " ") in cell for cell in cells if "_" in prior
        )
    assert any("Moustgaard et al. 2020" in cell for cell in cells)


def test_the_table_of_multiples_says_the_setting_of_every_name(blind) -> None:
    cells = shown.multiples_table(blind).to_frame().iloc[:, 0]
    for row in blind.parts["anchors"].to_dict("records"):
        assert f"{bias_label(row['prior_id'])}: {row['setting']}" in set(cells)


@pytest.mark.parametrize("make", [shown.removed_table, shown.scenario_table])
def test_tables_of_scenarios_have_rows(blind, make) -> None:
    assert len(make(blind).to_frame()) > 0


@pytest.mark.parametrize("draw", [shown.curve, shown.expectancy_map])
def test_figures_are_drawn(blind, draw) -> None:
    assert draw(blind).axes


def test_arms_are_named_by_trial_and_dose_whoever_counted_them(blind, results) -> None:
    (ax,) = shown.indices(blind, results.evidence).axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == len(blind.parts["bang"])
    told = {one.split(" (n =")[0] for one in labels}
    assert told == {
        "Mitchell 2021: up to 120 mg",
        "Mitchell 2021: 0 mg (control)",
        "Mitchell 2023: up to 120 mg",
        "Mitchell 2023: 0 mg (control)",
    }


def test_assumed_numbers_are_told_from_counts_of_the_same_arm(blind, results) -> None:
    (ax,) = shown.indices(blind, results.evidence).axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assumed = (blind.parts["bang"]["basis"] == "assumed").tolist()
    assert True in assumed
    assert False in assumed
    assert ["‡" in one for one in labels] == assumed
