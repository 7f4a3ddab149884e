"""The page on earlier use says what its analysis found."""

from __future__ import annotations

import pytest

from mdmameta.reporting import earlier_use
from mdmameta.tables.numbers import number


@pytest.fixture(scope="module")
def use(results):
    return results.sensitivity["prior_use"]


def test_the_lead_is_two_sentences_with_the_numbers_of_the_verdict(use) -> None:
    text = earlier_use.lead(use)
    assert text.count(". ") == 1
    for name in ("lowest", "highest", "lowest_split_chance", "highest_split_chance"):
        assert number(use.verdict.numbers[name]) in text


def test_every_part_is_printed_in_full(use) -> None:
    for name, made in (
        ("reported", earlier_use.reported_table),
        ("posterior", earlier_use.posterior_table),
        ("slope", earlier_use.slope_table),
        ("power", earlier_use.power_table),
    ):
        assert len(made(use).to_frame()) == len(use.parts[name])


def test_bounds_stand_a_trial_a_row_with_each_way_to_spread_totals(use) -> None:
    frame = earlier_use.bounds_table(use).to_frame()
    part = use.parts["bounds"]
    assert list(frame["trial"]) == list(dict.fromkeys(part["study"]))
    for row in part.to_dict("records"):
        line = frame.set_index("trial").loc[row["study"]]
        assert line[earlier_use.SPLITS[row["split"]]].startswith(number(row["low"]))


def test_a_population_has_a_row_for_each_way_to_fill_gaps(use) -> None:
    rows = earlier_use.population_table(use).to_frame()
    assert list(rows["shares that no text gives"]) == [
        "none experienced",
        "all experienced",
    ]
