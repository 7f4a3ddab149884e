"""Bias terms: exact by integration, and nothing when there is no bias."""

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    HalfNormal,
    Normal,
)
from mdmameta.models.bayesian.bias_terms import (
    AdditiveBias,
    BiasAdjusted,
    ProportionalBias,
    adjust,
)
from mdmameta.models.frequentist import CommonEffect

EFFECTS = Effects.from_arrays(
    y=[-0.9, -0.5, -0.6],
    v=[0.05, 0.06, 0.2],
    moderators={"u": [0.6, 0.1, 0.3], "u_var": [0.01, 0.02, 0.0], "open": [1, 0, 1]},
)
MODEL = BayesianRandomEffects()


def test_a_proportional_bias_is_the_coefficient_of_a_regression_integrated_out() -> (
    None
):
    term = ProportionalBias("u", Normal(-0.4, 0.3))
    adjusted = MODEL.fit(adjust(EFFECTS, [term])).exact
    priors = {"Intercept": Normal(0, 1), "u": Normal(-0.4, 0.3)}
    joint = BayesianMetaRegression("~ u", priors=priors, tau=HalfNormal(0.5))
    regression = joint.fit(EFFECTS).exact
    mean = regression.coefficient("Intercept")
    assert adjusted.mu.mean == pytest.approx(mean.mean, abs=1e-8)
    assert np.allclose(adjusted.mu.interval(), mean.interval(), atol=1e-8)
    evidence = regression.log_marginal_likelihood
    assert adjusted.log_marginal_likelihood == pytest.approx(evidence, abs=1e-8)


def test_no_bias_is_the_plain_model() -> None:
    nothing = (AdditiveBias(Normal(0, 1e-12)), ProportionalBias("u", Normal(0, 1e-12)))
    found = BiasAdjusted(MODEL, nothing).fit(EFFECTS).estimate
    plain = MODEL.fit(EFFECTS).estimate
    assert found.value == pytest.approx(plain.value, abs=1e-9)
    assert found.ci_high == pytest.approx(plain.ci_high, abs=1e-9)


def test_uncertain_belief_gives_the_product_its_exact_variance() -> None:
    term = ProportionalBias("u", Normal(-0.4, 0.3), x_var="u_var")
    found = term.contribution(EFFECTS)
    rng = np.random.default_rng(5)
    b = rng.normal(-0.4, 0.3, 400_000)
    u = rng.normal(0.6, 0.1, b.size)
    assert found.mean[0] == pytest.approx(-0.24)
    assert found.covariance[0, 0] == pytest.approx((b * u).var(), rel=0.02)
    other = b * rng.normal(0.1, np.sqrt(0.02), b.size)
    cov = np.cov(b * u, other)[0, 1]
    assert found.covariance[0, 1] == pytest.approx(cov, abs=5e-4)


def test_a_bias_of_each_trial_adds_variance_and_a_shared_one_covariance() -> None:
    own = adjust(EFFECTS, [AdditiveBias(Normal(-0.2, 0.1), where="open")])
    assert np.allclose(own.v - EFFECTS.v, [0.01, 0, 0.01])
    assert np.allclose(own.y - EFFECTS.y, [0.2, 0, 0.2])
    assert own.covariance is None
    shared = adjust(EFFECTS, [AdditiveBias(Normal(-0.2, 0.1), "open", shared=True)])
    assert shared.V[0, 2] == pytest.approx(0.01)
    assert shared.V[0, 1] == 0


def test_biases_of_two_terms_add_in_any_order() -> None:
    terms = [AdditiveBias(Normal(-0.2, 0.1)), ProportionalBias("u", Normal(-1, 0.5))]
    first, second = adjust(EFFECTS, terms), adjust(EFFECTS, terms[::-1])
    assert np.allclose(first.V, second.V)
    assert np.allclose(first.y, EFFECTS.y + 0.2 + EFFECTS.frame["u"])


def test_a_frequentist_model_takes_the_same_terms_and_input_stays() -> None:
    model = BiasAdjusted(
        CommonEffect(), (AdditiveBias(Normal(-0.2, 0.1), shared=True),)
    )
    before = EFFECTS.y.copy()
    fit, plain = model.fit(EFFECTS), CommonEffect().fit(EFFECTS)
    assert fit.estimate.value == pytest.approx(plain.estimate.value + 0.2)
    assert fit.estimate.se**2 == pytest.approx(plain.estimate.se**2 + 0.01)
    assert np.array_equal(EFFECTS.y, before)
    assert fit.model is model


def test_a_model_with_terms_serves_as_a_plug_in_of_bias() -> None:
    from mdmameta.plugins.contracts import GROUPS, misfit

    model = BiasAdjusted(MODEL, (AdditiveBias(Normal(-0.2, 0.1)),))
    assert misfit(GROUPS["bias"], model) == ""
    assert np.allclose(model(effects=EFFECTS).y, EFFECTS.y + 0.2)


def test_what_is_no_term_or_has_no_moderator_is_refused() -> None:
    with pytest.raises(OptionError, match="no bias term"):
        adjust(EFFECTS, ["PET"])
    with pytest.raises(ModelError, match="'guess'"):
        adjust(EFFECTS, [ProportionalBias("guess", Normal(0, 1))])
    gap = Effects.from_arrays(y=[1.0], v=[0.1], moderators={"u": [np.nan]})
    with pytest.raises(ModelError, match="missing"):
        adjust(gap, [ProportionalBias("u", Normal(0, 1))])


def test_a_model_that_makes_no_data_makes_none_with_bias_either() -> None:
    adjusted = BiasAdjusted(CommonEffect(), AdditiveBias(Normal(0, 0.1)))
    with pytest.raises(ModelError, match=r"CommonEffect.*cannot make data"):
        adjusted.simulate(EFFECTS, np.random.default_rng(1))


def test_a_model_with_bias_waives_what_its_priors_break_and_what_the_model_does() -> (
    None
):
    plain = BiasAdjusted(CommonEffect(weights="equal"), AdditiveBias(Normal(0, 0.1)))
    assert set(plain.waives) == {"weightless", "shift", "scale", "mirror"}


def test_text_is_no_moderator_of_a_bias() -> None:
    effects = Effects.from_arrays(EFFECTS.y, EFFECTS.v, moderators={"u": list("abc")})
    with pytest.raises(ModelError, match="'u' holds values that are missing or no num"):
        adjust(effects, [ProportionalBias("u", Normal(0, 1))])
