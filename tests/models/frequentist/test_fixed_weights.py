"""Least squares with weights of one's own against matrices written out."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.fixed_weights import least_squares_with
from mdmameta.models.frequentist.regression import (
    Rows,
    independent_rows,
    least_squares,
)

RNG = np.random.default_rng(4)
Y, D, A = RNG.normal(size=6), RNG.uniform(0.1, 1, 6), RNG.uniform(0.5, 2, 6)
X = np.column_stack([np.ones(6), RNG.normal(size=6)])


def test_the_covariance_is_that_of_the_weighted_coefficients() -> None:
    G = np.linalg.solve(X.T @ np.diag(A) @ X, X.T @ np.diag(A))
    fit = least_squares_with(A, Rows(Y, D, X), tau2=0.2)
    np.testing.assert_allclose(fit.beta, G @ Y)
    np.testing.assert_allclose(fit.vcov, G @ np.diag(D + 0.2) @ G.T)
    np.testing.assert_array_equal(fit.w, A)


def test_inverse_variances_give_ordinary_weighted_least_squares() -> None:
    own = least_squares_with(1 / D, Rows(Y, D, X), 0.0)
    usual = least_squares(Y, D, X)
    np.testing.assert_allclose(own.vcov, usual.vcov)
    assert own.q == pytest.approx(usual.q)


def test_correlated_rows_have_their_covariance_in_the_sandwich() -> None:
    V = np.diag(D) + 0.05
    G = np.linalg.solve(X.T @ np.diag(A) @ X, X.T @ np.diag(A))
    fit = least_squares_with(A, independent_rows(Y, D, X, V), tau2=0.2)
    np.testing.assert_allclose(fit.beta, G @ Y)
    np.testing.assert_allclose(fit.vcov, G @ (V + 0.2 * np.eye(6)) @ G.T)


def test_too_few_rows_with_weight_are_refused() -> None:
    one = np.array([1.0, 0, 0, 0, 0, 0])
    with pytest.raises(ModelError, match="1 of 6 rows have a weight above 0"):
        least_squares_with(one, Rows(Y, D, X), 0.0)


def test_genq_keeps_the_weights_of_a_common_effect() -> None:
    effects = Effects.from_arrays(y=Y, v=D)
    genq = RandomEffects("GENQ", interval="wald").fit(effects)
    assert genq.estimate.value == pytest.approx(np.average(Y, weights=1 / D))
    dl = RandomEffects("DL", interval="wald").fit(effects)
    assert genq.heterogeneity.tau2 == dl.heterogeneity.tau2 > 0
    assert genq.estimate.se > dl.estimate.se
