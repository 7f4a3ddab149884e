"""RandomEffects as a whole: published numbers, extremes and guard rails."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.regression import least_squares
from metafor_models import effects as reference_effects
from reference_cases import load

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.4], v=[0.02, 0.05, 0.03, 0.04, 0.1]
)


def codes(fit: Fit) -> list[str]:
    return [caution.code for caution in fit.warnings]


def test_the_published_result_of_the_primary_set_comes_out() -> None:
    """SYPRES's pooled SMD, with the interval and the prediction interval printed."""
    e = RandomEffects(prediction="V").fit(reference_effects("mdma_primary", "g"))
    e = e.estimate
    published = np.array([-0.7119, -0.9534, -0.4704, -1.0588, -0.3651])
    ours = [e.value, e.ci_low, e.ci_high, e.pi_low, e.pi_high]
    np.testing.assert_allclose(ours, published, atol=5e-5)
    assert load("mdma_primary")["published"]


def test_the_primary_set_gets_the_guard_rails_it_needs() -> None:
    fit = RandomEffects().fit(reference_effects("mdma_primary", "g"))
    assert codes(fit) == ["knapp-hartung-narrower", "tau2-boundary"]
    assert "(width 0.483)" in fit.warnings[0]
    assert "(width 0.529)" in fit.warnings[0]
    adhoc = RandomEffects(interval="knapp-hartung-adhoc")
    assert codes(adhoc.fit(fit.effects)) == ["tau2-boundary"]


def test_weights_are_percent_of_inverse_total_variances() -> None:
    fit = RandomEffects().fit(EFFECTS)
    w = 1 / (EFFECTS.v + fit.heterogeneity.tau2)
    np.testing.assert_allclose(fit.weights, 100 * w / w.sum())


@pytest.mark.parametrize("tau2", ["DL", "PM", "REML", "ML"])
def test_i2_is_the_share_of_tau2_beside_the_typical_variance(tau2: str) -> None:
    h = RandomEffects(tau2=tau2).fit(EFFECTS).heterogeneity  # type: ignore[arg-type]
    typical = h.tau2 / (h.h2 - 1)
    assert h.i2 == pytest.approx(100 * h.tau2 / (h.tau2 + typical))
    assert h.q == pytest.approx(least_squares(EFFECTS.y, EFFECTS.v, np.ones((5, 1))).q)


def test_a_variance_fixed_in_advance_is_used_and_not_judged() -> None:
    fit = RandomEffects(tau2=0.25).fit(EFFECTS)
    w = 1 / (EFFECTS.v + 0.25)
    assert fit.estimate.value == pytest.approx(w @ EFFECTS.y / w.sum())
    assert fit.heterogeneity.tau2 == 0.25
    assert np.isnan(fit.heterogeneity.tau2_se)
    assert "tau2-boundary" not in codes(RandomEffects(tau2=0).fit(EFFECTS))


def test_the_interval_of_tau2_has_the_level_of_the_model() -> None:
    wide = RandomEffects(level=0.99).fit(EFFECTS).heterogeneity.tau2_ci
    narrow = RandomEffects(level=0.5).fit(EFFECTS).heterogeneity.tau2_ci
    assert wide[0] <= narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("interval", ["wald", "t", "knapp-hartung-adhoc"])
@pytest.mark.parametrize("tau2", ["DL", "PM", "REML", "ML", 0.3])
def test_one_study_is_reported_as_it_is(tau2: str | float, interval: str) -> None:
    model = RandomEffects(tau2=tau2, interval=interval)  # type: ignore[arg-type]
    fit = model.fit(Effects.from_arrays(y=[0.3], v=[0.04]))
    e, h = fit.estimate, fit.heterogeneity
    assert (e.value, e.se) == pytest.approx((0.3, 0.2))
    assert e.ci_high == pytest.approx(0.3 + 1.959964 * 0.2)
    missing = [h.tau2, h.i2, h.h2, h.tau2_se, *h.tau2_ci, e.pi_low, e.pi_high]
    assert np.isnan(missing).all()
    assert codes(fit) == ["single-study"]


def test_one_study_that_is_left_is_one_study() -> None:
    fit = RandomEffects().fit(
        Effects.from_arrays(y=[0.3, np.nan, 1], v=[0.04, 1, np.inf])
    )
    assert codes(fit) == ["rows-dropped", "no-information", "single-study"]
    np.testing.assert_array_equal(fit.weights, [100, 0, 0])


def test_few_studies_warn_about_their_degrees_of_freedom() -> None:
    assert "few-df" in codes(RandomEffects().fit(EFFECTS.take([0, 1, 2, 3])))
    assert "few-df" not in codes(RandomEffects().fit(EFFECTS))
    wald = RandomEffects(interval="wald").fit(EFFECTS.take([0, 1]))
    assert "few-df" not in codes(wald)


def test_two_studies_have_an_hts_interval_with_a_caution() -> None:
    fit = RandomEffects(prediction="HTS").fit(EFFECTS.take([0, 1]))
    assert "prediction-df" in codes(fit)
    assert np.isfinite([fit.estimate.pi_low, fit.estimate.pi_high]).all()


def test_equal_effects_have_no_knapp_hartung_error() -> None:
    equal = Effects.from_arrays(y=[0.5, 0.5, 0.5], v=[0.04, 0.09, 0.02])
    e = RandomEffects().fit(equal).estimate
    assert (e.se, e.statistic, e.p_value) == (0, np.inf, 0)
    assert e.ci_low == e.ci_high == pytest.approx(0.5)


def test_correlated_rows_change_the_answer_and_a_diagonal_does_not() -> None:
    V = np.diag(EFFECTS.v)
    same = RandomEffects().fit(Effects.from_arrays(y=EFFECTS.y, V=V))
    plain = RandomEffects().fit(EFFECTS)
    assert same.estimate.ci_low == pytest.approx(plain.estimate.ci_low)
    np.testing.assert_allclose(same.weights, plain.weights)
    linked = RandomEffects().fit(Effects.from_arrays(y=EFFECTS.y, V=V + 0.015))
    assert linked.estimate.se > plain.estimate.se
    assert linked.shrunken().shape == (5, 5)


def test_how_the_estimate_was_reached_is_recorded() -> None:
    diagnostics = RandomEffects().fit(EFFECTS).diagnostics
    assert diagnostics.converged
    assert 0 < diagnostics.iterations < 20
    diagnostics.raise_if_bad()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tau2": "EB2"}, "tau2='EB2'"),
        ({"interval": "z"}, "interval='z'"),
        ({"prediction": "hts"}, "Did you mean 'HTS'"),
        ({"level": 0}, "level=0"),
    ],
)
def test_options_are_checked_when_the_model_is_made(
    arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        RandomEffects(**arguments)  # type: ignore[arg-type]
