import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.share_splits import share_corners
from mdmameta.sensitivity.shares import (
    checked_shares,
    filled_shares,
    fisher_test,
    imbalance_table,
    shares_by_study,
)
from mdmameta.sensitivity.unknown_shares import _pair


def frame(**changes):
    rows = {
        "study": ["A", "A", "B"],
        "arm": ["t", "c", ""],
        "role": ["active", "control", ""],
        "n": [46, 44, 100],
        "n_prior": [18, 11, np.nan],
        "share": [0.39, 0.25, 0.3],
    }
    return pd.DataFrame(rows | changes)


def test_counts_come_before_the_printed_share():
    assert checked_shares(frame())["share"][0] == 18 / 46


def test_a_total_share_stands_in_both_arms():
    made = shares_by_study(checked_shares(frame()), ["A", "B", "C"])
    assert list(made["basis"]) == ["arms", "trial", "unknown"]
    np.testing.assert_allclose(made["share_active"], [18 / 46, 0.3, np.nan])
    np.testing.assert_allclose(made["share_control"], [0.25, 0.3, np.nan])


def test_unknown_shares_are_run_at_both_ends_and_never_filled_in_place():
    made = shares_by_study(checked_shares(frame()), ["A", "C"])
    filled = filled_shares(made, (0.1, 0.9))
    assert filled["low"]["share_active"][1] == 0.1
    assert filled["high"]["share_control"][1] == 0.9
    assert np.isnan(made["share_active"][1])
    assert list(filled_shares(made.iloc[:1], (0, 1))) == ["known"]


def test_the_imbalance_is_fishers():
    row = imbalance_table(checked_shares(frame())).iloc[0]
    assert row["difference"] == pytest.approx(18 / 46 - 0.25)
    expected = fisher_exact([[18, 28], [11, 33]]).pvalue
    assert row["p_value"] == pytest.approx(expected)
    assert round(row["p_value"], 2) == 0.18


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"share": [39, 0.25, 0.3]}, "found 39; allowed: 0 to 1"),
        ({"n_prior": [50, 11, 0]}, "n_prior 50 is more than n 46"),
        ({"share": [0.6, 0.25, 0.3]}, r"n_prior / n is 0\.391"),
        ({"share": [-0.1, 0.25, 0.3]}, "column share: found '-0.1'"),
    ],
)
def test_shares_that_cannot_be_are_refused_with_their_row(changes, words):
    with pytest.raises(SensitivityError, match=words):
        checked_shares(frame(**changes))


@pytest.mark.parametrize(("row", "told"), [(0, "arm t"), (2, "as a whole")])
def test_two_shares_of_one_arm_or_trial_are_refused(row, told):
    with pytest.raises(SensitivityError, match=f"two rows with numbers.*{told}"):
        checked_shares(pd.concat([frame(), frame().iloc[[row]]]))


@pytest.mark.parametrize(
    "counts",
    [(18, 46, 11, 44), (0, 5, 5, 5), (3, 8, 3, 8), (0, 4, 0, 9), (7, 7, 1, 9)],
)
def test_fishers_exact_test_is_scipys(counts):
    xa, na, xc, nc = counts
    expected = fisher_exact([[xa, na - xa], [xc, nc - xc]]).pvalue
    assert fisher_test(*counts) == pytest.approx(expected, rel=1e-11)


def test_two_treated_arms_have_the_share_of_their_people():
    three = pd.DataFrame(
        {
            "study": "A", "arm": ["t1", "t2", "c"],
            "role": ["active", "active", "control"],
            "n": [20, 10, 30], "n_prior": [10, 2, 3], "share": [0.5, 0.2, 0.1],
        }
    )  # fmt: skip
    row = shares_by_study(checked_shares(three), ["A"]).iloc[0]
    assert row["share_active"] == pytest.approx(12 / 30)
    assert row["basis"] == "arms"


def test_chance_is_asked_of_trials_that_counted_both_arms():
    one = frame(n_prior=[18, np.nan, np.nan])
    assert imbalance_table(checked_shares(one)).empty
    assert list(imbalance_table(checked_shares(frame()))["study"]) == ["A"]


def test_of_one_person_there_is_no_spread_over_arms():
    row = pd.Series(
        {
            "share_active": 1.0, "share_control": 1.0, "basis": "trial",
            "n_total": 1.0, "n_prior": 1.0, "n_active": 0.0,
        }
    )  # fmt: skip
    assert share_corners(row, "any", (0.0, 1.0)).tolist() == [[1.0, 1.0]]
    active, control = _pair(row, np.array([0.2, 0.8]), (1.0, 1.0))
    assert active.tolist() == control.tolist() == [1.0, 1.0]
