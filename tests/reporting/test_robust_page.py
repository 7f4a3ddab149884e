"""The page on robustness says what its refits found, and no more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mdmameta.reporting import robust_page as shown
from mdmameta.tables.numbers import number


@pytest.fixture(scope="module")
def table(results):
    return results.sensitivity["robustness"]


def test_no_refit_and_no_verdict_names_a_trial_by_its_id(table, results) -> None:
    told = shown.with_names(table, results.evidence)
    text = " ".join([told.verdict.text, *told.frame["scenario"]])
    ids = results.evidence.studies["study_id"]
    assert not [one for one in ids if re.search(rf"\b{re.escape(one)}\b", text)]
    assert len(told.frame) == len(table.frame)


def test_arms_that_were_followed_are_named_by_their_dose(table, results) -> None:
    told = shown.with_names(table, results.evidence).parts["durability"]["arm"]
    assert not set(told) & set(results.evidence.arms["arm_id"])
    assert told.str.contains(" mg").any()
    assert len(told) == len(table.parts["durability"])


def test_the_fail_safe_number_is_a_whole_one(table) -> None:
    frame = shown.small_study_table(table).to_frame().set_index("method")
    assert frame.at["Fail-safe N", "statistic"].isdecimal()


def test_the_answer_is_two_sentences_with_the_numbers_of_the_verdict(table) -> None:
    text = shown.answer(table)
    assert text.count(". ") == 1
    for name in ("lowest_value", "highest_value"):
        assert number(table.verdict.numbers[name]) in text
    assert "without phase III" in text


def test_the_answer_without_a_refit_that_holds_zero_says_so(table) -> None:
    numbers = {**table.verdict.numbers, "holding_zero": 0.0}
    clear = replace(table, verdict=replace(table.verdict, numbers=numbers))
    assert "excludes zero in every one" in shown.answer(clear)


def test_every_refit_has_a_row_and_the_judged_ones_a_line(table) -> None:
    assert len(shown.refits_table(table).to_frame()) == len(table.frame)
    labels = shown.refits_figure(table).axes[0].get_yticklabels()
    assert len(labels) == table.frame["judged"].sum() - 1


def test_both_orders_of_the_pair_stand_side_by_side(table) -> None:
    frame = shown.pair_table(table).to_frame()
    assert sum(column.endswith(" first") for column in frame) == 2
    for _, row in frame.iterrows():
        printed = [float(cell.split()[-1]) for cell in row if cell.startswith("p ")]
        assert max(printed) <= float(row["threshold"])
    assert shown.pair_words(table).startswith(f"{len(frame)} of {len(frame)} tests")


def test_durability_shouts_that_its_source_is_retracted(table) -> None:
    frame = shown.durability_table(table).to_frame()
    assert frame["standing"].str.contains("RETRACTED").sum() == 1


def test_uncontrolled_numbers_name_their_scale_and_have_the_digits_printed(
    table, results
) -> None:
    frame = shown.durability_table(table).to_frame()
    scores = frame[frame["number"].str.contains("mean endpoint")]
    printed = results.evidence.continuous["mean"].map("{:g}".format)
    scales = set(results.evidence.instruments["instrument"])
    assert len(scores) > 0
    for row in scores.to_dict("records"):
        assert row["number"].partition(", ")[0] in scales
        assert row["value"].partition(" (")[0] in set(printed)


@pytest.mark.parametrize(
    "make", [shown.gaps_table, shown.small_study_table, shown.selection_table]
)
def test_no_cell_is_empty_or_nan(table, make) -> None:
    frame = make(table).to_frame()
    assert not frame.isin(["", "nan", "None"]).any(axis=None)
