from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BergerDeely,
    Conventional,
    DuMouchel,
    Flat,
    HalfNormal,
    Jeffreys,
    Normal,
    OverallJeffreys,
    SquareRoot,
    UniformI2,
    UniformShrinkage,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.prior_checks import least_studies

Y = np.array([-0.8, -0.5, -1.1, -0.2])
V = np.array([0.05, 0.04, 0.2, 0.25])
DATA = Data.of(Y, V)
X = np.array([0.0, 0.01, 0.3, 2.0, 50.0])
IMPROPER = [Flat(), SquareRoot(), Jeffreys(), OverallJeffreys(), BergerDeely()]
PROPER = [Conventional(), DuMouchel(), UniformShrinkage(), UniformI2()]


def bound(prior):
    return prior.for_data(DATA) if hasattr(prior, "for_data") else prior


def shape(prior, x):
    """Textbook formulas, up to a constant."""
    v, k = V, V.size
    harmonic = np.sqrt(k / (1 / v).sum())
    typical = (k - 1) * (1 / v).sum() / ((1 / v).sum() ** 2 - (1 / v**2).sum())
    return {
        "Flat": lambda: 1.0,
        "SquareRoot": lambda: x**-0.5 if x else np.inf,
        "Jeffreys": lambda: np.sqrt(((x / (v + x**2)) ** 2).sum()),
        "OverallJeffreys": lambda: np.sqrt(
            (1 / (v + x**2)).sum() * ((x / (v + x**2)) ** 2).sum()
        ),
        "BergerDeely": lambda: np.prod((x / (v + x**2)) ** (1 / k)),
        "Conventional": lambda: np.prod((x / (v + x**2) ** 1.5) ** (1 / k)),
        "DuMouchel": lambda: harmonic / (harmonic + x) ** 2,
        "UniformShrinkage": lambda: x / (harmonic**2 + x**2) ** 2,
        "UniformI2": lambda: x / (typical + x**2) ** 2,
    }[type(prior).__name__]()


@pytest.mark.parametrize("prior", [*IMPROPER, *PROPER], ids=repr)
def test_densities_have_the_shape_of_the_textbook(prior):
    ours = bound(prior).log_density(X)
    theirs = np.log([shape(prior, x) for x in X[1:]])
    np.testing.assert_allclose(np.diff(ours[1:]), np.diff(theirs), rtol=1e-12)
    with np.errstate(divide="ignore"):
        at_zero = np.log(shape(prior, 0.0))
    assert np.isfinite(ours[0]) == np.isfinite(at_zero)
    if not isinstance(prior, Flat):
        assert bound(prior).log_density(-0.1) == -np.inf


@pytest.mark.parametrize("prior", PROPER, ids=repr)
def test_proper_ones_integrate_to_one(prior):
    known = bound(prior)
    total = quad(lambda x: np.exp(float(known.log_density(x))), 0, 1)[0]
    total += quad(lambda t: np.exp(float(known.log_density(1 / t))) / t**2, 0, 1)[0]
    assert total == pytest.approx(1, abs=1e-8)
    assert known.proper


@pytest.mark.parametrize("prior", PROPER[1:], ids=repr)
def test_quantiles_invert_the_probability(prior):
    known = bound(prior)
    q25, q90 = known.quantile([0.25, 0.9])
    mass = quad(lambda x: np.exp(float(known.log_density(x))), q25, q90)[0]
    assert mass == pytest.approx(0.65, abs=1e-9)


def test_shares_are_uniform_under_the_priors_named_after_them():
    p = np.array([0.1, 0.5, 0.8])
    shrink, i2 = bound(UniformShrinkage()), bound(UniformI2())
    harmonic = 4 / (1 / V).sum()
    tau2 = shrink.quantile(p) ** 2
    assert tau2 / (tau2 + harmonic) == pytest.approx(p)
    typical = i2.s0**2
    tau2 = i2.quantile(p) ** 2
    assert tau2 / (tau2 + typical) == pytest.approx(p)


def test_a_covariance_matrix_gives_the_information_of_its_axes():
    """Jeffreys: the information about τ is 2 τ² tr (V + τ²)^-2."""
    cov = np.diag(V) + 0.03
    prior = Jeffreys().for_data(Data.of(Y, V, cov))
    tau = np.array([0.2, 1.0])
    inverse = [np.linalg.inv(cov + t**2 * np.eye(4)) for t in tau]
    truth = [t * np.sqrt(np.trace(A @ A)) for t, A in zip(tau, inverse, strict=True)]
    assert np.exp(prior.log_density(tau)) == pytest.approx(np.array(truth))


