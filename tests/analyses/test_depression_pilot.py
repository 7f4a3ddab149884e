"""Twelve people support exact intervals, bounds and no contrast."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.analyses.depression_pilot import depression_pilot


@pytest.fixture(scope="module")
def pilot(results):
    return depression_pilot(results.evidence)


def test_three_readings_of_the_error_give_three_spreads(pilot) -> None:
    se = pilot.spread.set_index("reading")["se"]
    assert se["printed SE"] > se["interval, normal"] > se["interval, t"]
    assert pilot.spread["sd"].to_numpy() == pytest.approx(se * np.sqrt(pilot.n))


def test_the_interval_by_t_is_the_printed_one_where_that_was_read_by_t(pilot) -> None:
    row = pilot.spread.set_index("reading").loc["interval, t"]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((-23.8, -14.8))


def test_the_correlation_changes_the_error_and_not_the_size(pilot) -> None:
    part = pilot.standardised
    assert part["d"].nunique() == 1
    assert part.groupby("reading")["se"].nunique().eq(5).all()


def test_nine_of_twelve_is_any_share_from_43_to_95_percent(pilot) -> None:
    rows = pilot.events[pilot.events["outcome"].isin(["response", "remission"])]
    assert set(rows["low"].round(2)) == {0.43}
    assert set(rows["high"].round(2)) == {0.95}


def test_selection_accounts_for_more_the_less_reliable_a_rating_is(pilot) -> None:
    part = pilot.regression[pilot.regression["below"] == 10]
    assert part["expected"].is_monotonic_increasing
    assert (part["expected"] < 0).all()


def test_a_comparator_without_a_text_is_a_gap(pilot) -> None:
    assert pilot.comparators["reason"].str.startswith("GAP").all()
