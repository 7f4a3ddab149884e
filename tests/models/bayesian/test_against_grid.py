"""The posterior by brute force on a grid of μ and τ, knowing nothing of the engine."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mdmameta.models.bayesian import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogNormal,
    Normal,
    Uniform,
)
from mdmameta.models.bayesian.exact import exact_posterior
from reference_cases import load

SET = load("mdma_primary")["effects"]["g"]
Y, V = np.array(SET["yi"]), np.array(SET["vi"])
CORRELATED = np.sqrt(np.outer(V, V)) * (0.4 + 0.6 * np.eye(6))
SPREAD = Y + np.array([0.8, -0.6, 1.1, -0.9, 0.2, -1.0])

CASES = {
    "half-normal": (Y, np.diag(V), Normal(0, 1), HalfNormal(0.5), 6),
    "half-t": (SPREAD, np.diag(V), Normal(-0.5, 0.3), HalfStudentT(30, 0.3), 6),
    "uniform": (SPREAD, np.diag(V), Normal(0, 1), Uniform(0.2, 2), 2),
    "log-normal": (Y, np.diag(V), Normal(0, 1), LogNormal(-1, 0.5), 12),
    "covariance": (Y, CORRELATED, Normal(0, 1), HalfNormal(0.5), 6),
    "wide tau": (9 * SPREAD, np.diag(V), Normal(0, 9), HalfNormal(4), 45),
}


class Grid:
    """Trapezium rule over τ and μ, of the density as it is written in a book."""

    def __init__(self, y, cov, mu_prior, tau_prior, most):
        low = getattr(tau_prior, "support", (0,))[0]
        # Equal steps of the root: fine near zero, where τ piles up.
        root = np.linspace(np.sqrt(low), np.sqrt(most), 3001)
        self.tau = np.clip(root**2, low, most)
        width = 2 * root * (root[1] - root[0])
        width[[0, -1]] /= 2
        self.mu = np.linspace(-1, 1, 1601) * 9 * mu_prior.sd
        log_p = np.array([self._row(t, y, cov) for t in self.tau])
        log_p += np.log(np.maximum(width, 1e-300))[:, None]
        log_p += tau_prior.log_density(self.tau)[:, None]
        log_p += -0.5 * ((self.mu - mu_prior.mean) / mu_prior.sd) ** 2
        log_p -= np.log(mu_prior.sd * np.sqrt(2 * np.pi))
        self.p = np.exp(log_p) * (self.mu[1] - self.mu[0])
        self.evidence = self.p.sum()
        self.p /= self.evidence

    def _row(self, tau, y, cov):
        total = cov + tau**2 * np.eye(y.size)
        inverse, (_, log_det) = np.linalg.inv(total), np.linalg.slogdet(total)
        a, b, c = inverse.sum(), inverse.sum(axis=0) @ y, y @ inverse @ y
        square = a * self.mu**2 - 2 * b * self.mu + c
        return -0.5 * (square + log_det + y.size * np.log(2 * np.pi))


@cache
def both(case):
    y, cov, mu, tau, _ = CASES[case]
    return Grid(*CASES[case]), exact_posterior(y, np.diag(cov), mu, tau, V=cov)


@pytest.mark.parametrize("case", CASES)
def test_moments_are_those_of_the_grid(case):
    grid, exact = both(case)
    of_mu, of_tau = grid.p.sum(axis=0), grid.p.sum(axis=1)
    mean = of_mu @ grid.mu
    assert exact.mu.mean == pytest.approx(mean, abs=1e-6)
    assert exact.mu.sd == pytest.approx(
        np.sqrt(of_mu @ (grid.mu - mean) ** 2), rel=2e-6
    )
    assert exact.tau.mean == pytest.approx(of_tau @ grid.tau, rel=2e-6)
    assert exact.tau2_mean == pytest.approx(of_tau @ grid.tau**2, rel=2e-6)


@pytest.mark.parametrize("case", CASES)
def test_the_marginal_likelihood_is_that_of_the_grid(case):
    grid, exact = both(case)
    assert exact.log_marginal_likelihood == pytest.approx(
        np.log(grid.evidence), abs=2e-6
    )


@pytest.mark.parametrize("case", CASES)
def test_the_density_of_mu_is_that_of_the_grid(case):
    grid, exact = both(case)
    at = grid.mu[600:1001:20]
    density = grid.p.sum(axis=0)[600:1001:20] / (grid.mu[1] - grid.mu[0])
    np.testing.assert_allclose(
        exact.mu.density(at), density, rtol=1e-5, atol=1e-8 / exact.mu.sd
    )


def test_true_effects_under_a_covariance_are_those_of_matrix_algebra():
    grid, exact = both("covariance")
    weight = grid.p.sum(axis=1)
    given = [true_effects(tau) for tau in grid.tau]
    means, variances = (np.array(part) for part in zip(*given, strict=True))
    mean = weight @ means
    variance = weight @ (variances + (means - mean) ** 2)
    ours = [(theta.mean, theta.sd) for theta in exact.theta]
    np.testing.assert_allclose(ours, np.transpose([mean, variance**0.5]), atol=1e-6)


def true_effects(tau):
    """Mean and variance of θ given τ: θ and y are jointly normal."""
    prior = tau**2 * np.eye(6) + 1
    gain = prior @ np.linalg.inv(prior + CORRELATED)
    return gain @ Y, np.diag(prior - gain @ prior)


def test_a_half_cauchy_tail_is_followed_to_its_end():
    """Substituting τ = tan(u) turns the tail into an interval."""
    exact = exact_posterior(Y[:2], V[:2], Normal(0, 1), HalfCauchy(1))
    u = (np.arange(200_000) + 0.5) / 200_000 * np.pi / 2
    weight = np.exp(exact.conditional(np.tan(u)).log_likelihood)
    weight /= weight.sum()
    assert exact.tau2_mean == pytest.approx(weight @ np.tan(u) ** 2, rel=1e-5)
    assert exact.prob_tau_below(3) == pytest.approx(
        weight[np.tan(u) < 3].sum(), abs=1e-5
    )
