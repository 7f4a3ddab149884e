from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, trapezoid
from scipy.stats import norm

from mdmameta.errors import OptionError
from mdmameta.models.bayesian import HalfCauchy, HalfNormal, LogNormal, Normal, Uniform
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.mixture import mixture_quantile

Y = np.array([-0.8, -0.5, -1.6, 0.4, -0.9])
V = np.array([0.05, 0.04, 0.2, 0.25, 0.3])
POSTERIOR = exact_posterior(Y, V, Normal(0, 1), HalfNormal(0.5))
MARGINALS = {
    "mu": POSTERIOR.mu,
    "predictive": POSTERIOR.predictive,
    "theta": POSTERIOR.theta[2],
    "tau": POSTERIOR.tau,
    "bounded tau": exact_posterior(Y, V, Normal(0, 1), Uniform(0.1, 0.6)).tau,
    "heavy tau": exact_posterior(Y[:2], V[:2], Normal(0, 1), HalfCauchy(1)).tau,
    "log-normal tau": exact_posterior(Y, V, Normal(0, 1), LogNormal(-1, 0.5)).tau,
}
every = pytest.mark.parametrize("marginal", MARGINALS.values(), ids=MARGINALS)


@every
def test_quantiles_invert_the_distribution_function(marginal):
    p = np.array([[1e-9, 1e-4, 0.025], [0.5, 0.975, 1 - 1e-7]])
    np.testing.assert_allclose(marginal.cdf(marginal.quantile(p)), p, atol=1e-13)


@every
def test_the_density_is_the_derivative_of_the_distribution_function(marginal):
    low, high = marginal.quantile([0.1, 0.7])
    area = quad(lambda x: float(marginal.density(x)), low, high, epsabs=1e-12)[0]
    assert area == pytest.approx(0.6, abs=1e-10)


@every
def test_the_mode_has_the_highest_density(marginal):
    near = marginal.quantile(np.linspace(0.001, 0.999, 500))
    at_mode = marginal.density(marginal.mode)
    assert (marginal.density(near) <= at_mode * (1 + 1e-12)).all()


@every
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_no_other_interval_of_the_same_probability_is_shorter(marginal, level):
    low, high = marginal.interval(level, "shortest")
    assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(level, abs=1e-10)
    tails = np.linspace(0, 1 - level, 201)[1:-1]
    widths = marginal.quantile(tails + level) - marginal.quantile(tails)
    assert high - low <= widths.min() * (1 + 1e-10)


@every
def test_the_ends_of_the_support_are_the_extreme_quantiles(marginal):
    assert tuple(marginal.quantile([0, 1])) == marginal.support


def test_tau_has_no_mass_below_zero_and_its_mode_there_when_data_agree():
    tau = exact_posterior(np.full(4, 0.2), V[:4], Normal(0, 1), HalfNormal(0.5)).tau
    assert tau.mode == 0
    assert tau.interval(0.9, "shortest")[0] == 0
    assert tau.cdf(-1) == tau.density(-0.1) == 0
    assert tau.density(0) > 0


def test_a_mixture_of_two_normals_is_inverted():
    weight, mean, sd = np.array([0.3, 0.7]), np.array([-8.0, 5.0]), np.array([1.0, 0.1])
    p = np.array([1e-12, 0.1, 0.29999, 0.3, 0.31, 0.9])
    x = mixture_quantile(p, weight, mean, sd)
    below = 0.3 * norm.cdf(x, -8, 1) + 0.7 * norm.cdf(x, 5, 0.1)
    np.testing.assert_allclose(below, p, rtol=1e-10)
    mixture = NormalMixture(weight, mean, sd)
    assert mixture.mode == pytest.approx(5, abs=1e-9)
    assert mixture.sd == pytest.approx(np.sqrt(0.3 + 0.007 + 0.21 * 13**2))


