"""Priors of the mean as mixtures of normals, and the posteriors they lead to."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BayesianRandomEffects,
    HalfNormal,
    Mixture,
    Normal,
    StudentT,
    Uniform,
    compat,
)
from mdmameta.models.bayesian.exact import exact_posterior

Y = np.array([-0.8, -0.5, -1.1, -0.2])
V = np.array([0.05, 0.04, 0.2, 0.25])
COV = np.sqrt(np.outer(V, V)) * (0.3 + 0.7 * np.eye(4))
ROBUST = Mixture(((0.7, Normal(-0.7, 0.2)), (0.3, StudentT(3, 0.5, 1))))
PRIORS = [StudentT(1, 0.2, 0.3), StudentT(4, 0, 1), StudentT(60, 0, 0.5), ROBUST]
X = np.array([-40.0, -3, -0.7, 0, 0.4, 5, 1000])


@pytest.mark.parametrize("df", [0.7, 1, 2.5, 4, 30, 1000, 1e5])
def test_a_t_is_the_mixture_of_its_components(df):
    parts = StudentT(df, 0.3, 0.5).components
    z = (X[:, None] - parts.mean) / parts.sd
    log_each = parts.log_weight - np.log(parts.sd) - 0.5 * np.log(2 * np.pi)
    mixed = np.exp(log_each - z**2 / 2).sum(axis=1)
    truth = stats.t(df, 0.3, 0.5).pdf(X)
    near = truth > 1e-12
    np.testing.assert_allclose(mixed[near], truth[near], rtol=1e-9)
    # What is left out are normals that no data would ask for.
    assert np.exp(parts.log_weight).sum() == pytest.approx(1, abs=1e-9)


def test_a_mixture_weighs_its_parts():
    density = 0.7 * stats.norm(-0.7, 0.2).pdf(X) + 0.3 * stats.t(3, 0.5, 1).pdf(X)
    np.testing.assert_allclose(np.exp(ROBUST.log_density(X)), density, rtol=1e-12)
    assert ROBUST.mean == pytest.approx(-0.34)
    draws = ROBUST.sample(20_000, seed=1)
    assert draws.mean() == pytest.approx(-0.34, abs=0.04)
    assert ROBUST.sd == pytest.approx(np.sqrt(0.7 * 0.1696 + 0.3 * (3 + 0.84**2)))


MU = np.linspace(-6, 5, 5501)


@cache
def likelihood(correlated):
    """Likelihood of μ with τ summed out on a grid, as in a book."""
    cov = COV if correlated else np.diag(V)
    root, total = np.linspace(0, 1.7, 3001), np.zeros_like(MU)
    for r in root:
        A = np.linalg.inv(cov + r**4 * np.eye(4))
        _, log_det = np.linalg.slogdet(2 * np.pi * (cov + r**4 * np.eye(4)))
        square = A.sum() * MU**2 - 2 * MU * (A @ Y).sum() + Y @ A @ Y
        log_p = HalfNormal(0.4).log_density(r**2) - 0.5 * (square + log_det)
        total += 2 * r * np.exp(log_p) * (root[1] - root[0])
    return total


@pytest.mark.parametrize("correlated", [False, True])
@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_the_posterior_is_that_of_a_grid(prior, correlated):
    cov = COV if correlated else None
    found = exact_posterior(Y, V, prior, HalfNormal(0.4), cov)
    density = likelihood(correlated) * np.exp(prior.log_density(MU))
    evidence = density.sum() * (MU[1] - MU[0])
    ours, theirs = found.mu.density(MU[::50]), density[::50] / evidence
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-8)
    assert found.log_marginal_likelihood == pytest.approx(np.log(evidence), abs=1e-6)
    assert found.error < 1e-9


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_savage_and_dickey_agree_with_the_ratio_of_evidences(prior):
    found = exact_posterior(Y, V, prior, HalfNormal(0.4))
    for at in (0.0, -0.4):
        ratio = found.evidence_ratio_mu(at)
        assert found.bayes_factor_mu(at) == pytest.approx(ratio, rel=1e-8)


def test_many_degrees_of_freedom_are_a_normal_and_one_part_is_itself():
    normal = exact_posterior(Y, V, Normal(0.1, 0.6), HalfNormal(0.4))
    p = [0.01, 0.5, 0.9]
    for same in (StudentT(1e7, 0.1, 0.6), Mixture(((1, Normal(0.1, 0.6)),))):
        found = exact_posterior(Y, V, same, HalfNormal(0.4))
        assert found.mu.quantile(p) == pytest.approx(normal.mu.quantile(p), abs=1e-7)
        assert found.weights == pytest.approx(normal.weights, abs=1e-5)
        theirs = normal.theta[0].interval()
        assert found.theta[0].interval() == pytest.approx(theirs, abs=1e-6)


def test_a_heavy_tail_gives_way_to_data_and_a_normal_does_not():
    far = Y + 20
    light = exact_posterior(far, V, Normal(0, 0.5), Uniform(0, 0.5))
    heavy = exact_posterior(far, V, StudentT(2, 0, 0.5), Uniform(0, 0.5))
    alone = exact_posterior(far, V, Normal(20, 1e3), Uniform(0, 0.5))
    assert heavy.mu.mean == pytest.approx(alone.mu.mean, abs=0.05)
    assert light.mu.mean < alone.mu.mean - 1


def test_weights_of_the_mixture_are_updated_by_its_evidence():
    """Two normals: the posterior is the mixture of two posteriors by their evidence."""
    parts = (Normal(-1, 0.2), Normal(1, 0.5))
    each = [exact_posterior(Y, V, part, HalfNormal(0.4)) for part in parts]
    evidence = np.exp([e.log_marginal_likelihood for e in each]) * [0.25, 0.75]
    share = evidence / evidence.sum()
    both = Mixture(tuple(zip((0.25, 0.75), parts, strict=True)))
    found = exact_posterior(Y, V, both, HalfNormal(0.4))
    x = np.array([-1.2, -0.6, 0.3])
    truth = sum(s * e.mu.density(x) for s, e in zip(share, each, strict=True))
    assert found.mu.density(x) == pytest.approx(truth, rel=1e-9)
    assert np.exp(found.log_marginal_likelihood) == pytest.approx(evidence.sum())
    weights = sum(s * e.weights for s, e in zip(share, each, strict=True))
    assert found.weights == pytest.approx(weights)


def test_a_mixture_labels_its_model():
    assert repr(BayesianRandomEffects(mu=ROBUST)) == (
        "BayesianRandomEffects(mu=Mixture(((0.7, Normal(-0.7, 0.2)), "
        "(0.3, StudentT(3, 0.5, 1)))), tau=HalfNormal(0.5), engine='exact')"
    )
    assert hash(ROBUST) == hash(Mixture([*map(list, ROBUST.parts)]))


def test_pymc_draws_from_the_same_mixture():
    pm = compat.pymc()
    with pm.Model():
        mu = ROBUST.to_pymc("mu")
    draws = pm.draw(mu, draws=4000, random_seed=5, mode="FAST_COMPILE")
    ours = ROBUST.sample(4000, seed=5)
    for x in (-1, -0.7, 0.2):
        assert (draws < x).mean() == pytest.approx((ours < x).mean(), abs=0.035)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (((0.5, Normal()),), "do not add|add to"),
        (((1.5, Normal()), (-0.5, Normal())), "not positive"),
        (((1, HalfNormal()),), "not a pair"),
        ((), "add to 1"),
    ],
)
def test_parts_that_are_no_mixture_are_refused(parts, said):
    with pytest.raises(OptionError, match=said):
        Mixture(parts)


def test_priors_without_mass_where_data_are_are_refused():
    with pytest.raises(ModelError, match=r"no mass where the data are.*units"):
        exact_posterior(1000 * Y, V, Normal(0, 1), HalfNormal(0.5))
    with pytest.raises(ModelError, match="no mass where the data are"):
        exact_posterior(Y, V, Normal(0, 1), Uniform(1e140, 2e140))


@pytest.mark.parametrize("v", [[0.1, np.inf], [0.1, 0.0], [0.1, -1], [0.1, np.nan]])
def test_variances_that_are_none_are_refused(v):
    with pytest.raises(ModelError, match="not positive and"):
        exact_posterior(Y[:2], np.array(v), Normal(), HalfNormal())
