from __future__ import annotations

import re
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad, trapezoid
from scipy.special import logsumexp

import mdmameta as mm
from mdmameta import least_bayes_factor_mu, least_bayes_factor_tau
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    Flat,
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogStudentT,
    Normal,
    StudentT,
    Uniform,
    information_gain,
    peaks,
    rhodes_prior,
)
from mdmameta.models.bayesian.exact import exact_posterior

Y = np.array([-0.8, -0.5, -1.1, -0.2, -0.9])
V = np.array([0.05, 0.04, 0.2, 0.25, 0.3])
PRIOR = Normal(0, 1)


class Callable:
    """A prior of a user: only a log density."""

    def __init__(self, log_density):
        self.log_density = log_density


def common_effect(y, v, mu):
    precision = (1 / v).sum() + mu.sd**-2
    return ((y / v).sum() + mu.mean * mu.sd**-2) / precision, precision**-0.5


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-12])
def test_a_tau_prior_at_zero_gives_the_common_effect(scale):
    posterior = exact_posterior(Y, V, PRIOR, HalfNormal(scale))
    expected = pytest.approx(common_effect(Y, V, PRIOR), abs=30 * scale**2 + 1e-14)
    assert (posterior.mu.mean, posterior.mu.sd) == expected
    assert posterior.tau.median == pytest.approx(scale * 0.6744897501960817, rel=1e-4)


def test_one_study_with_no_heterogeneity_is_the_conjugate_update():
    mu = Normal(0.3, 0.7)
    posterior = exact_posterior(Y[:1], V[:1], mu, HalfNormal(1e-9))
    mean, sd = common_effect(Y[:1], V[:1], mu)
    assert posterior.mu.mean == pytest.approx(mean, abs=1e-12)
    assert posterior.mu.interval(0.95) == pytest.approx(
        (mean - 1.959963984540054 * sd, mean + 1.959963984540054 * sd), abs=1e-10
    )
    total = np.hypot(0.7, np.sqrt(V[0]))
    evidence = np.exp(Normal(0.3, total).log_density(Y[0]))
    assert np.exp(posterior.log_marginal_likelihood) == pytest.approx(evidence)


def test_a_known_large_tau_weighs_studies_equally():
    posterior = exact_posterior(Y, V, Flat(), Uniform(1e4, 1e4 + 1e-3))
    assert posterior.mu.mean == pytest.approx(Y.mean(), abs=1e-7)
    assert posterior.mu.sd == pytest.approx(1e4 / np.sqrt(5), rel=1e-6)
    assert posterior.weights == pytest.approx(np.full(5, 20), abs=1e-5)
    assert [theta.mean for theta in posterior.theta] == pytest.approx(Y, abs=1e-6)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_units_do_not_matter_when_priors_follow_them(scale):
    here = exact_posterior(Y, V, Normal(0, 1), HalfCauchy(0.5))
    there = exact_posterior(
        Y * scale, V * scale**2, Normal(0, scale), HalfCauchy(0.5 * scale)
    )
    for name in ("mu", "tau", "predictive"):
        ours, theirs = getattr(here, name), getattr(there, name)
        p = [0.001, 0.3, 0.5, 0.999]
        np.testing.assert_allclose(theirs.quantile(p), scale * ours.quantile(p), 1e-9)


def test_data_far_out_in_the_tail_of_the_tau_prior_are_found():
    posterior = exact_posterior(1e6 * Y, V, Normal(0, 1e7), HalfCauchy(0.01))
    assert posterior.tau.median == pytest.approx(4e5, rel=0.3)
    assert posterior.error < 1e-9


def test_a_thousand_equal_studies_give_a_narrow_posterior():
    rng = np.random.default_rng(1)
    v = np.full(1000, 0.05)
    y = rng.normal(-0.5, np.sqrt(0.05 + 0.3**2), 1000)
    posterior = exact_posterior(y, v, PRIOR, HalfNormal(0.5))
    assert posterior.tau.sd < 0.02
    assert posterior.error < 1e-9
    assert posterior.tau.cdf(posterior.tau.quantile(0.2)) == pytest.approx(0.2)


