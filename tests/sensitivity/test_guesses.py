import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity import guesses_from_percentages
from mdmameta.sensitivity.guesses import checked_guesses


def frame(**changes):
    rows = {
        "study": ["A", "A"],
        "arm": ["t", "c"],
        "role": ["active", "control"],
        "n_asked": [10, 10],
        "n_guess_active": [8, 2],
        "n_guess_control": [1, 6],
        "n_unsure": [1, 2],
    }
    return pd.DataFrame(rows | changes)


def test_rows_with_counts_are_marked():
    table = checked_guesses(frame(n_asked=[10, None]))
    assert list(table["counted"]) == [True, False]


def test_unsure_is_the_rest_where_it_is_missing():
    table = checked_guesses(frame(n_unsure=[1, None]))
    assert table["n_unsure"][1] == 2
    assert table["counted"].all()


def test_more_guesses_than_people_are_refused():
    with pytest.raises(SensitivityError, match=r"study A, arm t.*more than n_asked 10"):
        checked_guesses(frame(n_guess_active=[18, 2]))


def test_guesses_that_leave_people_out_are_refused():
    with pytest.raises(SensitivityError, match="do not add up"):
        checked_guesses(frame(n_unsure=[0, 2]))


def test_an_unknown_role_is_refused_with_those_allowed():
    with pytest.raises(SensitivityError, match="'placebo'; allowed: active, control"):
        checked_guesses(frame(role=["active", "placebo"]))


def test_two_counted_rows_of_an_arm_are_refused():
    twice = pd.concat([frame(), frame()])
    with pytest.raises(SensitivityError, match="two rows with numbers for study"):
        checked_guesses(twice)


def test_percentages_become_counts_that_add_up():
    made = checked_guesses(guesses_from_percentages(90, 75, 52, 44, 0.04))
    assert made["counted"].all()
    assert list(made["n_guess_active"]) == [47, 9]
    assert list(made["n_guess_control"]) == [3, 33]
    assert set(made["verification"]) == {"assumed"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((101, 75, 10, 10, 0.0), "pct_active is 101"),
        ((90, 75, 10, 0, 0.0), "n_control = 0"),
        ((90, 75, 10, 10, 0.2), "more than everybody"),
        ((90, 75, 10, 10, 1.2), "a share from 0 to 1"),
        ((90, np.nan, 10, 10, 0.0), "pct_control is nan"),
    ],
)
def test_impossible_percentages_are_refused(args, words):
    with pytest.raises(SensitivityError, match=words):
        guesses_from_percentages(*args)
