import numpy as np
import pandas as pd
import pytest
from scipy.special import betaincinv, stdtrit

from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist.batched import fit_many
from mdmameta.sensitivity.share_power import (
    FutureTrials,
    _shares,
    slope_statistic,
    trials_needed,
)

LIKE = FutureTrials(share_mean=0.4, share_sd=0.2, variance=0.05, tau2=0.02)


@pytest.mark.parametrize("tau2", ["REML", "DL"])
def test_the_closed_form_of_the_slope_is_that_of_the_general_model(tau2: str) -> None:
    rng = np.random.default_rng(2)
    x = rng.random(12)
    y = 0.4 * x + 0.25 * rng.standard_normal((40, 12))
    fits = fit_many(
        y,
        np.full(12, 0.05),
        np.column_stack([np.ones(12), x]),
        tau2=tau2,
        interval="knapp-hartung-adhoc",
    )
    ours = slope_statistic(np.tile(x, (40, 1)), y, 0.05)
    assert ours == pytest.approx(fits.statistic[:, 1], rel=1e-5)


def test_a_slope_that_is_not_there_is_found_no_more_often_than_the_level() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.random((4000, 10)), 0.3 * rng.standard_normal((4000, 10))
    found = np.abs(slope_statistic(x, y, 0.05)) > stdtrit(8, 0.975)
    assert found.mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_more_trials_find_more_and_the_normal_formula_is_near() -> None:
    found = trials_needed(0.8, LIKE, seed=1)
    assert found["power"].is_monotonic_increasing
    assert abs(found["power"][2] - 0.8) < 0.08
    assert found["enough"].iloc[-1]


def test_half_the_slope_needs_four_times_the_trials() -> None:
    whole, half = (trials_needed(s, LIKE, seed=1, draws=10) for s in (0.4, 0.2))
    assert half["k"][2] == pytest.approx(4 * whole["k"][2], rel=0.05)


def test_the_same_seed_gives_the_same_power() -> None:
    one, two = (trials_needed(0.5, LIKE, seed=9, draws=50) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_no_slope_is_a_wrong_question() -> None:
    with pytest.raises(SensitivityError, match="finds what is not there"):
        trials_needed(0.0, LIKE, seed=1)


@pytest.mark.parametrize("share_sd", [0.0, 0.6])
def test_shares_that_cannot_be_are_refused(share_sd: float) -> None:
    with pytest.raises(SensitivityError, match="share_mean"):
        FutureTrials(share_mean=0.5, share_sd=share_sd, variance=0.1, tau2=0.0)


@pytest.mark.parametrize(("mean", "sd"), [(0.34, 0.17), (0.4, 0.45), (0.5, 0.03)])
def test_many_shares_are_drawn_as_single_ones_are(mean, sd):
    like = FutureTrials(share_mean=mean, share_sd=sd, variance=0.2, tau2=0.0)
    u = np.random.default_rng(1).random(10_000)
    size = mean * (1 - mean) / sd**2 - 1
    exact = betaincinv(mean * size, (1 - mean) * size, u)
    np.testing.assert_allclose(_shares(like, u), exact, rtol=1e-9)


@pytest.mark.parametrize("changed", [{"variance": 0.0}, {"tau2": -0.1}])
def test_future_trials_have_variances(changed: dict[str, float]) -> None:
    with pytest.raises(SensitivityError, match="give a variance above 0 and a tau2 of"):
        FutureTrials(
            **{
                "share_mean": 0.4,
                "share_sd": 0.2,
                "variance": 0.05,
                "tau2": 0.0,
                **changed,
            }
        )


def test_shares_of_nearly_all_or_none_are_inverted_one_by_one() -> None:
    extreme = FutureTrials(share_mean=0.5, share_sd=0.4999, variance=1.0, tau2=0.0)
    u = np.random.default_rng(2).uniform(size=60_000)
    found = _shares(extreme, u)
    size = 0.25 / 0.4999**2 - 1
    np.testing.assert_allclose(found, betaincinv(0.5 * size, 0.5 * size, u))
    assert found.mean() == pytest.approx(0.5, abs=0.01)
