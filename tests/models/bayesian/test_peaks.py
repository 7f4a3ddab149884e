from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mdmameta.errors import ModelError
from mdmameta.models.bayesian import (
    Flat,
    HalfNormal,
    Normal,
    StudentT,
    least_bayes_factor_mu,
    least_bayes_factor_tau,
    peaks,
)
from mdmameta.models.bayesian.exact import exact_posterior

Y = np.array([-0.9, 0.4, -1.3, 0.1, -0.2])
V = np.array([0.05, 0.04, 0.1, 0.02, 0.03])
PRIOR, TAU = Normal(0.2, 0.6), HalfNormal(0.5)
FOUND = exact_posterior(Y, V, PRIOR, TAU)


def log_likelihood(mu, tau):
    total = V + tau**2
    return -0.5 * ((Y - mu) ** 2 / total + np.log(2 * np.pi * total)).sum()


def highest(log_density):
    found = minimize(lambda x: -log_density(*x), [0.0, 0.4], method="Nelder-Mead",
                     options={"xatol": 1e-9, "fatol": 1e-13})  # fmt: skip
    return found.x


def test_joint_peaks_are_those_of_a_search_in_two_dimensions():
    frame = peaks(FOUND).set_index(["of", "kind"])
    mu, tau = highest(log_likelihood)
    assert frame.loc[("likelihood", "joint"), "mu"] == pytest.approx(mu, abs=1e-6)
    assert frame.loc[("likelihood", "joint"), "tau"] == pytest.approx(tau, abs=1e-6)
    mu, tau = highest(
        lambda m, t: log_likelihood(m, t) + PRIOR.log_density(m) + TAU.log_density(t)
    )
    assert frame.loc[("posterior", "joint"), "mu"] == pytest.approx(mu, abs=1e-6)
    assert frame.loc[("posterior", "joint"), "tau"] == pytest.approx(tau, abs=1e-6)


def test_marginal_peaks_are_higher_than_their_neighbours():
    frame = peaks(FOUND).set_index(["of", "kind"])
    tau = frame.loc[("likelihood", "marginal"), "tau"]
    around = FOUND.conditional(tau + np.array([-1e-3, 0, 1e-3])).log_likelihood
    assert around.argmax() == 1
    flat = exact_posterior(Y, V, Flat(), TAU).mu
    mu = frame.loc[("likelihood", "marginal"), "mu"]
    assert flat.density([mu - 1e-3, mu, mu + 1e-3]).argmax() == 1
    assert frame.loc[("posterior", "marginal"), "tau"] == FOUND.tau.mode


def test_no_prior_of_the_mean_supports_the_point_less():
    least = least_bayes_factor_mu(FOUND)
    best = exact_posterior(Y, V, Flat(), TAU).mu.mode
    at_best = exact_posterior(Y, V, Normal(best, 1e-7), TAU)
    assert least == pytest.approx(at_best.evidence_ratio_mu(0), rel=1e-6)
    for sd in (0.1, 0.5, 3):
        other = exact_posterior(Y, V, Normal(best, sd), TAU)
        assert other.bayes_factor_mu() > least


def test_no_prior_of_tau_supports_homogeneity_less():
    least = least_bayes_factor_tau(FOUND)
    tau = peaks(FOUND)["tau"][1]
    at_best = exact_posterior(Y, V, PRIOR, HalfNormal(1e-9))
    given = FOUND.conditional(tau).log_likelihood[0]
    assert least == pytest.approx(np.exp(at_best.log_marginal_likelihood - given))
    assert FOUND.bayes_factor_tau() > least


def test_improper_priors_have_no_least_bayes_factor():
    assert np.isnan(least_bayes_factor_mu(exact_posterior(Y, V, PRIOR, Flat())))
    assert np.isnan(least_bayes_factor_tau(exact_posterior(Y, V, Flat(), TAU)))


def test_a_mixture_has_no_single_peak():
    with pytest.raises(ModelError, match="several peaks"):
        peaks(exact_posterior(Y, V, StudentT(3), TAU))
