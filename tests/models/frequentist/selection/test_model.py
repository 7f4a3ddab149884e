"""Selection models on effects."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.models.frequentist.selection import SelectionModel
from mdmameta.models.frequentist.selection.likelihood import (
    Selected,
    Steps,
    log_likelihood,
)


def simulated(k: int, *, kept_of_rest: float, mean: float = 0.2) -> Effects:
    """Results of which those with p > 0.025 are kept with a probability."""
    rng = np.random.default_rng(20261121)
    v = rng.uniform(0.02, 0.2, size=40 * k)
    y = rng.normal(mean, np.sqrt(v + 0.02))
    kept = (y / np.sqrt(v) > 1.96) | (rng.random(v.size) < kept_of_rest)
    return Effects.from_arrays(y=y[kept][:k], v=v[kept][:k])


EFFECTS = simulated(30, kept_of_rest=0.3)


def test_a_mean_shifted_by_selection_is_recovered() -> None:
    effects = simulated(1500, kept_of_rest=0.2)
    fit = SelectionModel(alternative="greater").fit(effects)
    assert fit.estimate.value == pytest.approx(0.2, abs=3 * fit.estimate.se)
    assert fit.selection.weights["value"][1] == pytest.approx(0.2, abs=0.07)
    assert fit.selection.unadjusted.estimate.value > 0.3
    assert fit.selection.p_value < 1e-6


def test_weights_fixed_at_one_give_maximum_likelihood_without_selection() -> None:
    fit = SelectionModel(alternative="greater", delta=(1, 1)).fit(EFFECTS)
    plain = RandomEffects(tau2="ML", interval="wald").fit(EFFECTS)
    assert fit.estimate.value == pytest.approx(plain.estimate.value, rel=1e-6)
    assert fit.heterogeneity.tau2 == pytest.approx(plain.heterogeneity.tau2, rel=1e-5)
    assert fit.selection.statistic == pytest.approx(0, abs=1e-8)
    assert fit.selection.df == 0
    assert np.isnan(fit.selection.p_value)


@pytest.mark.parametrize("kind", ["stepfun", "beta", "power"])
def test_effects_of_the_other_sign_are_selected_by_the_other_tail(kind: str) -> None:
    up = SelectionModel(type=kind, alternative="greater").fit(EFFECTS)
    turned = Effects.from_arrays(y=-EFFECTS.y, v=EFFECTS.v)
    down = SelectionModel(type=kind, alternative="less").fit(turned)
    assert down.estimate.value == pytest.approx(-up.estimate.value, abs=1e-6)
    assert down.selection.log_likelihood == pytest.approx(up.selection.log_likelihood)


@pytest.mark.parametrize("kind", ["stepfun", "halfnorm"])
def test_another_unit_changes_the_estimate_by_its_factor(kind: str) -> None:
    model = SelectionModel(type=kind, alternative="greater")
    scaled = Effects.from_arrays(y=10 * EFFECTS.y, v=100 * EFFECTS.v)
    one, ten = model.fit(EFFECTS), model.fit(scaled)
    assert ten.estimate.value == pytest.approx(10 * one.estimate.value, rel=1e-4)
    assert ten.estimate.se == pytest.approx(10 * one.estimate.se, rel=1e-3)


def test_standard_errors_are_of_the_curvature_of_the_likelihood() -> None:
    fit = SelectionModel(alternative="greater").fit(EFFECTS)
    data = Selected(EFFECTS.y, EFFECTS.v, np.ones((30, 1)))
    steps = Steps(np.array([0.025, 1.0]))

    def value(t: np.ndarray) -> float:
        return log_likelihood(data, steps, t[:1], t[1], np.array([1.0, t[2]]))[0]

    weights = fit.selection.weights
    at = np.array([fit.estimate.value, fit.heterogeneity.tau2, weights["value"][1]])
    h = 1e-3 * np.abs(at)
    information = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            a, b = np.eye(3)[i] * h, np.eye(3)[j] * h
            corners = value(at + a + b) - value(at + a - b)
            corners += value(at - a - b) - value(at - a + b)
            information[i, j] = -corners / (4 * h[i] * h[j])
    se = np.sqrt(np.diag(np.linalg.inv(information)))
    found = [fit.estimate.se, fit.heterogeneity.tau2_se, weights["se"][1]]
    np.testing.assert_allclose(found, se, rtol=1e-3)


def test_profile_limits_are_where_the_likelihood_ratio_test_just_rejects() -> None:
    fit = SelectionModel(alternative="greater", interval="profile").fit(EFFECTS)
    data = Selected(EFFECTS.y, EFFECTS.v, np.ones((30, 1)))
    steps = Steps(np.array([0.025, 1.0]))
    for limit in (fit.estimate.ci_low, fit.estimate.ci_high):
        best = max(
            log_likelihood(data, steps, np.array([limit]), t, np.array([1.0, d]))[0]
            for t in np.linspace(0, 0.3, 201)
            for d in np.geomspace(0.01, 10, 201)
        )
        drop = 2 * (fit.selection.log_likelihood - best)
        assert drop == pytest.approx(3.841, abs=0.01)


def test_the_interval_of_tau2_is_by_profile_and_ends_at_0_where_0_is_not_rejected() -> (
    None
):
    fit = SelectionModel(alternative="greater").fit(EFFECTS)
    low, high = fit.heterogeneity.tau2_ci
    data = Selected(EFFECTS.y, EFFECTS.v, np.ones((30, 1)))
    steps = Steps(np.array([0.025, 1.0]))

    def drop(tau2: float) -> float:
        best = max(
            log_likelihood(data, steps, np.array([m]), tau2, np.array([1.0, d]))[0]
            for m in np.linspace(-0.3, 0.7, 101)
            for d in np.geomspace(0.01, 10, 61)
        )
        return 2 * (fit.selection.log_likelihood - best)

    assert drop(high) == pytest.approx(3.841, abs=0.02)
    if low == 0:
        assert drop(0.0) < 3.841
    else:
        assert drop(low) == pytest.approx(3.841, abs=0.02)


def test_weights_have_profile_limits_when_asked_and_none_where_held() -> None:
    fit = SelectionModel(alternative="greater", interval="profile").fit(EFFECTS)
    weights = fit.selection.weights
    assert np.isnan(weights.loc[0, ["ci_low", "ci_high"]].astype(float)).all()
    low, high = weights.loc[1, ["ci_low", "ci_high"]].astype(float)
    assert 0 <= low < weights["value"][1] < high
    for limit in (low, high):
        held = SelectionModel(alternative="greater", delta=(1.0, limit)).fit(EFFECTS)
        drop = fit.selection.log_likelihood - held.selection.log_likelihood
        assert 2 * drop == pytest.approx(3.8415, abs=1e-3)


def test_a_moderator_enters_the_mean() -> None:
    effects = Effects.from_arrays(
        y=EFFECTS.y, v=EFFECTS.v, moderators={"x": np.arange(30)}
    )
    model = SelectionModel(alternative="greater", delta=(1, 1), formula="~ x")
    plain = MetaRegression("~ x", tau2="ML", interval="wald").fit(effects)
    fit = model.fit(effects)
    np.testing.assert_allclose(fit.params, plain.params, rtol=1e-5)
    assert fit.omnibus.p_value == pytest.approx(plain.omnibus.p_value, rel=0.1)


def test_bins_without_results_have_weight_zero_and_say_so() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.2, 0.15, -0.1, 0.12], v=[0.04] * 5)
    fit = SelectionModel(alternative="greater", steps=(0.025, 0.5)).fit(effects)
    assert fit.selection.weights["value"].tolist()[:2] == [0.0, 1.0]
    assert {"sparse-bins", "few-results"} <= {w.code for w in fit.warnings}


def test_the_direction_of_the_effects_is_used_and_otherwise_asked_for() -> None:
    with pytest.raises(ModelError, match="alternative='greater' or 'less'"):
        SelectionModel().fit(EFFECTS)
    lower = Effects.from_arrays(y=-EFFECTS.y, v=EFFECTS.v, direction="lower")
    assert SelectionModel().fit(lower).selection.alternative == "less"


def test_correlated_effects_are_refused() -> None:
    V = 0.1 * np.eye(3) + 0.02
    effects = Effects.from_arrays(y=[0.1, 0.2, 0.4], V=V)
    with pytest.raises(ModelError, match="Combine the rows"):
        SelectionModel(alternative="greater").fit(effects)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"type": "gamma"}, "type='gamma'"),
        ({"alternative": "both"}, "alternative='both'"),
        ({"steps": (0.5, 0.025)}, "increasing"),
        ({"steps": ()}, "increasing"),
        ({"delta": (1,)}, "2 weights"),
        ({"delta": (0.5, 1)}, "relative to the first bin"),
        ({"delta": (1, -1)}, "2 weights"),
    ],
)
def test_an_impossible_choice_is_named(choice: dict, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        SelectionModel(**choice)


def test_the_summary_tells_what_was_selected() -> None:
    text = SelectionModel(alternative="greater").fit(EFFECTS).summary()
    assert "delta2" in text
    assert "Without selection" in text
    assert "Test of no selection" in text


def test_as_many_coefficients_as_results_are_refused() -> None:
    two = EFFECTS.take([0, 1])
    assert SelectionModel(alternative="greater").fit(two).k == 2
    with pytest.raises(ModelError, match="1 usable rows for 1 coefficients"):
        SelectionModel(alternative="greater").fit(EFFECTS.take([0]))


def test_a_weight_left_open_between_fixed_ones_is_estimated() -> None:
    model = SelectionModel(
        alternative="greater", steps=(0.025, 0.5), delta=(1, None, 0.5)
    )
    weights = model.fit(EFFECTS).selection.weights
    assert weights["value"][0] == 1
    assert weights["value"][2] == 0.5
    assert np.isfinite(weights["se"]).tolist() == [False, True, False]


def test_weights_all_fixed_leave_no_test_to_print() -> None:
    assert "Test of no" in SelectionModel(alternative="greater").fit(EFFECTS).summary()
    text = SelectionModel(alternative="greater", delta=(1, 0.3)).fit(EFFECTS).summary()
    assert "Selection by p-values" in text
    assert "Test of no" not in text


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    place = "mdmameta.models.frequentist.selection.maximum.SEARCH"
    monkeypatch.setattr(place, {"maxiter": 1})
    fit = SelectionModel("beta", alternative="greater").fit(EFFECTS)
    (said,) = (str(c) for c in fit.warnings if c.code == "not-converged")
    assert "Use fewer cutpoints or fix the weights" in said


def test_a_variance_that_the_data_do_not_bound_has_no_upper_limit() -> None:
    few = Effects.from_arrays([0.45, 0.5, 0.6, 0.55, 0.1, 0.2], [0.04] * 6)
    fit = SelectionModel("beta", alternative="greater").fit(few)
    assert fit.heterogeneity.tau2_ci[1] == np.inf
    sd = np.sqrt(0.04 + 50.0)  # with a variance that is absurd here

    def falls_by(parameters: np.ndarray) -> float:
        """Twice what the likelihood loses, by a sum over a fine grid."""
        mean, a, b = parameters
        x = np.linspace(-10, 10, 20001) * sd + mean
        log_w = [
            (a - 1) * norm.logsf(z) + (b - 1) * norm.logcdf(z)
            for z in (few.y / 0.2, x / 0.2)
        ]
        kept = np.exp(log_w[1] + norm.logpdf(x, mean, sd)).sum() * (x[1] - x[0])
        value = (log_w[0] + norm.logpdf(few.y, mean, sd)).sum() - 6 * np.log(kept)
        return 2 * (fit.selection.log_likelihood - value)

    found = minimize(
        falls_by, [0.0, 1.0, 1.0], method="Nelder-Mead", options={"maxiter": 2000}
    )
    assert found.fun < 3.841459
