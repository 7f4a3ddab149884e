"""The page on the pilot leads with points and never speaks of a contrast."""

from __future__ import annotations

import pytest

from mdmameta.analyses.depression_pilot import depression_pilot
from mdmameta.reporting import pilot_page as shown
from mdmameta.tables.labels import VERIFICATION


@pytest.fixture(scope="module")
def pilot(results):
    return depression_pilot(results.evidence)


def test_the_answer_is_two_sentences_that_lead_with_points(pilot) -> None:
    text = shown.answer(pilot)
    assert text.count(". ") == 1
    assert text.startswith("Depression fell by 19.3 points of the MADRS")
    assert "(exact 95% interval 14.0 to 24.6)" in text
    assert "between 43% and 95%" in text
    assert "contrast" not in text


def test_regression_cannot_explain_a_mean_below_the_scale(pilot) -> None:
    assert "it could not account for all" in shown.regression_words(pilot)
    assert "14.0 points or more" in shown.bound_words(pilot)


@pytest.mark.parametrize(
    "make",
    [
        shown.spread_table,
        shown.standardised_table,
        shown.events_table,
        shown.regression_table,
        shown.comparators_table,
        shown.samples_table,
    ],
)
def test_tables_have_rows_without_gaps(pilot, make) -> None:
    frame = make(pilot).to_frame()
    assert len(frame) > 0
    assert not frame.isin(["", "nan", "None", "–"]).any(axis=None)


def test_what_is_not_known_is_said_in_words_and_not_in_codes(pilot) -> None:
    known = shown.comparators_table(pilot).to_frame()["what is known"]
    assert not known.str.contains("GAP").any()
    events = shown.events_table(pilot).to_frame()
    assert set(events["verification"]) <= set(VERIFICATION.values())
