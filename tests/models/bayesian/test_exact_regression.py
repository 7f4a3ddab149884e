from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    Flat,
    HalfCauchy,
    HalfNormal,
    Jeffreys,
    Normal,
    StudentT,
    Uniform,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.exact_regression import exact_regression
from mdmameta.models.bayesian.regression_kernel import RegressionData

Y = np.array([-0.8, -0.1, -1.1, -0.2, -0.9, 0.3])
V = np.array([0.05, 0.04, 0.2, 0.25, 0.3, 0.1])
X = np.column_stack([np.ones(6), [0.0, 1, 2, 0, 1, 2], [0.3, 0.1, -1, 2, 1, 0.5]])
COV = np.sqrt(np.outer(V, V)) * (0.3 + 0.7 * np.eye(6))
TERMS = ("Intercept", "dose", "age")
PRIORS = (Normal(0, 1), Normal(0.2, 0.5), Normal(0, 2))


HALF = HalfNormal(0.5)


def fit(priors=PRIORS, tau=HALF, cov=None, X=X, y=Y):
    data = RegressionData.of(y, V[: len(y)], X, cov)
    return exact_regression(data, TERMS[: X.shape[1]], priors, tau)


@cache
def brute(correlated):
    """Weights of a fine grid of τ, and the joint normal of (β, y) given each."""
    cov = COV if correlated else np.diag(V)
    m, S = np.array([p.mean for p in PRIORS]), np.diag([p.sd**2 for p in PRIORS])
    root = np.linspace(0, 2, 4001)
    weight = HalfNormal(0.5).log_density(root**2) + np.log(2 * root + 1e-300)
    means, covariances = [], []
    for i, tau in enumerate(root**2):
        total = cov + tau**2 * np.eye(6) + X @ S @ X.T
        gain = S @ X.T @ np.linalg.inv(total)
        away = Y - X @ m
        _, log_det = np.linalg.slogdet(2 * np.pi * total)
        weight[i] -= 0.5 * (log_det + away @ np.linalg.solve(total, away))
        means.append(m + gain @ away)
        covariances.append(S - gain @ X @ S)
    p = np.exp(weight)
    p[[0, -1]] /= 2
    return p.sum() * (root[1] - root[0]), p / p.sum(), means, covariances, root**2


@pytest.mark.parametrize("correlated", [False, True])
def test_moments_and_evidence_are_those_of_matrix_algebra_on_a_grid(correlated):
    evidence, p, means, covariances, tau = brute(correlated)
    found = fit(cov=COV if correlated else None)
    mean = p @ np.array(means)
    spread = np.array(means) - mean
    cov = np.einsum("n,nij->ij", p, covariances) + (p[:, None] * spread).T @ spread
    assert [c.mean for c in found.coefficients] == pytest.approx(mean, abs=1e-7)
    np.testing.assert_allclose(found.covariance, cov, atol=1e-7)
    assert found.log_marginal_likelihood == pytest.approx(np.log(evidence), abs=1e-6)
    assert found.tau.mean == pytest.approx(p @ tau, rel=1e-6)
    assert found.error < 1e-9


def test_true_effects_are_those_of_matrix_algebra_on_a_grid():
    _, p, means, covariances, tau = brute(correlated=True)
    total = [np.linalg.inv(COV + t**2 * np.eye(6)) for t in tau]
    each = list(zip(tau, total, means, covariances, strict=True))
    shrunk = [t**2 * A @ Y + COV @ A @ X @ m for t, A, m, _ in each]
    mean = p @ np.array(shrunk)
    assert [t.mean for t in fit(cov=COV).theta] == pytest.approx(mean, abs=1e-6)
    within = [t**2 * A @ COV + COV @ A @ X @ C @ X.T @ A @ COV for t, A, _, C in each]
    spread = np.array(shrunk) - mean
    sd = np.sqrt(p @ (np.diagonal(within, axis1=1, axis2=2) + spread**2))
    assert [t.sd for t in fit(cov=COV).theta] == pytest.approx(sd, rel=1e-6)


@pytest.mark.parametrize("prior", [Normal(0.1, 0.7), Flat()])
@pytest.mark.parametrize("cov", [None, COV])
def test_an_intercept_alone_is_the_model_of_one_mean(prior, cov):
    ours = fit((prior,), cov=cov, X=np.ones((6, 1)))
    theirs = exact_posterior(Y, V, prior, HalfNormal(0.5), cov)
    p = [0.01, 0.4, 0.99]
    assert ours.at([1.0]).quantile(p) == pytest.approx(theirs.mu.quantile(p), abs=1e-9)
    new = ours.predictive([1.0]).quantile(p)
    assert new == pytest.approx(theirs.predictive.quantile(p), abs=1e-9)
    for mine, other in zip(ours.theta, theirs.theta, strict=True):
        assert mine.interval() == pytest.approx(other.interval(), abs=1e-9)
    assert ours.bayes_factor_tau() == pytest.approx(theirs.bayes_factor_tau())


def test_flat_priors_without_heterogeneity_are_weighted_least_squares():
    found = fit((Flat(),) * 3, HalfNormal(1e-9))
    cov = np.linalg.inv(X.T @ (X / V[:, None]))
    beta = cov @ X.T @ (Y / V)
    assert [c.mean for c in found.coefficients] == pytest.approx(beta, abs=1e-10)
    np.testing.assert_allclose(found.covariance, cov, atol=1e-10)
    assert np.isnan(found.log_marginal_likelihood)
    assert np.isnan(found.bayes_factor("dose"))


