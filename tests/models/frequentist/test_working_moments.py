"""Moments of the working models against dense matrices and simulated data."""

import numpy as np
import pytest

from mdmameta.models.frequentist.clusters import clusters_of
from mdmameta.models.frequentist.working_moments import (
    correlated_effects,
    hierarchical_effects,
    sample,
)

CLUSTER = np.array(list("aaabbcddddeeffg"))
K = CLUSTER.size
SAME = (CLUSTER[:, None] == CLUSTER).astype(float)
RNG = np.random.default_rng(9)
V = RNG.uniform(0.02, 0.3, K)
X = np.column_stack([np.ones(K), RNG.normal(5, 2, K)])
BETWEEN = np.unique(CLUSTER, return_inverse=True)[1]
Y = RNG.normal(0, 0.9, 7)[BETWEEN] + RNG.normal(0.5, 0.5, K)
SHUFFLED = np.random.default_rng(1).permutation(K)


def of(y=Y, v=V, X=X, cluster=CLUSTER):
    return sample(y, v, X, clusters_of(cluster))


def quadratic(A, w):
    """Mean of r'Ar as a function of the covariance of the errors."""
    hat = X @ np.linalg.solve((X.T * w) @ X, X.T * w)
    left = np.eye(K) - hat
    return lambda Sigma: np.trace(A @ left @ Sigma @ left.T), left @ Y


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8, 1.0])
def test_correlated_tau2_solves_the_expectation_of_q(rho):
    sizes = SAME.sum(axis=1)
    mean = SAME @ V / sizes
    w = 1 / (sizes * mean)
    expected, r = quadratic(np.diag(w), w)
    sampling = mean[:, None] * SAME * ((1 - rho) * np.eye(K) + rho)
    want = (r @ np.diag(w) @ r - expected(sampling)) / expected(SAME)
    assert want > 0
    found = correlated_effects(of(), rho)
    assert found.between == pytest.approx(want)
    assert found.q == pytest.approx(w @ r**2)


def test_hierarchical_variances_solve_both_expectations():
    w = 1 / V
    first, r = quadratic(np.diag(w), w)
    second, _ = quadratic(SAME, w)
    found = hierarchical_effects(of())
    total = np.diag(V) + found.between * SAME + found.within * np.eye(K)
    assert min(found.between, found.within) > 0
    assert first(total) == pytest.approx(w @ r**2)
    assert second(total) == pytest.approx(r @ SAME @ r)


def test_a_negative_omega2_is_zero_and_tau2_follows_from_q():
    rng = np.random.default_rng(1)
    y = rng.normal(0, 2, 7)[BETWEEN] + rng.normal(0, 0.1, K)
    found = hierarchical_effects(of(y))
    w = 1 / V
    expected, _ = quadratic(np.diag(w), w)
    r = y - X @ np.linalg.solve((X.T * w) @ X, (X.T * w) @ y)
    assert found.within == 0 < found.between
    assert expected(np.diag(V) + found.between * SAME) == pytest.approx(w @ r**2)


def test_effects_without_spread_have_no_variance_between():
    y = X @ [1.0, 2.0] + 1e-3 * np.random.default_rng(10).normal(size=K)
    assert correlated_effects(of(y), 0.8).between == 0
    assert hierarchical_effects(of(y)).between == 0
    assert correlated_effects(of(y), 0.8).i2 == 0


@pytest.mark.parametrize("moments", [hierarchical_effects, correlated_effects])
def test_order_of_rows_and_names_of_clusters_do_not_matter(moments):
    rest = () if moments is hierarchical_effects else (0.5,)
    other = of(Y[SHUFFLED], V[SHUFFLED], X[SHUFFLED], CLUSTER[SHUFFLED])
    got, want = moments(other, *rest), moments(of(), *rest)
    assert got.between == pytest.approx(want.between)
    assert got.q == pytest.approx(want.q)


def test_scaling_effects_scales_variances_by_its_square():
    got = hierarchical_effects(of(10 * Y, 100 * V))
    want = hierarchical_effects(of())
    assert got.between == pytest.approx(100 * want.between)
    assert got.within == pytest.approx(100 * want.within)


def test_clusters_of_one_row_leave_one_variance():
    found = hierarchical_effects(of(cluster=np.arange(K)))
    assert not found.separable
    assert found.within == 0
    same = correlated_effects(of(cluster=np.arange(K)), 0.8)
    assert found.between == pytest.approx(same.between)