def test_a_diagonal_covariance_matrix_changes_nothing():
    plain = exact_posterior(Y, V, PRIOR, HalfNormal(0.5))
    matrix = exact_posterior(Y, V, PRIOR, HalfNormal(0.5), V=np.diag(V))
    assert matrix.mu.quantile([0.1, 0.6]) == pytest.approx(
        plain.mu.quantile([0.1, 0.6])
    )
    shrunk = [theta.interval(0.9) for theta in plain.theta]
    assert [t.interval(0.9) for t in matrix.theta] == pytest.approx(np.array(shrunk))
    assert matrix.weights == pytest.approx(plain.weights)


def test_two_copies_of_one_study_count_as_one():
    """Perfect correlation would be singular; 1 − 1e-9 is as good."""
    cov = 0.05 * (np.full((2, 2), 1 - 1e-9) + 1e-9 * np.eye(2))
    twice = exact_posterior(np.full(2, 0.4), V[:2], PRIOR, HalfNormal(1e-9), V=cov)
    once = exact_posterior(np.full(1, 0.4), V[:1], PRIOR, HalfNormal(1e-9))
    assert twice.mu.mean == pytest.approx(once.mu.mean, abs=1e-8)
    assert twice.mu.sd == pytest.approx(once.mu.sd, abs=1e-8)


def test_any_object_with_a_log_density_is_a_tau_prior():
    ours = exact_posterior(Y, V, PRIOR, HalfNormal(0.5))
    theirs = exact_posterior(Y, V, PRIOR, Callable(lambda x: -0.5 * (x / 0.5) ** 2))
    p = [0.01, 0.5, 0.99]
    np.testing.assert_allclose(theirs.mu.quantile(p), ours.mu.quantile(p), rtol=1e-12)
    np.testing.assert_allclose(theirs.tau.quantile(p), ours.tau.quantile(p), rtol=1e-9)


def test_a_density_with_a_kink_is_integrated_with_an_honest_error():
    bent = Callable(lambda x: -np.abs(x - 0.3) / 0.02)
    posterior = exact_posterior(Y, V, PRIOR, bent)
    tau = np.linspace(0, 2, 400_001)
    p = np.exp(posterior.conditional(tau).log_likelihood + bent.log_density(tau))
    assert posterior.error < 1e-5
    truth = pytest.approx(p @ tau / p.sum(), rel=posterior.error)
    assert posterior.tau.mean == truth


def test_a_heavy_tail_has_infinite_moments_and_finite_quantiles():
    posterior = exact_posterior(Y[:1], V[:1], PRIOR, HalfCauchy(1))
    assert posterior.tau2_mean == np.inf
    assert posterior.predictive.sd == np.inf
    assert np.isfinite([posterior.tau.mean, *posterior.predictive.interval(0.99)]).all()


def test_a_flat_prior_of_the_mean_has_no_evidence():
    posterior = exact_posterior(Y, V, Flat(), HalfNormal(0.5))
    wide = exact_posterior(Y, V, Normal(0, 1e5), HalfNormal(0.5))
    assert np.isnan(posterior.log_marginal_likelihood)
    assert np.isnan(posterior.bayes_factor_mu())
    assert posterior.mu.mean == pytest.approx(wide.mu.mean, abs=1e-8)
    assert posterior.bayes_factor_tau() == pytest.approx(wide.bayes_factor_tau())


def test_the_bayes_factor_of_no_heterogeneity_compares_two_evidences():
    posterior = exact_posterior(Y, V, PRIOR, HalfNormal(0.5))
    null = exact_posterior(Y, V, PRIOR, HalfNormal(1e-9))
    ratio = np.exp(null.log_marginal_likelihood - posterior.log_marginal_likelihood)
    assert posterior.bayes_factor_tau() == pytest.approx(ratio)


