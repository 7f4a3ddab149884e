"""Power scaling, named and tipping priors, and predictive checks."""

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import BayesianRandomEffects, Flat, HalfNormal, Normal
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.named_priors import (
    named_priors,
    tipping_prior_mean,
    tipping_prior_sd,
)
from mdmameta.models.bayesian.power_scaling import (
    PoweredLikelihood,
    _posterior,
    power_scaling,
)
from mdmameta.models.bayesian.predictive_checks import (
    posterior_predictive,
    prior_predictive,
)

Y, V = np.array([-0.9, -0.5, -0.6]), np.array([0.05, 0.06, 0.2])
EFFECTS = Effects.from_arrays(y=Y, v=V)
TAU, TIGHT = HalfNormal(0.1), HalfNormal(1e-7)


def test_power_one_is_the_posterior_itself() -> None:
    plain = BayesianRandomEffects(mu=Normal(0, 1), tau=TAU).fit(EFFECTS).exact
    found = _posterior(Data.of(Y, V), Normal(0, 1), TAU, 1.0, 1.0, 1.0)
    assert np.allclose(found.mu.interval(), plain.mu.interval(), atol=1e-8)
    assert np.allclose(found.tau.interval(), plain.tau.interval(), atol=1e-8)


def test_a_likelihood_to_the_power_two_is_each_study_twice() -> None:
    twice = Data.of(np.tile(Y, 2), np.tile(V, 2))
    tau = np.array([0.0, 0.1, 0.7])
    prior = Normal(0, 1).components
    powered = PoweredLikelihood(Data.of(Y, V), prior, 2.0).given(tau)
    doubled = PoweredLikelihood(twice, prior, 1.0).given(tau)
    assert np.allclose(powered.log_likelihood, doubled.log_likelihood)
    assert np.allclose(powered.means, doubled.means)


def test_a_vague_prior_is_harmless_and_a_far_one_in_conflict() -> None:
    vague = power_scaling(EFFECTS, mu=Normal(0, 50), tau=TAU).set_index("quantity")
    far = power_scaling(EFFECTS, mu=Normal(1, 0.2), tau=TAU).set_index("quantity")
    assert vague.loc["mu", "prior_mu"] < 0.01
    assert vague.loc["mu", "likelihood"] > 0.05
    assert far.loc["mu", "diagnosis"] == "conflict"


def test_a_sceptic_gives_five_per_cent_to_an_important_effect() -> None:
    sceptical, keen, *_, regulator = named_priors(-0.24)
    assert sceptical.mu.quantile(0.05) == pytest.approx(-0.24)
    assert keen.mu.quantile(0.95) == pytest.approx(0)
    assert isinstance(regulator.mu, Flat)
    assert all(prior.source for prior in named_priors(0.5))


def test_without_heterogeneity_the_tipping_sd_has_a_closed_form() -> None:
    w = 1 / V
    estimate, v = w @ Y / w.sum(), 1 / w.sum()
    # The posterior mean is 1.96 posterior SDs from zero: m² s² = z² v (s² + v).
    z2 = 1.959963984540054**2
    s2 = z2 * v**2 / (estimate**2 - z2 * v)
    found = tipping_prior_sd(EFFECTS, tau=TIGHT)
    assert found.value == pytest.approx(np.sqrt(s2), rel=1e-5)


@pytest.mark.parametrize("threshold", [0.0, -0.24])
def test_the_interval_touches_the_threshold_at_a_tipping_prior(threshold) -> None:
    mean = tipping_prior_mean(EFFECTS, tau=TAU, sd=0.4, threshold=threshold).value
    sd = tipping_prior_sd(EFFECTS, tau=TAU, threshold=threshold).value
    for prior in (Normal(mean, 0.4), Normal(0, sd)):
        fit = BayesianRandomEffects(mu=prior, tau=TAU).fit(EFFECTS)
        assert fit.estimate.ci_high == pytest.approx(threshold, abs=1e-6)


def test_where_nothing_tips_the_reason_is_said() -> None:
    weak = Effects.from_arrays(y=[0.1], v=[1.0])
    for found in (
        tipping_prior_sd(weak, tau=TAU),
        tipping_prior_mean(weak, tau=TAU, sd=1.0),
    ):
        assert found.value is None
        assert "flat prior" in found.reason
    beyond = tipping_prior_sd(EFFECTS, tau=TAU, mean=-1.0)
    assert "beyond" in beyond.reason


def test_predictive_checks_repeat_with_their_seed_and_see_an_outlier() -> None:
    odd = Effects.from_arrays(y=[0.0, 0.1, -0.1, 3.0], v=[0.02] * 4)
    first = posterior_predictive(odd, mu=Normal(), tau=TAU, seed=4)
    again = posterior_predictive(odd, mu=Normal(), tau=TAU, seed=4)
    assert first.equals(again)
    assert first.set_index("statistic").loc["highest", "p"] < 0.05


def test_the_prior_predictive_mean_has_its_closed_form_spread() -> None:
    table = prior_predictive(EFFECTS, mu=Normal(0, 1), tau=TIGHT, seed=2, draws=40_000)
    sd = np.sqrt(1 + 1 / (1 / V).sum())
    assert table["high"][0] == pytest.approx(1.96 * sd, rel=0.03)


def test_a_difference_of_nothing_names_no_beliefs() -> None:
    with pytest.raises(OptionError, match="sid"):
        named_priors(0.0)


@pytest.mark.parametrize("sd", [0.4, 2.2])
def test_the_tipping_mean_of_a_normal_prior_has_a_closed_form(sd: float) -> None:
    w = 1 / V
    estimate, v = w @ Y / w.sum(), 1 / w.sum()
    # The posterior mean is 1.96 posterior SDs below zero.
    shrink = 1.959963984540054 * np.sqrt(v * sd**2 * (v + sd**2))
    mean = -(estimate * sd**2 + shrink) / v
    found = tipping_prior_mean(EFFECTS, tau=TIGHT, sd=sd)
    assert found.value == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize(
    ("find", "reason"),
    [
        (lambda: tipping_prior_mean(EFFECTS, tau=TAU, sd=1e4), "no belief as far out"),
        (lambda: tipping_prior_mean(EFFECTS, tau=TAU, sd=7.0), "all but impossible"),
        (
            lambda: tipping_prior_sd(
                Effects.from_arrays(y=[-0.9, -0.9], v=[1e-4, 1e-4]), tau=TIGHT
            ),
            "all but impossible",
        ),
    ],
    ids=["too far", "mean", "sd"],
)
def test_data_that_overrule_every_possible_belief_are_said_to(find, reason) -> None:
    found = find()
    assert found.value is None
    assert reason in found.reason