def test_quantiles_of_many_mixtures_are_found_together():
    rng = np.random.default_rng(7)
    weight, mean = rng.dirichlet(np.ones(5), 20), rng.normal(0, 5, (20, 5))
    sd = rng.gamma(2, 1, 5)
    together = mixture_quantile(np.full(20, 0.9), weight, mean, sd)
    pairs = zip(weight, mean, strict=True)
    alone = [float(mixture_quantile(0.9, w, m, sd)) for w, m in pairs]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_a_probability_outside_0_and_1_is_refused(p):
    with pytest.raises(OptionError, match="lies between 0 and 1"):
        POSTERIOR.mu.quantile(p)


def test_intervals_refuse_other_levels_and_kinds():
    with pytest.raises(OptionError, match=r"level=95 .*0\.95 gives 95 %"):
        POSTERIOR.mu.interval(95)
    with pytest.raises(OptionError, match="'central', 'shortest'"):
        POSTERIOR.mu.interval(0.9, "hdi")


def test_probabilities_beyond_a_threshold_add_up():
    for marginal in (POSTERIOR.mu, POSTERIOR.tau, POSTERIOR.predictive):
        below, above = marginal.prob(high=0.2), marginal.prob(low=0.2)
        assert below == float(marginal.cdf(0.2))
        assert below + above == pytest.approx(1, abs=1e-14)
        inside = marginal.prob(*marginal.interval(0.8))
        assert inside == pytest.approx(0.8, abs=1e-10)
    with pytest.raises(OptionError, match="low=1 is not below high=0"):
        POSTERIOR.mu.prob(1, 0)


def test_a_curve_is_the_density_between_two_quantiles():
    curve = POSTERIOR.mu.curve(points=401, tail=0.01)
    assert trapezoid(curve["density"], curve["x"]) == pytest.approx(0.98, abs=1e-4)
    assert curve["cdf"].iloc[[0, -1]].to_list() == pytest.approx([0.01, 0.99])


@every
def test_both_tails_add_to_one_and_neither_leaves_the_unit_interval(marginal):
    x = np.array([-1e9, -3, 0.0, 0.15, 0.3, 0.55, 2, 30, 1e9])
    below, above = marginal.cdf(x), marginal.sf(x)
    np.testing.assert_allclose(below + above, 1, atol=1e-13)
    both = np.concatenate([below, above])
    assert ((both >= 0) & (both <= 1)).all()


def test_a_tiny_upper_tail_is_the_lower_tail_of_the_mirror_image():
    """One minus the distribution function would be 0, or have no right digit."""
    mirrored = exact_posterior(-Y, V, Normal(0, 1), HalfNormal(0.5))
    for name, x in (("mu", 3.5), ("predictive", 9.0)):
        ours, theirs = getattr(POSTERIOR, name), getattr(mirrored, name)
        assert 0 < ours.prob(low=x) < 1e-8
        assert ours.prob(low=x) == pytest.approx(float(theirs.cdf(-x)), rel=1e-9)
        inside = theirs.prob(-x - 0.5, -x)
        assert ours.prob(x, x + 0.5) == pytest.approx(inside, rel=1e-9)


def test_a_tiny_upper_tail_of_tau_is_the_area_under_its_density():
    x = np.linspace(3.5, 6, 20_001)
    area = trapezoid(POSTERIOR.tau.density(x), x)
    assert 0 < area < 1e-10
    assert POSTERIOR.tau.prob(low=3.5) == pytest.approx(area, rel=1e-6)


def test_one_study_under_a_cauchy_prior_leaves_tau_a_mean_and_no_variance():
    # The density falls as τ⁻³: τ has a mean, and the integral of τ² diverges.
    tau = exact_posterior(Y[:1], V[:1], Normal(0, 1), HalfCauchy(1)).tau
    assert np.isfinite(tau.mean)
    assert tau.sd == np.inf
    ratio = tau.density(2e4) / tau.density(1e4)
    assert ratio == pytest.approx(1 / 8, rel=1e-3)


@every
def test_the_probability_above_is_the_rest(marginal):
    x = marginal.quantile([0.2, 0.7])
    np.testing.assert_allclose(marginal.sf(x), [0.8, 0.3], atol=1e-12)