def test_savage_and_dickey_agree_with_the_ratio_of_evidences():
    posterior = exact_posterior(Y, V, PRIOR, HalfNormal(0.5))
    null = exact_posterior(Y, V, Normal(0, 1e-9), HalfNormal(0.5))
    ratio = np.exp(null.log_marginal_likelihood - posterior.log_marginal_likelihood)
    assert posterior.bayes_factor_mu(0) == pytest.approx(ratio, rel=1e-7)


@pytest.mark.parametrize(
    ("k", "tau", "where"),
    [
        (1, Callable(lambda x: np.zeros_like(x)), "upper tail"),
        (5, Callable(lambda x: -np.log(x)), "lower end"),
    ],
)
def test_an_improper_posterior_is_refused(k, tau, where):
    with pytest.raises(ModelError, match=f"improper.*{where}"):
        exact_posterior(Y[:k], V[:k], Flat(), tau)


@pytest.mark.parametrize(
    "tau", [rhodes_prior(), LogStudentT(3, -1.5, 0.5), LogStudentT(8, -1.5, 4)]
)
@pytest.mark.parametrize("k", [2, 5])
def test_priors_with_heavy_tails_of_log_tau_are_integrated(k, tau):
    posterior = exact_posterior(Y[:k], V[:k], PRIOR, tau)

    def joint(log_tau, of_mean=False):
        w = 1 / (V[:k] + np.exp(2 * log_tau))
        precision = w.sum() + 1 / PRIOR.sd**2
        mean = (w @ Y[:k] + PRIOR.mean / PRIOR.sd**2) / precision
        inside = w @ Y[:k] ** 2 + PRIOR.mean**2 / PRIOR.sd**2 - mean**2 * precision
        scale = np.sqrt(w.prod() / precision)
        density = float(np.exp(tau.log_density(np.exp(log_tau)) + log_tau))
        return scale * np.exp(-inside / 2) * density * (mean if of_mean else 1.0)

    def integral(low, high, **of):
        places = [x for x in np.arange(-300.0, 21.0, 2.5) if low < x < high]
        edges = [low, *places, high]
        return sum(quad(partial(joint, **of), *ends)[0] for ends in pairwise(edges))

    median = float(np.log(posterior.tau.median))
    total = integral(-340.0, 20.0)
    assert integral(-340.0, median) / total == pytest.approx(0.5, abs=1e-7)
    mean = integral(-340.0, 20.0, of_mean=True) / total
    assert posterior.mu.mean == pytest.approx(mean, abs=1e-7)


@pytest.mark.parametrize("df", [0.5, 1, 2])
def test_a_posterior_that_is_partly_beyond_all_nodes_is_refused(df):
    """The share is that of the prior: nobody can tell such values of tau from 0."""
    tau = LogStudentT(df, 0, 0.5)
    with pytest.raises(ModelError, match="near its lower end, outside 1e-152") as said:
        exact_posterior(Y[:1], V[:1] * 1e8, PRIOR, tau)
    share = float(re.search("about (.*?) of", str(said.value))[1])
    assert share == pytest.approx(stats.t.cdf(-350 / 0.5, df), rel=0.5)


def test_a_log_density_that_is_not_one_is_refused():
    with pytest.raises(ModelError, match="gave NaN"):
        exact_posterior(Y, V, PRIOR, Callable(lambda x: x * np.nan))
    with pytest.raises(ModelError, match="another shape"):
        exact_posterior(Y, V, PRIOR, Callable(lambda x: 0.0))
    with pytest.raises(ModelError, match="zero or undefined everywhere"):
        exact_posterior(Y, V, PRIOR, Callable(lambda x: x - np.inf))


