"""Tables of the what-if pages: every row, the basis of each, and no invented number."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from mdmameta.reporting import what_if
from mdmameta.tables.numbers import GAP, interval, number, percent

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def blind(results):
    return results.sensitivity["blinding"]


@pytest.fixture(scope="module")
def use(results):
    return results.sensitivity["prior_use"]


@pytest.fixture(scope="module")
def drop(results):
    return results.sensitivity["dropout"]


def test_the_overview_has_a_row_an_analysis_with_its_verdict(results) -> None:
    frame = what_if.verdict_table(results).to_frame()
    assert list(frame["assumption"]) == list(what_if.TITLES.values())
    kinds = [table.verdict.kind for table in results.sensitivity.values()]
    assert list(frame["verdict"]) == kinds


def test_the_overview_shows_each_main_tipping_point_with_its_value(results) -> None:
    shown = what_if.verdict_table(results).to_frame()["main tipping points"]
    for name, cell in zip(results.sensitivity, shown, strict=True):
        for parameter in what_if.HEADLINES[name]:
            value = results.sensitivity[name].tipping_point(parameter).value
            assert f": {'none' if value is None else number(value)}" in cell


def test_the_choice_of_trials_has_one_name_everywhere(results) -> None:
    name = what_if.TITLES["robustness"]
    assert results.sensitivity["robustness"].label.startswith(f"{name}: ")
    page = (ROOT / "reports/robustness.qmd").read_text("utf-8")
    assert f'title: "{name}"' in page
    assert f"## {name}\n" in (ROOT / "docs/methods/sensitivity.md").read_text("utf-8")


def test_tipping_points_of_earlier_use_are_named_without_abbreviations(use) -> None:
    named = what_if.naive_tipping_table(use).to_frame()["parameter"]
    assert named.str.contains("the difference called important: 0.24").sum() == 1
    assert not named.str.contains("SID").any()


def test_the_overview_has_headlines_for_every_analysis(results) -> None:
    assert what_if.TITLES.keys() == what_if.HEADLINES.keys() == set(results.sensitivity)


def test_the_comparison_by_control_shows_what_it_could_have_detected(blind) -> None:
    table = what_if.control_table(blind)
    row = blind.parts["control_type"].iloc[0]
    shown = table.to_frame().iloc[0]
    assert shown["difference"] == number(row["value"])
    assert shown["detectable, t"] == number(row["detectable_t"])
    assert "80% power" in table.notes[0]


def test_the_interval_that_does_not_decide_stands_beside_those_that_may(blind) -> None:
    frame = what_if.interval_table(blind).to_frame()
    assert len(frame) == len(blind.parts["tipping_by_interval"])
    assert not frame["interval"].str.contains(r"\w\(tau2=").any()
    assert frame["interval"].nunique() == 3


def test_knapp_hartung_lets_the_contrast_survive_more_bias(blind) -> None:
    part = blind.parts["tipping_by_interval"].query("u_from == 'counts and prior'")
    tipping = {
        model: abs(b) for model, b in zip(part["model"], part["tipping_b"], strict=True)
    }
    asked = next(m for m in tipping if "interval='knapp-hartung'" in m)
    assert tipping.pop(asked) > max(tipping.values())


def test_the_words_on_what_is_learnt_have_the_smallest_ratio(blind) -> None:
    least = 100 * blind.parts["learnt_about_b"]["ratio"].min()
    assert f"at least {percent(least)} of the prior's" in what_if.learnt_words(blind)


def test_a_share_that_no_text_gives_stays_a_gap(use) -> None:
    frame = what_if.shares_table(use).to_frame().set_index("trial")
    unknown = frame[frame["basis"] == "no text gives a number"]
    assert set(unknown.index) == {"Mithoefer 2018", "Ot'alora 2018"}
    assert (unknown[["treated arm", "control arm"]] == GAP).all(axis=None)
    assert list(frame.loc["Mitchell 2021", ["treated arm", "control arm"]]) == [
        "39%",
        "25%",
    ]


def test_every_tipping_point_of_earlier_use_stands_under_its_scenario(use) -> None:
    frame = what_if.naive_tipping_table(use).to_frame()
    assert 2 * len(frame) == len(use.tipping)
    high = [p for p in use.tipping if p.parameter.endswith("_share_high")]
    for point, cell in zip(high, frame["all experienced"], strict=True):
        assert cell == ("none" if point.value is None else number(point.value))


def test_a_tipping_point_that_does_not_exist_has_its_reason(use) -> None:
    frame = what_if.naive_tipping_table(use).to_frame()
    none = (frame[["none experienced", "all experienced"]] == "none").any(axis=1)
    assert none.any()
    assert (frame.loc[none, "why none"] != GAP).all()
    assert (frame.loc[~none, "why none"] == GAP).all()


def test_the_three_ways_of_being_lost_are_kept_apart(drop) -> None:
    frame = what_if.flow_table(drop).to_frame()
    assert {"missing", "stopped treatment", "left study"} <= set(frame.columns)
    assert len(frame) == len(drop.parts["flow"])
    control = frame.set_index("arm").loc["MAPP1-PBO"]
    assert (control["missing"], control["left study"]) == ("7/44 (16%)", GAP)


def test_the_four_rules_for_missing_events_stand_with_their_ratios(results) -> None:
    table = results.binary_dropout["ptsd-response"]
    frame = what_if.binary_scenarios_table(table).to_frame()
    rules = ["available case", "missing = failure", "best case", "worst case"]
    assert list(frame.iloc[:, 0]) == rules
    first = table.frame.set_index("scenario").loc["available case"]
    shown = (
        number(math.exp(first["value"])),
        interval(math.exp(first["ci_low"]), math.exp(first["ci_high"])),
    )
    assert tuple(frame.iloc[0, 1:3]) == shown


def test_counting_the_missing_as_failures_is_shown_not_to_be_cautious(results) -> None:
    table = results.binary_dropout["ptsd-response"]
    ratios = (
        what_if.binary_scenarios_table(table).to_frame()["pooled ratio"].astype(float)
    )
    assert ratios[1] > ratios[0] > ratios[3]
    assert "NOT conservative" in table.verdict.text


def test_no_table_shows_the_word_nan_or_none(results, blind, use, drop) -> None:
    tables = [
        what_if.verdict_table(results),
        what_if.control_table(blind),
        what_if.interval_table(blind),
        what_if.shares_table(use),
        what_if.naive_tipping_table(use),
        what_if.flow_table(drop),
        what_if.binary_scenarios_table(results.binary_dropout["ptsd-response"]),
    ]
    for table in tables:
        assert not table.to_frame().isin(["nan", "None", "NaN", ""]).any(axis=None)
