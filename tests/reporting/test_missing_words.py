"""Sentences on missing participants follow the results that they are made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta.reporting import missing_words
from mdmameta.reporting.results import Results
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables.numbers import number


@pytest.fixture(scope="module")
def dropout(results: Results) -> SensitivityTable:
    return results.sensitivity["dropout"]


@pytest.fixture(scope="module")
def response(results: Results) -> SensitivityTable:
    return results.binary_dropout["ptsd-response"]


def said(dropout: SensitivityTable, response: SensitivityTable) -> str:
    return missing_words.plain_answer(dropout, response)._repr_markdown_()


def tipped(table: SensitivityTable, value: float | None) -> SensitivityTable:
    points = tuple(replace(point, value=value) for point in table.tipping)
    return replace(table, tipping=points)


def ends(table: SensitivityTable, low: float, high: float) -> SensitivityTable:
    numbers = {**table.verdict.numbers, "lowest": low, "highest": high}
    return replace(table, verdict=replace(table.verdict, numbers=numbers))


def test_the_answer_names_the_widest_interval_and_the_verdict(
    dropout, response
) -> None:
    text = said(dropout, response)
    numbers = dropout.verdict.numbers
    assert f"({number(numbers['lowest'])} to {number(numbers['highest'])} at" in text
    assert f"The contrast in response is {response.verdict.kind}:" in text


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(-0.9, -0.1, "lie beyond"), (0.1, 0.9, "lie beyond"), (-0.9, 0.1, "reach")],
)
def test_an_interval_lies_beyond_zero_or_reaches_it(
    dropout, response, low: float, high: float, word: str
) -> None:
    text = said(ends(dropout, low, high), response)
    assert f"would still {word} zero" in text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1.25, "have scored 1.25 SD lower than those assessed"),
        (1.25, "have scored 1.25 SD higher than those assessed"),
        (None, "no departure of the controls alone takes it there"),
    ],
)
def test_what_controls_alone_would_need_is_told(
    dropout, response, value, words
) -> None:
    assert words in said(tipped(dropout, value), response)


def test_scores_that_no_scale_has_are_said_to_lie_beyond_it(dropout, response) -> None:
    part = dropout.parts["implied"]
    rows = part[part["pattern"] == "control only"]
    for possible, told in (("no", True), ("yes", False)):
        parts = {**dropout.parts, "implied": part.assign(possible=possible)}
        text = said(replace(dropout, parts=parts), response)
        beyond = " and ".join(map(str, rows["study"]))
        assert (f"beyond the range of the scale in {beyond}" in text) is told
    none = {**dropout.parts, "implied": part.iloc[:0]}
    assert "range of the scale" not in said(replace(dropout, parts=none), response)


def test_cases_that_hold_a_ratio_of_one_are_named(dropout, response) -> None:
    clear = replace(response, frame=response.frame.assign(excludes_zero=True))
    assert "includes a ratio of 1" not in said(dropout, clear)
    frame = response.frame.assign(excludes_zero=True)
    frame.loc[frame["scenario"] == "worst case", "excludes_zero"] = False
    text = said(dropout, replace(response, frame=frame))
    assert "its interval includes a ratio of 1 in the worst case, and odds" in text


def test_odds_of_no_size_are_told_as_such(dropout, response) -> None:
    assert "of no size times those observed" in said(dropout, tipped(response, None))


def test_without_an_empty_cell_no_dash_is_explained(response) -> None:
    part = response.parts["by_trial"].assign(ci=1.0)
    full = replace(response, parts={**response.parts, "by_trial": part})
    assert missing_words.empty_cells(full) == ""