def test_the_condition_of_propriety_is_exact():
    """The integrand falls like τ^(a - k + f), and has an integral below -1."""
    for tail in (0.0, -0.5, -1.0, -2.0):
        for flat in (0, 1, 2, 3):
            least = least_studies(tail, flat)
            assert tail - least + flat < -1
            assert least == 1 or tail - (least - 1) + flat >= -1


@pytest.mark.parametrize("mu", [Normal(), Flat()], ids=repr)
@pytest.mark.parametrize("tau", IMPROPER, ids=repr)
def test_an_improper_posterior_is_refused_one_study_below_the_condition(mu, tau):
    least = least_studies(tau.tail, 0 if mu.proper else 1)
    found = exact_posterior(Y[:least], V[:least], mu, tau)
    assert np.isfinite(found.tau.median)
    assert np.isnan([found.log_marginal_likelihood, found.bayes_factor_tau()]).all()
    if least > 1:
        with pytest.raises(ModelError, match=f"at least {least} studies"):
            exact_posterior(Y[: least - 1], V[: least - 1], mu, tau)


def test_the_quadrature_sees_what_the_condition_says():
    """An improper prior that does not tell its tail is found out all the same."""

    class Untold:
        def log_density(self, x):
            return np.zeros_like(x)

    exact_posterior(Y[:3], V[:3], Flat(), Untold())
    with pytest.raises(ModelError, match="improper"):
        exact_posterior(Y[:2], V[:2], Flat(), Untold())


def test_a_very_wide_half_normal_is_the_flat_prior():
    flat = exact_posterior(Y, V, Flat(), Flat())
    wide = exact_posterior(Y, V, Flat(), HalfNormal(1e5))
    p = [0.05, 0.5, 0.95]
    assert flat.tau.quantile(p) == pytest.approx(wide.tau.quantile(p), rel=1e-6)


def test_equal_variances_give_closed_forms():
    """With v = 1, B = 1 / (1 + τ²) is uniform; its likelihood is a gamma's."""
    v, y = np.ones(4), np.array([0.0, 1.0, 2.0, 4.0])
    q = ((y - y.mean()) ** 2).sum()
    found = exact_posterior(y, v, Flat(), UniformShrinkage())
    total = quad(lambda b: b**1.5 * np.exp(-b * q / 2), 0, 1)[0]
    above = quad(lambda b: b**1.5 * np.exp(-b * q / 2), 0.5, 1)[0]
    assert found.prob_tau_below(1.0) == pytest.approx(above / total, abs=1e-10)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Jeffreys().log_density(1.0), "depends on the sampling variances"),
        (lambda: DuMouchel().quantile(0.5), "depends on the sampling variances"),
        (lambda: UniformI2().for_data(Data.of(Y[:1], V[:1])), "needs two studies"),
        (lambda: DuMouchel(0), "s0=0"),
        (lambda: Jeffreys().sample(3, seed=1), "no quantiles"),
        (lambda: Jeffreys().to_pymc("tau"), "known to the exact engine alone"),
    ],
)
def test_what_is_missing_is_named(make, said):
    with pytest.raises(OptionError, match=said):
        make()


def test_they_print_as_they_are_typed():
    assert [repr(p) for p in PROPER] == [
        "Conventional()",
        "DuMouchel()",
        "UniformShrinkage()",
        "UniformI2()",
    ]
    assert repr(DuMouchel(0.25)) == "DuMouchel(0.25)"
    assert repr(bound(Jeffreys())) == "Jeffreys()"


@pytest.mark.parametrize(
    "prior",
    [Jeffreys(tuple(V)), DuMouchel(0.3), UniformI2(0.3), UniformShrinkage(0.3)],
    ids=repr,
)
def test_a_prior_that_was_told_its_scale_keeps_it_for_other_data(prior):
    other = Data.of(10 * Y, 100 * V)
    assert prior.for_data(other) == prior
    np.testing.assert_array_equal(
        prior.for_data(other).log_density(X), prior.log_density(X)
    )
