"""Draws against integrals that know nothing of the sampler, within 5 MCSE.

Seeds: those of ``MODELS`` in conftest.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta, binom, lognorm, multivariate_normal, norm, t

from mdmameta import (
    BayesianMetaRegression,
    BayesianMultilevel,
    BayesianRandomEffects,
    Effects,
    Normal,
)
from mdmameta.effects.counts import counts
from mdmameta.errors import ModelError
from mdmameta.models.bayesian import compat

NAMES = ("normal", "regression", "multilevel", "robust", "events")
ENDS = (0.025, 0.975)


def errors(draws):
    """Monte Carlo errors of mean, SD and ends (Vehtari et al. 2021)."""
    ess, n = compat.arviz().ess, draws.size
    square = (draws - draws.mean()) ** 2
    spread = square.std() / np.sqrt(float(ess(square, method="mean")))
    yield draws.std() / np.sqrt(float(ess(draws, method="mean")))
    yield spread / (2 * draws.std())
    for p in ENDS:
        m = float(ess(draws, method="quantile", prob=p))
        around = beta.ppf(norm.cdf([-1, 1]), m * p + 1, m * (1 - p) + 1)
        low, high = np.sort(draws.ravel())[(around * (n - 1)).astype(int)]
        yield (high - low) / 2


def agrees(fit, name, mean, sd, low, high, at=()):
    """Compare moments and ends with those of an integral, in Monte Carlo errors."""
    draws = compat.values(fit.posterior, name)[(..., *at)]
    ours = np.array([draws.mean(), draws.std(), *np.quantile(draws, ENDS)])
    away = (ours - [mean, sd, low, high]) / list(errors(draws))
    away = away[np.isfinite(away)]
    assert (np.abs(away) < 5).all(), (name, at, ours, away)


def agrees_with(fit, name, exact, at=()):
    """Compare with a distribution of the exact engine."""
    agrees(fit, name, exact.mean, exact.sd, *exact.interval(0.95), at=at)


def agrees_on_grid(fit, name, x, weight):
    """Compare with probabilities on an even grid.

    The lower end of an SD lies within the first cells of a grid: it is left out.
    """
    weight = weight / weight.sum()
    mean = weight @ x
    step = x[1] - x[0]
    ends = np.interp(ENDS, np.cumsum(weight) - weight / 2, x)
    sd = np.sqrt(weight @ (x - mean) ** 2 + step**2 / 12)
    low = np.nan if name.startswith("tau") else ends[0]
    agrees(fit, name, mean, sd, low, ends[1])


@pytest.mark.parametrize("name", NAMES)
def test_default_settings_are_sound_on_the_shipped_trials(fits, name):
    found = fits[name].diagnostics
    assert found.problems() == ()
    assert found.divergences == 0
    assert found.r_hat < 1.01
    assert min(found.ess_bulk, found.ess_tail) > 400


def test_the_standard_model_is_that_of_quadrature(fits):
    exact = BayesianRandomEffects().fit(fits["normal"].effects).exact
    agrees_with(fits["normal"], "mu", exact.mu)
    agrees_with(fits["normal"], "tau", exact.tau)
    agrees_with(fits["normal"], "mu_new", exact.predictive)
    for i, theta in enumerate(exact.theta):
        agrees_with(fits["normal"], "theta", theta, at=(i,))


def test_meta_regression_is_that_of_quadrature(fits):
    fit = fits["regression"]
    exact = BayesianMetaRegression("~ year", Normal(0, 1)).fit(fit.effects).exact
    for i, coefficient in enumerate(exact.coefficients):
        agrees_with(fit, "beta", coefficient, at=(i,))
    agrees_with(fit, "tau", exact.tau)
    for i, theta in enumerate(exact.theta):
        agrees_with(fit, "theta", theta, at=(i,))
    assert list(fit.posterior["posterior"]["coef"].values) == ["Intercept", "year"]


class Rayleigh:
    """Prior of the root of a sum of two squares, each half-normal(0.5)."""

    def log_density(self, x):
        x = np.asarray(x, dtype=float)
        return np.log(x) - np.log(0.25) - 2 * x**2

    def __repr__(self):
        return "Rayleigh(0.5)"


def test_one_effect_a_study_makes_the_multilevel_model_the_standard_one(fits):
    effects = Effects.from_arrays(fits["normal"].effects.y, fits["normal"].effects.v)
    fit = BayesianMultilevel(seed=16).fit(effects)
    assert "split-unknown" in [caution.code for caution in fit.warnings]
    exact = BayesianRandomEffects(tau=Rayleigh()).fit(effects).exact
    agrees_with(fit, "mu", exact.mu)
    agrees_with(fit, "mu_new", exact.predictive)
    for i, theta in enumerate(exact.theta):
        agrees_with(fit, "theta", theta, at=(i,))


def test_the_multilevel_model_is_that_of_a_sum_over_both_heterogeneities(fits):
    fit = fits["multilevel"]
    effects, sd = fit.effects, np.arange(0.01, 2.2, 0.04)
    same = effects.study[:, None] == effects.study
    ones, prior = np.ones(effects.k), norm.logpdf(sd, 0, 0.5)
    log = np.add.outer(prior, prior)
    for i, between in enumerate(sd):
        for j, within in enumerate(sd):
            cov = effects.V + within**2 * np.eye(effects.k) + between**2 * same
            law = multivariate_normal(0 * ones, cov + np.outer(ones, ones))
            log[i, j] += law.logpdf(effects.y)
    weight = np.exp(log - log.max())
    agrees_on_grid(fit, "tau_between", sd, weight.sum(axis=1))
    agrees_on_grid(fit, "tau_within", sd, weight.sum(axis=0))


def test_t_distributed_effects_are_those_of_a_sum_over_all_parameters(fits):
    fit = fits["robust"]
    y, v = fit.effects.y, fit.effects.v
    mu, tau = np.linspace(-2.2, 0.8, 121), np.arange(0.01, 2.4, 0.03)
    nu, u = np.exp(np.linspace(-1.5, 5.5, 29)), np.arange(-9, 9, 0.006)
    noise = norm.pdf(
        np.subtract.outer(y, mu)[..., None] - u, 0, np.sqrt(v)[:, None, None]
    )
    log = np.zeros((mu.size, tau.size, nu.size))
    for j, df in enumerate(nu):
        spread = t.pdf(u[:, None] / tau, df) / tau * 0.006
        log[:, :, j] = np.log(
            noise @ (spread / np.maximum(spread.sum(axis=0), 0.9))
        ).sum(axis=0)
    log += norm.logpdf(mu)[:, None, None] + norm.logpdf(tau, 0, 0.5)[:, None]
    log += lognorm.logpdf(nu, 1, scale=np.exp(2)) + np.log(nu)
    weight = np.exp(log - log.max())
    agrees_on_grid(fit, "mu", mu, weight.sum(axis=(1, 2)))
    agrees_on_grid(fit, "tau", tau, weight.sum(axis=(0, 2)))


def test_events_of_two_arms_are_those_of_a_sum_over_all_parameters(fits):
    fit = fits["events"]
    delta, level = np.arange(-8, 9, 0.02)[:, None], np.arange(-12, 12, 0.05)
    mu, tau = np.linspace(-3, 4, 141), np.arange(0.01, 2.6, 0.04)
    log = norm.logpdf(mu)[:, None] + norm.logpdf(tau, 0, 0.5)
    z = (delta - mu)[..., None] / tau
    spread = np.exp(-0.5 * z**2)
    spread /= spread.sum(axis=0)
    for a, b, c, d in counts(fit.effects).to_numpy():
        active = binom.pmf(a, a + b, expit(level + delta))
        control = binom.pmf(c, c + d, expit(level)) * norm.pdf(level, 0, 2)
        log += np.log(np.tensordot((active * control).sum(axis=1), spread, (0, 0)))
    weight = np.exp(log - log.max())
    agrees_on_grid(fit, "mu", mu, weight.sum(axis=1))
    agrees_on_grid(fit, "tau", tau, weight.sum(axis=0))


def test_too_few_draws_are_an_error_with_the_diagnosis(fits):
    model = replace(fits["normal"].model, draws=20, tune=20, chains=2)
    with pytest.raises(ModelError, match=r"must not be reported: .*sample size"):
        model.fit(fits["normal"].effects)
    kept = replace(model, unsound="warn").fit(fits["normal"].effects)
    assert "unsound" in [caution.code for caution in kept.warnings]
