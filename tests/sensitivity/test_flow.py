import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.flow import (
    checked_flow,
    flow_table,
    fractions_missing,
    lost_more,
)


def frame(**changes):
    rows = {
        "study": ["A", "A", "B"],
        "arm": ["t", "c", "t"],
        "role": ["active", "control", "active"],
        "randomised": [53, 51, np.nan],
        "assessed": [52, 42, 12],
        "left_study": [1, 9, np.nan],
    }
    return pd.DataFrame(rows | changes)


def test_missing_is_randomised_less_assessed():
    assert list(checked_flow(frame())["missing"][:2]) == [1, 9]


def test_fractions_are_unknown_without_both_arms():
    made = fractions_missing(checked_flow(frame()), ["A", "B"])
    np.testing.assert_allclose(made["f_control"], [9 / 51, np.nan])
    assert list(made["known"]) == [True, False]


def test_three_kinds_of_loss_stay_apart():
    table = flow_table(checked_flow(frame()), ["A", "B"])
    assert np.isnan(table["stopped_treatment"]).all()
    assert list(table["left_study"][:2]) == [1, 9]
    total = table[table["role"] == "control"].iloc[-1]
    assert (total["randomised"], total["missing"]) == (51, 9)


def test_which_arms_lost_more_is_computed():
    made = fractions_missing(checked_flow(frame()), ["A"])
    assert "1 of 53" in lost_more(made)
    assert "controls lost more" in lost_more(made)
    assert "No trial reports" in lost_more(made.assign(known=False))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"assessed": [60, 42, 12]}, "assessed 60 is more than randomised 53"),
        ({"missing": [2, 9, np.nan]}, "missing 2, but randomised less assessed is 1"),
        ({"left_study": [1, 70, 0]}, "left_study 70 is more than"),
        ({"role": ["active", "sham", ""]}, "'sham'; allowed"),
    ],
)
def test_flow_that_does_not_add_up_is_refused_with_its_row(changes, words):
    with pytest.raises(SensitivityError, match=words):
        checked_flow(frame(**changes))


def test_an_arm_is_not_counted_twice():
    twice = pd.concat([frame(), frame().iloc[:1]])
    with pytest.raises(SensitivityError, match="two rows with numbers for study A"):
        checked_flow(twice)


def test_two_rows_of_which_one_has_no_numbers_are_one():
    lead = frame().iloc[:1].assign(randomised=np.nan)
    assert len(checked_flow(pd.concat([frame(), lead]))) == 4
