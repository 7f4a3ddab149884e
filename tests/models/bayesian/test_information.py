from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from mdmameta.errors import ModelError
from mdmameta.models.bayesian import (
    Flat,
    HalfNormal,
    LogNormal,
    Mixture,
    Normal,
    StudentT,
    effective_sample_size,
    information_gain,
    unit_information_sd,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.information import of_prior, over_mass

Y = np.array([-0.8, -0.5, -1.1, -0.2, -0.9])
V = np.array([0.05, 0.04, 0.2, 0.25, 0.3])
ROBUST = Mixture(((0.8, Normal(-0.7, 0.2)), (0.2, StudentT(3, 0, 1))))
PRIORS = [Normal(0.2, 1), StudentT(1, 0, 0.7), StudentT(4), ROBUST]


def normal_divergence(m, s, m0, s0):
    return np.log(s0 / s) + (s**2 + (m - m0) ** 2) / (2 * s0**2) - 0.5


def test_a_conjugate_update_has_the_divergence_of_two_normals():
    prior = Normal(0.3, 0.7)
    posterior = exact_posterior(Y, V, prior, HalfNormal(1e-9))
    m, s = posterior.mu.mean, posterior.mu.sd
    gain = information_gain(posterior)
    assert gain.mu == pytest.approx(normal_divergence(m, s, 0.3, 0.7), abs=1e-8)
    assert gain.tau == pytest.approx(0, abs=1e-8)
    assert gain.joint == pytest.approx(gain.mu, abs=1e-8)


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_the_divergence_of_the_mean_is_that_of_adaptive_quadrature(prior):
    posterior = exact_posterior(Y, V, prior, HalfNormal(0.5))

    def integrand(x):
        p = float(posterior.mu.density(x))
        return p * (np.log(p) - float(prior.log_density(x))) if p > 0 else 0.0

    direct = quad(integrand, -6, 4, points=[-0.9, -0.6, -0.3], limit=400)[0]
    assert information_gain(posterior).mu == pytest.approx(direct, abs=1e-7)


def test_the_divergence_of_tau_is_that_of_adaptive_quadrature():
    posterior = exact_posterior(Y, V, Normal(0, 1), LogNormal(-1, 0.8))

    def integrand(x):
        p = float(posterior.tau.density(x))
        return p * (np.log(p) - float(LogNormal(-1, 0.8).log_density(x)))

    direct = quad(integrand, 1e-9, 8, points=[0.05, 0.2, 0.5], limit=400)[0]
    assert information_gain(posterior).tau == pytest.approx(direct, abs=1e-7)


def test_the_joint_divergence_is_that_of_a_grid():
    posterior = exact_posterior(Y, V, PRIORS[0], HalfNormal(0.5))
    root, mu = np.linspace(0, 1.8, 1501), np.linspace(-3, 2, 1001)
    tau = root**2
    total = V + tau[:, None] ** 2
    away = Y - mu[:, None, None]
    log_lik = -0.5 * (away**2 / total + np.log(2 * np.pi * total)).sum(-1).T
    prior = PRIORS[0].log_density(mu) + HalfNormal(0.5).log_density(tau)[:, None]
    p = np.exp(log_lik + prior) * (2 * root)[:, None]
    p /= p.sum()
    direct = (p * log_lik).sum() - posterior.log_marginal_likelihood
    gain = information_gain(posterior)
    assert gain.joint == pytest.approx(direct, abs=1e-6)
    assert gain.joint >= max(gain.mu, gain.tau)


def test_improper_priors_have_no_divergence():
    gain = information_gain(exact_posterior(Y, V, Flat(), HalfNormal(0.5)))
    assert np.isnan([gain.mu, gain.tau, gain.joint]).all()


def test_a_normal_prior_is_worth_its_precision():
    assert effective_sample_size(Normal(3, 0.5), 2) == 16
    assert effective_sample_size(Flat(), 2) == 0
    one = Mixture(((1.0, Normal(3, 0.5)),))
    assert effective_sample_size(one, 2) == pytest.approx(16)


@pytest.mark.parametrize("df", [1, 3, 30])
def test_a_t_prior_is_worth_its_fisher_information(df):
    expected = (df + 1) / (df + 3) / 0.7**2
    ours = effective_sample_size(StudentT(df, 1, 0.7), 1)
    assert ours == pytest.approx(expected, rel=1e-8)


def test_a_robust_part_makes_a_prior_worth_less():
    informative = effective_sample_size(Normal(-0.7, 0.2), 2)
    robust = effective_sample_size(ROBUST, 2)
    assert 0.5 * informative < robust < 0.85 * informative


def test_two_parts_far_apart_are_worth_their_average():
    apart = Mixture(((0.5, Normal(-50, 0.1)), (0.5, Normal(50, 1))))
    assert effective_sample_size(apart, 1) == pytest.approx(50.5, rel=1e-7)


def test_a_predictive_of_earlier_trials_serves_as_a_prior():
    """With τ all but known it is normal, and its worth is its precision."""
    posterior = exact_posterior(Y, V, Normal(0, 10), LogNormal(np.log(0.3), 1e-4))
    worth = effective_sample_size(posterior.predictive, 2)
    assert worth == pytest.approx((2 / posterior.predictive.sd) ** 2, rel=1e-5)


def test_the_unit_information_of_odds_ratios_is_four():
    """Events half of the time: v = 4 / (n/4) = 16 / n."""
    n = np.array([40, 100, 64])
    assert unit_information_sd(16 / n, n) == pytest.approx(4)


@pytest.mark.parametrize("n", [[10], [10, 0, 5], [10, np.nan, 5]])
def test_people_must_be_given_for_every_study(n):
    with pytest.raises(ModelError, match="one positive number of people"):
        unit_information_sd([0.1, 0.2, 0.3], n)


def test_a_unit_must_be_positive():
    with pytest.raises(ModelError, match="unit_sd=0"):
        effective_sample_size(Normal(), 0)


def test_a_prior_as_a_marginal_has_its_quantiles():
    p = [0.01, 0.3, 0.5, 0.975]
    for prior in PRIORS[:3]:
        assert of_prior(prior).quantile(p) == pytest.approx(prior.quantile(p), rel=1e-8)
    assert of_prior(StudentT(2)).sd == np.inf


def test_a_mixture_is_integrated_however_thin_its_parts_are():
    parts = Mixture(((0.3, Normal(3, 0.0001)), (0.7, Normal(0, 10))))
    marginal = of_prior(parts)
    total = over_mass(marginal.density, marginal)
    assert total == pytest.approx(1, abs=1e-9)
