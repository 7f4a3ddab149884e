"""The correction of small-sample bias, and the spread of t."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from mdmameta.effects.corrections import bias_correction, fisher_z, spread_of_t

DF = np.array([1.5, 2.0, 5.0, 30.0])


def test_the_corrected_standardised_mean_is_unbiased() -> None:
    # The mean of t with m degrees and noncentrality 1 is 1 / J.
    assert_allclose(bias_correction(DF), 1 / stats.nct.mean(DF, 1.0), rtol=1e-10)


def test_the_approximate_factor_comes_near_the_exact_one() -> None:
    assert_allclose(bias_correction(DF, "approximate"), 1 - 3 / (4 * DF - 1))
    many = np.array([50.0])
    near = bias_correction(many, "approximate")
    assert_allclose(near, bias_correction(many), atol=2e-5)
    assert bias_correction(DF, "none").tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("correction", ["exact", "approximate"])
def test_one_degree_of_freedom_and_less_has_no_factor(correction) -> None:
    found = bias_correction(np.array([0.0, 1.0, 1.1]), correction)
    assert np.isnan(found).tolist() == [True, True, False]


def test_the_spread_of_t_is_its_variance() -> None:
    m = np.array([2.0, 2.5, 3.0, 40.0])
    assert_allclose(spread_of_t(m)[1:], stats.t.var(m[1:]))
    assert np.isnan(spread_of_t(m)[0])


def test_fishers_z_has_the_variance_by_its_slope() -> None:
    r, v = np.array([-0.8, 0.0, 0.3]), np.array([0.01, 0.02, 0.03])
    z, spread = fisher_z(r, v)
    slope = (np.arctanh(r + 1e-6) - np.arctanh(r - 1e-6)) / 2e-6
    assert_allclose(z, np.arctanh(r))
    assert_allclose(spread, v * slope**2, rtol=1e-8)
    assert np.isnan(fisher_z(np.array([1.2]), v[:1])[0]).all()
