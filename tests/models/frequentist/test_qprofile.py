"""Q-profile intervals against the equation that their limits solve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from mdmameta.models.frequentist import qprofile
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.qprofile import q_profile, tau2_at
from mdmameta.models.frequentist.regression import least_squares


@settings(derandomize=True, max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(3, 30),
    spread=st.sampled_from([0.0, 1.0, 100.0]),
    level=st.sampled_from([0.5, 0.9, 0.95, 0.999]),
)
def test_at_each_limit_q_is_a_quantile_or_the_limit_is_zero(
    seed: int, k: int, spread: float, level: float
) -> None:
    rng = np.random.default_rng(seed)
    v = 10 ** rng.uniform(-3, 1, k)
    y = rng.normal(0, spread, k) + rng.normal(0, np.sqrt(v))
    X = np.column_stack([np.ones(k), rng.normal(size=k)])
    limits = q_profile(y, v, X, level)
    for limit, upper in zip(limits, (True, False), strict=True):
        tail = (1 - level) / 2
        quantile = chi2.ppf(1 - tail if upper else tail, k - 2)
        q = least_squares(y, v, X, limit).q
        if limit > 0:
            assert q == pytest.approx(quantile, rel=1e-9)
        else:
            assert q <= quantile


def test_the_lower_limit_is_below_the_upper_one() -> None:
    y, v = np.array([-3.0, 0.0, 4.0]), np.array([0.01, 0.02, 0.01])
    low, high = q_profile(y, v, np.ones((3, 1)))
    assert 0 < low < high


def test_effects_that_agree_too_well_give_zero_twice() -> None:
    v = np.array([0.04, 0.09, 0.02])
    assert q_profile(np.full(3, 0.5), v, np.ones((3, 1))) == (0.0, 0.0)


def test_without_residual_degrees_of_freedom_there_is_no_interval() -> None:
    limits = q_profile(np.array([0.3]), np.array([0.04]), np.ones((1, 1)))
    assert np.isnan(limits).all()


def test_two_studies_have_the_closed_form_with_no_limit_to_the_search() -> None:
    y, v = np.array([0.3, 0.9]), np.array([0.04, 0.09])
    expected = (0.36 / chi2.ppf(0.025, 1) - 0.13) / 2
    high = q_profile(y, v, np.ones((2, 1)))[1]
    assert high == pytest.approx(expected, rel=1e-10)
    assert high > 100


def test_running_out_of_steps_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qprofile, "MAX_STEPS", 1)
    y, v = np.array([-3.0, 0.0, 4.0]), np.array([0.01, 0.2, 3.0])
    assert not tau2_at(contrasts(y, v, np.ones((3, 1))), 0.1).converged
