"""Many subsets at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.subsets import BATCHED, fit_subsets


@pytest.mark.parametrize("tau2", BATCHED)
@settings(derandomize=True, max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), shift=st.sampled_from([0.0, 100.0, -1e4]))
def test_a_batch_agrees_with_one_fit_at_a_time(tau2, seed, shift) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(shift, rng.choice([0.0, 0.5, 3.0]), 6)
    v = 10 ** rng.uniform(-3, 1, 6)
    y = y + rng.normal(0, np.sqrt(v))
    inside = rng.random((5, 6)) < 0.7
    inside[:, 0] = True
    found = fit_subsets(y, v, inside, tau2)
    for row, rows in enumerate(inside):
        effects = Effects.from_arrays(y=y[rows], v=v[rows])
        fit = RandomEffects(tau2=tau2, interval="wald").fit(effects)
        close = pytest.approx(fit.estimate.value, rel=1e-7, abs=1e-7)
        assert found.value[row] == close
        assert found.tau2[row] == pytest.approx(
            fit.heterogeneity.tau2, rel=1e-6, abs=1e-7, nan_ok=True
        )


def test_equal_effects_have_no_heterogeneity_at_all() -> None:
    y, v = np.full(3, 0.3), np.array([0.1, 0.2, 0.3])
    found = fit_subsets(y, v, np.ones((1, 3), dtype=bool), "REML")
    assert found.q[0] == 0
    assert found.tau2[0] == 0


def test_a_single_row_has_no_heterogeneity_to_estimate() -> None:
    found = fit_subsets(np.array([1.0]), np.ones(1), np.ones((1, 1), dtype=bool), "DL")
    assert np.isnan([found.tau2[0], found.i2[0], found.h2[0]]).all()
    assert found.value[0] == 1


def test_the_higher_of_two_modes_is_found() -> None:
    y = np.array([0.0, 0.02, 0.04, 8.0])
    v = np.array([1e-4, 1e-4, 1e-4, 4.0])
    found = fit_subsets(y, v, np.ones((1, 4), dtype=bool), "REML")
    fit = RandomEffects().fit(Effects.from_arrays(y=y, v=v))
    assert found.tau2[0] == pytest.approx(fit.heterogeneity.tau2, rel=1e-8, abs=1e-12)