def test_an_uncentred_year_loses_no_digits():
    year = np.array([2004.0, 2011, 2018, 2021, 2023, 2024])
    late = np.column_stack([np.ones(6), year])
    centred = np.column_stack([np.ones(6), year - 2017])
    ours, theirs = (fit((Flat(), Flat()), X=D) for D in (late, centred))
    assert ours.error < 1e-9
    slope = theirs.coefficients[1]
    assert ours.coefficients[1].quantile(0.9) == pytest.approx(slope.quantile(0.9))
    at = ours.at([1, 2017]).interval()
    assert at == pytest.approx(theirs.coefficients[0].interval(), abs=1e-9)


def test_savage_and_dickey_agree_with_the_ratio_of_evidences():
    found = fit()
    for term in TERMS:
        ratio = found.evidence_ratio(term)
        assert found.bayes_factor(term) == pytest.approx(ratio, rel=1e-8)
    alone = fit(PRIORS[:1], X=X[:, :1]).log_marginal_likelihood
    both = np.exp(alone - found.log_marginal_likelihood)
    assert found.evidence_ratio("dose", "age") == pytest.approx(both, rel=1e-8)
    nothing = exact_posterior(Y, V, Normal(0, 1e-9), HalfNormal(0.5))
    none = np.exp(nothing.log_marginal_likelihood - found.log_marginal_likelihood)
    assert found.evidence_ratio(*TERMS) == pytest.approx(none, rel=1e-6)


def test_weights_are_those_of_the_studies_and_add_up():
    found = fit(tau=Uniform(0.5, 0.5 + 1e-9))
    w = 1 / (V + 0.25)
    assert found.weights == pytest.approx(100 * w / w.sum())


@pytest.mark.parametrize(
    ("k", "tau", "least"), [(4, Flat(), 5), (3, Jeffreys(), 4), (3, Flat(), 5)]
)
def test_the_condition_of_propriety_counts_flat_coefficients(k, tau, least):
    with pytest.raises(ModelError, match=f"at least {least} studies.*{k}"):
        fit((Flat(),) * 3, tau, X=X[:k], y=Y[:k])


def test_heavy_tails_are_passed_on_to_moments():
    found = fit((Flat(),) * 2, HalfCauchy(1), X=X[:2, :2], y=Y[:2])
    assert found.coefficients[0].sd == np.inf
    assert np.isinf(found.covariance).all()
    assert np.isfinite(found.coefficients[0].interval()).all()


def test_what_cannot_be_used_is_named():
    with pytest.raises(OptionError, match=r"priors\['dose'\]=StudentT"):
        fit((Normal(), StudentT(4), Normal()))
    with pytest.raises(OptionError, match="term='year' is not a coefficient"):
        fit().bayes_factor("year")
    with pytest.raises(ModelError, match="row of 3 finite numbers"):
        fit().at([1, 2])
    with pytest.raises(ModelError, match="no mass where the data are"):
        fit((Normal(500, 1), *PRIORS[1:]), HalfNormal(0.1))


def test_columns_that_follow_from_each_other_are_told_apart_by_their_priors():
    """The sum of two equal moderators' coefficients is one coefficient."""
    twice = np.column_stack([X[:, :2], X[:, 1]])
    found = fit((Normal(0, 1), Normal(0, 0.3), Normal(0, 0.4)), X=twice)
    once = fit((Normal(0, 1), Normal(0, 0.5)), X=X[:, :2])
    total = found.at([0, 1, 1])
    assert total.mean == pytest.approx(once.coefficients[1].mean, abs=1e-10)
    assert total.sd == pytest.approx(once.coefficients[1].sd, rel=1e-10)
    assert found.log_marginal_likelihood == pytest.approx(once.log_marginal_likelihood)


def test_more_coefficients_than_studies_need_proper_priors_and_no_more():
    found = fit(X=X[:2], y=Y[:2])
    cov = np.diag(V[:2]) + X[:2] @ np.diag([p.sd**2 for p in PRIORS]) @ X[:2].T
    law = multivariate_normal(X[:2] @ [p.mean for p in PRIORS], cov)
    at_zero = found.conditional(0.0).log_likelihood[0]
    assert at_zero == pytest.approx(law.logpdf(Y[:2]))


@pytest.mark.parametrize("column", [np.zeros(6), 3 * X[:, 1], X[:, 0] + X[:, 1]])
def test_flat_priors_of_columns_that_follow_from_each_other_are_improper(column):
    with pytest.raises(ModelError, match="'Intercept', 'dose', 'age' is improper"):
        fit((Flat(),) * 3, X=np.column_stack([X[:, :2], column]))


def test_a_year_with_flat_priors_gives_the_slope_of_its_centred_self():
    year = X[:, :2] + [0, 2011]
    found, plain = (fit((Flat(),) * 2, X=x) for x in (year, X[:, :2]))
    for ours, theirs in ((found.at([1, 2012]), plain.at([1, 1])),
                         (found.coefficients[1], plain.coefficients[1])):  # fmt: skip
        assert ours.mean == pytest.approx(theirs.mean, rel=1e-9)
        assert ours.sd == pytest.approx(theirs.sd, rel=1e-9)


def test_the_bayes_factor_of_a_far_value_is_a_ratio_of_evidences():
    found = fit((Normal(0, 1), Normal(0.2, 0.5), Normal(0, 2)))
    moved = RegressionData.of(Y - 9 * X[:, 1], V, X[:, [0, 2]])
    null = exact_regression(moved, TERMS[::2], PRIORS[::2], HALF)
    wanted = null.log_marginal_likelihood - found.log_marginal_likelihood
    assert np.log(found.bayes_factor("dose", 9.0)) == pytest.approx(wanted, abs=1e-7)
