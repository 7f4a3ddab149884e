import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.guess_outcomes import correct_guess_curve

OUTCOMES = pd.DataFrame(
    {
        "study": ["A"] * 4,
        "role": ["active", "active", "control", "control"],
        "guess": ["active", "control", "active", "control"],
        "n": [40, 10, 10, 40],
        "mean": [-12.0, -6.0, -8.0, -4.0],
        "sd": [8.0, 7.0, 9.0, 8.0],
    }
)


def test_at_the_rate_observed_it_is_the_contrast_observed():
    found = correct_guess_curve(OUTCOMES, rates=[0.8]).iloc[0]
    active = (40 * -12.0 + 10 * -6.0) / 50
    control = (10 * -8.0 + 40 * -4.0) / 50
    assert found["difference"] == pytest.approx(active - control)


def test_the_curve_is_a_line_between_all_wrong_and_all_right():
    found = correct_guess_curve(OUTCOMES, rates=[0.0, 0.5, 1.0])["difference"]
    assert found.tolist() == pytest.approx([-6 + 8, -3.0, -12 + 4])


def test_the_standard_error_is_that_of_resampled_strata():
    rng = np.random.default_rng(5)
    cells = OUTCOMES.to_dict("records")
    means = [rng.normal(c["mean"], c["sd"] / c["n"] ** 0.5, 100_000) for c in cells]
    drawn = 0.7 * (means[0] - means[3]) + 0.3 * (means[1] - means[2])
    found = correct_guess_curve(OUTCOMES, rates=[0.7]).iloc[0]
    assert found["se"] == pytest.approx(drawn.std(), rel=0.01)


def test_guesses_that_change_nothing_give_a_flat_curve():
    flat = OUTCOMES.assign(mean=[-10.0, -10.0, -4.0, -4.0])
    found = correct_guess_curve(flat)["difference"]
    np.testing.assert_allclose(found, -6.0)


def test_each_trial_has_its_own_curve():
    two = pd.concat([OUTCOMES, OUTCOMES.assign(study="B", mean=0.0)])
    found = correct_guess_curve(two, rates=[0.5])
    assert found["study"].tolist() == ["A", "B"]
    assert found["difference"].tolist() == pytest.approx([-3.0, 0.0])


def test_a_stratum_that_is_not_there_is_named():
    with pytest.raises(SensitivityError, match="study A: found"):
        correct_guess_curve(OUTCOMES[:3])


def test_a_stratum_of_one_person_is_refused():
    with pytest.raises(SensitivityError, match="fewer than two people"):
        correct_guess_curve(OUTCOMES.assign(n=[40, 1, 10, 40]))


def test_a_rate_beyond_one_is_refused():
    with pytest.raises(SensitivityError, match="give shares from 0 to 1"):
        correct_guess_curve(OUTCOMES, rates=[1.2])
