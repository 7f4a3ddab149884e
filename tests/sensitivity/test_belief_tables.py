import pandas as pd
import pytest

from mdmameta.sensitivity.belief_tables import (
    belief_by_study,
    belief_change,
    indices_frame,
    indices_parts,
)
from mdmameta.sensitivity.guesses import checked_guesses

GUESSES = checked_guesses(
    pd.DataFrame(
        {
            "study": ["A"] * 3 + ["B"],
            "arm": ["t", "m", "c", "t"],
            "role": ["active", "medium", "control", "active"],
            "n_asked": [52, 10, 44, 10],
            "n_guess_active": [49, 5, 9, 8],
            "n_guess_control": [1, 3, 33, 1],
            "n_unsure": [2, 2, 2, 1],
            "verification": "unverified",
        }
    )
)


def test_u_is_the_difference_in_believing_to_be_treated():
    u, variance = belief_change((49, 52), (9, 44))
    p, q = 49 / 52, 9 / 44
    assert u == pytest.approx(p - q)
    assert variance == pytest.approx(p * (1 - p) / 52 + q * (1 - q) / 44)


def test_a_share_of_everybody_still_has_an_error():
    u, variance = belief_change((10, 10), (0, 10))
    assert u == 1
    assert variance == pytest.approx(2 * (10.5 / 11) * (0.5 / 11) / 10)


def test_u_needs_both_arms_and_leaves_the_medium_dose_out():
    table = belief_by_study(GUESSES)
    assert list(table.index) == ["A"]
    assert table.loc["A", "u"] == pytest.approx(49 / 52 - 9 / 44)
    assert table.loc["A", "verification"] == "unverified"


def test_a_control_guesses_right_by_naming_control():
    bang, james = indices_frame(GUESSES, "counts")
    values = bang.set_index(["study", "role"])["value"]
    assert values["A", "control"] == pytest.approx((33 - 9) / 44)
    assert values["A", "active"] == pytest.approx((49 - 1) / 52)
    assert list(james["study"]) == ["A"]
    assert james["n_asked"][0] == 96


def test_without_counts_there_are_no_indices():
    none = checked_guesses(GUESSES.assign(n_asked=None, n_unsure=0.0))
    bang, james = indices_frame(none, "counts")
    assert bang.empty
    assert james.empty


def test_guesses_of_others_have_indices_of_their_own():
    others = GUESSES.assign(respondent="therapist", n_guess_active=[50, 5, 40, 8])
    others["n_guess_control"] = others["n_asked"] - others["n_guess_active"]
    others["n_unsure"] = 0
    parts = indices_parts(GUESSES, others, None, seed=1)
    bang = parts["bang"].set_index(["respondent", "study", "role"])["value"]
    assert bang["participant", "A", "active"] == pytest.approx((49 - 1) / 52)
    assert bang["therapist", "A", "active"] == pytest.approx((50 - 2) / 52)
    assert bang["therapist", "A", "control"] == pytest.approx((4 - 40) / 44)
    assert list(parts["james"]["respondent"]) == ["participant", "therapist"]
