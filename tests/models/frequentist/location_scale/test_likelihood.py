"""The likelihood of location and scale, against densities, integrals, differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import approx_fprime

from mdmameta.models.frequentist.location_scale.likelihood import (
    Problem,
    height,
    log_likelihood,
)

RNG = np.random.default_rng(5)
K = 9
X = np.column_stack([np.ones(K), RNG.normal(size=K)])
Z = np.column_stack([np.ones(K), RNG.normal(size=K), RNG.uniform(size=K)])
V = RNG.uniform(0.02, 0.4, K)
Y = X @ [0.3, -0.4] + RNG.normal(size=K)
ALPHA = np.array([-1.0, 0.8, 0.5])


def problem(*, restricted: bool) -> Problem:
    return Problem(y=Y, v=V, X=X, Z=Z, restricted=restricted)


def test_the_full_likelihood_is_the_density_at_the_best_mean() -> None:
    m = V + np.exp(Z @ ALPHA)
    beta = np.linalg.solve((X.T / m) @ X, (X.T / m) @ Y)
    density = stats.norm(X @ beta, np.sqrt(m)).logpdf(Y).sum()
    found = log_likelihood(problem(restricted=False), ALPHA)
    assert found - K * np.log(2 * np.pi) / 2 == pytest.approx(density, abs=1e-12)


def test_the_restricted_likelihood_is_the_density_integrated_over_the_mean() -> None:
    m = V + np.exp(Z @ ALPHA)
    of = replace(problem(restricted=True), X=np.ones((K, 1)))

    def density(mu: float) -> float:
        return float(np.exp(stats.norm(mu, np.sqrt(m)).logpdf(Y).sum()))

    whole = quad(density, -8, 8, points=[0], epsabs=0, epsrel=1e-12)[0]
    ours = log_likelihood(of, ALPHA) - (K - 1) * np.log(2 * np.pi) / 2
    assert ours == pytest.approx(np.log(whole), abs=1e-9)


@pytest.mark.parametrize("restricted", [True, False])
def test_slope_and_curvature_are_those_of_the_value(restricted: bool) -> None:
    of = problem(restricted=restricted)
    slope = approx_fprime(ALPHA, lambda a: log_likelihood(of, a), 1e-6)
    curvature = approx_fprime(ALPHA, lambda a: height(of, a).slope, 1e-6)
    found = height(of, ALPHA)
    assert found.slope == pytest.approx(slope, abs=1e-5)
    assert found.curvature == pytest.approx(curvature, abs=1e-5)
    assert found.value == log_likelihood(of, ALPHA)


def test_a_variance_beyond_all_numbers_is_as_unlikely_as_can_be() -> None:
    of = problem(restricted=True)
    assert log_likelihood(of, np.array([800.0, 0.0, 0.0])) == -np.inf
