from dataclasses import replace

import numpy as np
import pytest

from mdmameta.errors import ModelError, OptionError
from mdmameta.figures import alt_text, posterior
from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    Flat,
    HalfNormal,
    Mixture,
    Normal,
    StudentT,
)


@pytest.fixture
def bayes(six):
    return BayesianRandomEffects().fit(six)


def test_the_curve_is_the_posterior_density(bayes, drawn, unreadable):
    figure = posterior(bayes)
    (curve,) = drawn(figure, "posterior of μ")
    x, y = curve.get_data()
    np.testing.assert_allclose(y, bayes.exact.mu.density(x))
    assert x[np.argmax(y)] == pytest.approx(bayes.exact.mu.mode, abs=0.01)
    assert unreadable(figure) == []


def test_prior_and_predictive_stand_beside_the_posterior(bayes, drawn):
    figure = posterior(bayes)
    (prior,) = drawn(figure, "prior of μ")
    x, y = prior.get_data()
    np.testing.assert_allclose(y, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    assert len(drawn(figure, "true effect in a new study")) == 1


def test_heterogeneity_starts_at_zero(bayes, drawn):
    figure = posterior(bayes, of="tau")
    (curve,) = drawn(figure, "posterior of τ")
    assert curve.get_xdata()[0] == 0
    assert "posterior median" in alt_text(figure)


def test_the_alternative_text_holds_the_estimate(bayes):
    text = alt_text(posterior(bayes))
    e = bayes.estimate
    for number in (e.value, e.ci_low, e.ci_high, e.pi_low):
        assert f"−{abs(number):.2f}" in text


def test_a_fit_without_posterior_is_refused(fit):
    with pytest.raises(ModelError, match="no exact posterior"):
        posterior(fit)


def test_another_parameter_is_refused(bayes):
    with pytest.raises(OptionError, match="of='theta'"):
        posterior(bayes, of="theta")


def test_a_flat_prior_has_no_curve(six, drawn):
    flat = BayesianRandomEffects(mu=Flat(), tau=HalfNormal(0.5)).fit(six)
    figure = posterior(flat)
    assert drawn(figure, "prior of μ") == []
    assert len(drawn(figure, "posterior of μ")) == 1
    assert len(drawn(posterior(flat, of="tau"), "prior of τ")) == 1


@pytest.mark.parametrize(
    "mu",
    [StudentT(3), StudentT(1), Mixture(((0.5, Normal(0, 1)), (0.5, Normal(2, 0.2))))],
)
def test_the_curve_of_a_prior_is_its_own_density(six, drawn, mu):
    (prior,) = drawn(posterior(BayesianRandomEffects(mu=mu).fit(six)), "prior of μ")
    x, y = prior.get_data()
    np.testing.assert_allclose(y, np.exp(mu.log_density(x)))


def test_an_improper_prior_of_tau_has_no_curve(six, drawn):
    flat = BayesianRandomEffects(tau=Flat()).fit(six)
    assert drawn(posterior(flat, of="tau"), "prior of τ") == []


def test_a_regression_has_no_one_mean_to_draw(six):
    frame = six.frame.assign(x=range(six.k))
    fit = BayesianMetaRegression("~ x", priors=Normal(0, 1)).fit(
        replace(six, frame=frame)
    )
    with pytest.raises(ModelError, match=r"no one mean.*of='tau'"):
        posterior(fit)
    assert "posterior median" in alt_text(posterior(fit, of="tau"))
