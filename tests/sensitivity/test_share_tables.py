import numpy as np
import pandas as pd
import pytest

from mdmameta.sensitivity.share_tables import difference_limits, reported_shares
from mdmameta.sensitivity.shares import checked_shares


def table(**more: object) -> pd.DataFrame:
    return checked_shares(
        pd.DataFrame(
            {
                "study": ["A", "A", "B", "B"],
                "arm": ["t", "", "t", "c"],
                "role": ["active", "", "active", "control"],
                "n": [np.nan, 12, np.nan, np.nan],
                "n_prior": [np.nan, 9, np.nan, np.nan],
                "share": [np.nan, 0.75, np.nan, np.nan],
                **more,
            }
        )
    )


def test_nine_of_twelve_have_the_exact_interval() -> None:
    row = reported_shares(table()).iloc[0]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.428, 0.945), abs=5e-4)


def test_a_trial_that_reports_nothing_is_one_row_of_gaps() -> None:
    rows = reported_shares(table())
    assert rows["study"].tolist() == ["A", "B"]
    assert np.isnan(rows["share"][1])
    assert rows["window"].tolist() == ["not stated", ""]


def test_the_window_is_said_in_words() -> None:
    rows = reported_shares(table(window=["", "past_year", "", ""]))
    assert rows["window"][0] == "past year"


def test_newcombe_s_example_is_met() -> None:
    low, high, *_ = difference_limits(56, 70, 48, 80)
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_differences_by_chance_lie_in_their_range_as_often_as_said() -> None:
    *_, low, high = difference_limits(18, 46, 11, 44)
    rng = np.random.default_rng(3)
    x = rng.hypergeometric(29, 61, 46, size=20000)
    by_chance = x / 46 - (29 - x) / 44
    inside = ((by_chance >= low - 1e-9) & (by_chance <= high + 1e-9)).mean()
    assert 0.95 <= inside < 0.98
