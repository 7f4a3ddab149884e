from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    DuMouchel,
    Exponential,
    HalfLogistic,
    InverseGamma,
    LogStudentT,
    Lomax,
    UniformShrinkage,
    compat,
)

TWINS = [
    (Exponential(0.4), stats.expon(scale=0.4)),
    (HalfLogistic(0.3), stats.halflogistic(scale=0.3)),
    (Lomax(6, 2), stats.lomax(6, scale=2)),
]
X = np.array([-1.0, 0.0, 1e-3, 0.4, 3.0, 50.0])
P = np.array([1e-6, 0.2, 0.5, 0.99])
OTHERS = [InverseGamma(0.5, 0.02), InverseGamma(3, 1), LogStudentT(5, -1.72, 1.3)]
ALL = [prior for prior, _ in TWINS] + OTHERS


@pytest.mark.parametrize(("prior", "twin"), TWINS, ids=[repr(one) for one, _ in TWINS])
def test_densities_and_quantiles_are_those_of_scipy(prior, twin):
    np.testing.assert_allclose(np.exp(prior.log_density(X)), twin.pdf(X), rtol=1e-12)
    np.testing.assert_allclose(prior.quantile(P), twin.ppf(P), rtol=1e-9)


@pytest.mark.parametrize("prior", OTHERS[:2], ids=repr)
def test_an_inverse_gamma_is_one_of_the_variance(prior):
    twin, tau = stats.invgamma(prior.shape, scale=prior.scale), X[2:]
    density = 2 * tau * twin.pdf(tau**2)
    np.testing.assert_allclose(np.exp(prior.log_density(tau)), density, rtol=1e-10)
    np.testing.assert_allclose(prior.quantile(P), np.sqrt(twin.ppf(P)), rtol=1e-9)
    assert prior.log_density(0.0) == -np.inf


def test_a_log_t_is_a_t_of_the_logarithm():
    prior, twin, tau = OTHERS[2], stats.t(5, -1.72, 1.3), X[2:]
    density = twin.pdf(np.log(tau)) / tau
    np.testing.assert_allclose(np.exp(prior.log_density(tau)), density, rtol=1e-12)
    np.testing.assert_allclose(prior.quantile(P), np.exp(twin.ppf(P)), rtol=1e-9)


@pytest.mark.parametrize("prior", ALL, ids=repr)
def test_the_density_integrates_to_the_probability_between_quantiles(prior):
    ends = prior.quantile([0.1, 0.4, 0.8])
    mass = [
        quad(lambda x: np.exp(float(prior.log_density(x))), *pair)[0]
        for pair in (ends[:2], ends[1:])
    ]
    assert mass == pytest.approx([0.3, 0.4], abs=1e-9)


@pytest.mark.parametrize("prior", ALL, ids=repr)
def test_draws_follow_the_density_and_the_seed(prior):
    draws = prior.sample(4000, seed=7)
    below = (draws <= prior.quantile(0.3)).mean()
    assert below == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    assert (draws == prior.sample(4000, seed=7)).all()


def test_pymc_draws_from_the_same_priors():
    """One compilation for all of them: it takes longer than the draws."""
    pm = compat.pymc()
    shares = UniformShrinkage(0.3), DuMouchel(0.3)
    priors = [*ALL, *shares]
    with pm.Model():
        taus = [prior.to_pymc(f"tau{i}") for i, prior in enumerate(priors)]
    drawn = pm.draw(taus, draws=2000, random_seed=3, mode="FAST_COMPILE")
    for prior, draws in zip(priors, drawn, strict=True):
        below = (draws[:, None] <= prior.quantile([0.2, 0.5, 0.9])).mean(axis=0)
        assert below == pytest.approx(np.array([0.2, 0.5, 0.9]), abs=0.05), prior


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: InverseGamma(0, 1), "shape=0"),
        (lambda: Exponential(-1), "scale=-1"),
        (lambda: HalfLogistic(np.inf), "scale=inf"),
        (lambda: Lomax(1, np.nan), "scale=nan"),
        (lambda: LogStudentT(5, np.inf, 1), "location=inf"),
    ],
)
def test_parameters_outside_their_range_are_named(make, found):
    with pytest.raises(OptionError, match=found):
        make()
