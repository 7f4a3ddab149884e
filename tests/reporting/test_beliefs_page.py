"""The page on priors says which belief is convinced and which is not."""

from __future__ import annotations

import pytest

from mdmameta.reporting import beliefs_page as shown
from mdmameta.tables.numbers import interval


@pytest.fixture(scope="module")
def beliefs(results):
    return shown.beliefs_of(results)


def test_the_answer_is_two_sentences_and_names_who_is_not_convinced(beliefs) -> None:
    text = shown.answer(beliefs)
    assert text.count(". ") == 1
    named = beliefs.named
    held = named[(named["ci_low"] <= 0) & (named["ci_high"] >= 0)]
    assert len(held) > 0
    for row in held.to_dict("records"):
        assert interval(row["ci_low"], row["ci_high"]) in text


def test_a_belief_without_a_difference_stands_once(beliefs) -> None:
    frame = shown.named_table(beliefs).to_frame()
    assert (frame["belief"] == "regulator").sum() == 1
    assert frame["prior of the mean"].str.contains("normal|flat").all()


def test_a_threshold_inside_already_says_why_there_is_no_belief(beliefs) -> None:
    frame = shown.tipping_table(beliefs).to_frame().set_index("threshold")
    none = frame[frame["SD of a belief centred on none"] == "none"]
    assert none["why none"].str.contains("already|flat prior").all()
    assert frame.loc["zero", "why none"] == "–"


def test_agreement_of_the_phases_is_not_called_absence_of_bias(beliefs) -> None:
    assert "no absence of a bias" in shown.borrowing_words(beliefs)


@pytest.mark.parametrize(
    "make",
    [
        shown.tau_table,
        shown.scaling_table,
        shown.average_table,
        shown.borrowing_table,
    ],
)
def test_tables_have_rows_without_nan(beliefs, make) -> None:
    frame = make(beliefs).to_frame()
    assert len(frame) > 0
    assert not frame.isin(["", "nan", "None"]).any(axis=None)


@pytest.mark.parametrize("name", ["sceptical", "enthusiastic"])
def test_prior_and_posterior_are_drawn(beliefs, name) -> None:
    drawn = shown.belief_figure(beliefs, name)
    assert drawn.axes[0].get_xlabel() == "Standardised mean difference"
    assert "phase III" in shown.borrowing_figure(beliefs).axes[0].get_xlabel()