def test_priors_that_the_engine_cannot_use_are_named_with_the_cure():
    with pytest.raises(OptionError, match=r"mu=0\.3.*engine='nuts'"):
        exact_posterior(Y, V, 0.3, HalfNormal(0.5))
    with pytest.raises(OptionError, match=r"tau=0\.5 has no method log_density"):
        exact_posterior(Y, V, PRIOR, 0.5)


@pytest.mark.parametrize("tau", [HalfCauchy(25), Uniform(0, 1000), HalfStudentT(3, 50)])
def test_very_wide_priors_are_integrated_to_the_same_accuracy(tau):
    posterior = exact_posterior(Y, V, PRIOR, tau)
    assert posterior.error < 1e-9
    x = np.concatenate([np.linspace(0, 3, 300_001), np.geomspace(3, 1000, 200_001)[1:]])
    p = np.exp(posterior.conditional(x).log_likelihood + tau.log_density(x))
    total = trapezoid(p, x)
    below = trapezoid(p[x <= 0.5], x[x <= 0.5]) / total
    assert posterior.prob_tau_below(0.5) == pytest.approx(below, abs=1e-5)


@pytest.mark.parametrize("tau", [HalfNormal(0.5), HalfCauchy(0.5)])
@pytest.mark.parametrize("at", [2.0, 5.0, 40.0])
def test_a_bayes_factor_against_a_far_point_is_that_of_a_sum_over_tau(tau, at):
    """Where the point is possible at all, τ is far out in its posterior."""
    found = exact_posterior(Y, V, PRIOR, tau).bayes_factor_mu(at)
    t = np.linspace(-25, 25, 100_001)
    h = t + tau.log_density(np.exp(t))
    total = V + np.exp(2 * t)[:, None]
    fixed = -0.5 * (np.log(2 * np.pi * total) + (Y - at) ** 2 / total).sum(axis=1)
    free = exact_posterior(Y, V, PRIOR, tau).conditional(np.exp(t)).log_likelihood
    wanted = logsumexp(h + fixed) - logsumexp(h + free)
    assert np.log(found) == pytest.approx(wanted, abs=1e-6)


def test_a_bayes_factor_below_the_smallest_double_is_zero():
    far = exact_posterior(Y + 500, V, Normal(500, 1), HalfNormal(0.5))
    assert far.bayes_factor_mu() == far.evidence_ratio_mu() == 0


def test_a_mean_beyond_the_reach_of_a_t_prior_is_refused_and_nearer_ones_are_found():
    with pytest.raises(ModelError, match="out in the tail of this prior"):
        exact_posterior(Y + 1e5, V, StudentT(30, 0, 1), HalfNormal(0.5))
    far = exact_posterior(Y + 1e3, V, StudentT(3, 0, 1), HalfNormal(0.5))
    flat = exact_posterior(Y, V, Flat(), HalfNormal(0.5))
    # Out there the tail's slope, -4 / 1000, is all that the prior says.
    shift = -4e-3 * flat.mu.sd**2
    assert far.mu.mean - 1e3 == pytest.approx(flat.mu.mean + shift, abs=1e-4)


@pytest.mark.parametrize(
    "of", [peaks, information_gain, least_bayes_factor_mu, least_bayes_factor_tau]
)
def test_what_asks_for_an_exact_posterior_takes_the_fit_or_says_which_to_make(of):
    effects = mm.Effects.from_arrays(
        y=[0.1, 0.3, 0.9], v=[0.04, 0.05, 0.03], moderators={"dose": [1, 2, 4]}
    )
    fit = mm.BayesianRandomEffects(mu=Normal(0, 1)).fit(effects)
    assert repr(of(fit)) == repr(of(fit.exact))
    other = mm.BayesianMetaRegression("~ dose", priors=Normal(0, 1)).fit(effects)
    for without in (mm.RandomEffects().fit(effects), other):
        with pytest.raises(ModelError, match="Fit BayesianRandomEffects") as told:
            of(without)
        assert repr(without.model) in str(told.value)
