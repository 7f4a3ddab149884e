"""Location and scale, against models that are special cases of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import mdmameta as mm
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import LocationScale
from mdmameta.models.frequentist.likelihoods import likelihoods
from mdmameta.models.frequentist.location_scale.likelihood import log_likelihood

RNG = np.random.default_rng(3)
GROUP = np.repeat(["a", "b"], [12, 14])
V = RNG.uniform(0.01, 0.2, GROUP.size)
DOSE = RNG.uniform(0, 3, GROUP.size)
SPREAD = np.where(GROUP == "a", 0.2, 0.9)
Y = 0.4 + RNG.normal(size=GROUP.size) * np.sqrt(V + SPREAD**2)
EFFECTS = Effects.from_arrays(y=Y, v=V, moderators={"group": GROUP, "dose": DOSE})


def one(group: str) -> Effects:
    return EFFECTS.take(np.flatnonzero(group == GROUP))


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_without_moderators_of_the_scale_it_is_the_regression(method) -> None:
    ours = LocationScale("~ 1", "~ dose", method=method).fit(EFFECTS)
    plain = mm.MetaRegression("~ dose", tau2=method).fit(EFFECTS)
    columns = ["value", "se", "ci_low", "ci_high", "p_value"]
    mine, theirs = (f.coefficients[columns].to_numpy() for f in (ours, plain))
    assert mine == pytest.approx(theirs, rel=1e-7)
    assert ours.heterogeneity.tau2 == pytest.approx(plain.heterogeneity.tau2, rel=1e-7)
    assert ours.heterogeneity.i2 == pytest.approx(plain.heterogeneity.i2, rel=1e-7)
    both = likelihoods(plain)
    assert ours.ml.aic == pytest.approx(both.ml.aic, rel=1e-9)
    assert ours.reml.aicc == pytest.approx(both.reml.aicc, rel=1e-9)
    assert ours.scale.omnibus is None
    assert np.isnan(ours.scale.p_value)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_with_groups_in_both_it_is_a_model_of_each_group(method) -> None:
    ours = LocationScale("~ 0 + group", "~ 0 + group", method=method).fit(EFFECTS)
    alone = [mm.RandomEffects(method).fit(one(name)) for name in ("a", "b")]
    means = [fit.estimate.value for fit in alone]
    assert ours.coefficients["value"].to_numpy() == pytest.approx(means, rel=1e-7)
    of = [fit.heterogeneity.tau2 for fit in alone]
    assert ours.scale.tau2[[0, -1]] == pytest.approx(of, rel=1e-6)
    parts = [getattr(likelihoods(fit), method.lower()).value for fit in alone]
    mine = ours.ml if method == "ML" else ours.reml
    assert mine.value == pytest.approx(sum(parts), abs=1e-8)


def test_the_test_of_one_variance_is_that_of_two_models() -> None:
    found = LocationScale("~ group", method="ML").fit(EFFECTS)
    plain = mm.RandomEffects("ML").fit(EFFECTS)
    twice = 2 * (found.ml.value - likelihoods(plain).ml.value)
    assert found.scale.statistic == pytest.approx(twice, abs=1e-8)
    assert found.scale.df == 1
    assert found.scale.p_value < 0.01
    assert found.scale.omnibus.terms == ("group[T.b]",)


def test_units_of_a_moderator_do_not_matter() -> None:
    far = EFFECTS.frame.assign(year=2000 + 1e-3 * DOSE)
    moved = Effects.from_arrays(y=Y, v=V, moderators={"year": far["year"]})
    ours = LocationScale("~ dose").fit(EFFECTS)
    theirs = LocationScale("~ year").fit(moved)
    assert theirs.scale.tau2 == pytest.approx(ours.scale.tau2, rel=1e-5)
    slopes = [fit.scale.coefficients["value"][1] for fit in (ours, theirs)]
    assert slopes[1] == pytest.approx(1e3 * slopes[0], rel=1e-5)


def test_coefficients_and_their_errors_are_right_in_simulation() -> None:
    rng, found = np.random.default_rng(11), []
    k, alpha = 120, np.array([-2.0, 1.0])
    for _ in range(150):
        x = rng.normal(size=k)
        v = rng.uniform(0.02, 0.1, k)
        tau2 = np.exp(alpha[0] + alpha[1] * x)
        y = 0.5 - 0.3 * x + rng.normal(size=k) * np.sqrt(tau2 + v)
        effects = Effects.from_arrays(y=y, v=v, moderators={"x": x})
        fit = LocationScale("~ x", "~ x", interval="t").fit(effects)
        table = fit.scale.coefficients
        inside = (table["ci_low"] < alpha) & (alpha < table["ci_high"])
        found.append([*fit.params, *table["value"], *inside])
    draws = np.array(found)
    error = draws[:, :4].std(axis=0) / np.sqrt(len(draws))
    away = np.abs(draws[:, :4].mean(axis=0) - [0.5, -0.3, *alpha])
    assert (away < 4 * error + [0, 0, 0.03, 0.03]).all()
    covered = draws[:, 4:].mean(axis=0)
    assert (np.abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / len(draws))).all()


def test_a_new_study_is_predicted_with_the_variance_of_its_kind() -> None:
    fit = LocationScale("~ group").fit(EFFECTS)
    assert np.isnan(fit.estimate.pi_low)
    new = mm.predict(fit, {"group": ["a", "b"]})
    assert new["value"].tolist() == [fit.estimate.value] * 2
    narrow, wide = new["pi_high"] - new["pi_low"]
    assert narrow < wide / 2
    half = (new["pi_high"] - new["pi_low"])[1] / 2
    t = (new["ci_high"] - new["value"])[1] / new["se"][1]
    assert half == pytest.approx(t * np.hypot(new["se"][1], fit.scale.tau2[-1] ** 0.5))
    assert fit.tau2_at({"group": ["b", "a"]}).tolist() == pytest.approx(
        fit.scale.tau2[[-1, 0]].tolist()
    )
    assert len(mm.predict(fit)) == fit.k


def test_without_moderators_of_the_scale_there_is_no_interval_of_a_new_study() -> None:
    fit = LocationScale("~ group", "~ dose").fit(EFFECTS)
    new = mm.predict(fit, {"dose": [1, 2]})
    assert new["ci_low"].notna().all()
    assert new["pi_low"].isna().all()


def test_no_variance_in_a_group_is_said_and_has_no_error() -> None:
    y = np.where(GROUP == "a", 0.3, Y)
    effects = Effects.from_arrays(y=y, v=V, moderators={"group": GROUP})
    fit = LocationScale("~ group").fit(effects)
    assert "scale-flat" in [caution.code for caution in fit.warnings]
    assert fit.scale.coefficients["se"].isna().all()
    assert fit.scale.tau2[0] < 1e-6 * V.min()
    plain = mm.RandomEffects().fit(one("b")).heterogeneity.tau2
    assert fit.scale.tau2[-1] == pytest.approx(plain, rel=0.1)


def test_robust_errors_and_shrunken_effects_have_the_variance_of_each_row() -> None:
    fit = LocationScale("~ group").fit(EFFECTS)
    share = V / (V + fit.scale.tau2)
    drawn = share * fit.estimate.value + (1 - share) * Y
    assert fit.shrunken()["value"].to_numpy() == pytest.approx(drawn)
    assert fit.weights / fit.weights.sum() == pytest.approx(
        (1 / (V + fit.scale.tau2)) / (1 / (V + fit.scale.tau2)).sum()
    )
    doubted = mm.robust(fit)
    assert doubted.estimate.value == pytest.approx(fit.estimate.value)
    narrow, wide = mm.predict(doubted, {"group": ["a", "b"]})["pi_high"]
    assert narrow < wide


def test_limits_by_the_likelihood_are_where_the_ratio_rejects() -> None:
    fit = LocationScale("~ dose").fit(EFFECTS)
    found = fit.scale_intervals().set_index("term")
    held = fit.problem.Z[:, 1]
    for end in found.loc["dose", ["ci_low", "ci_high"]]:
        values = np.linspace(-12, 4, 4_001)
        shifted = replace(fit.problem, Z=np.ones((fit.k, 1)), offset=end * held)
        best = max(log_likelihood(shifted, np.array([a])) for a in values)
        drop = 2 * (fit.maximum.log_likelihood - best)
        assert drop == pytest.approx(stats.chi2(1).ppf(0.95), abs=1e-4)
    again = fit.scale_intervals("Intercept", level=0.5)
    assert again["ci_low"][0] > found.loc["Intercept", "ci_low"]
    with pytest.raises(OptionError, match="'age' is not among 'Intercept', 'dose'"):
        fit.scale_intervals("age")


def test_a_variance_that_may_be_zero_has_no_lower_limit() -> None:
    y = np.where(GROUP == "a", 0.3, Y)
    effects = Effects.from_arrays(y=y, v=V, moderators={"group": GROUP})
    fit = LocationScale("~ 0 + group").fit(effects)
    a, b = fit.scale_intervals().itertuples()
    assert a.ci_low == -np.inf
    assert a.ci_high < np.log(0.2)
    assert np.isfinite([b.ci_low, b.ci_high]).all()


def test_one_variance_has_the_limits_of_the_random_effects_model() -> None:
    fit = LocationScale("~ 1").fit(EFFECTS)
    plain = mm.RandomEffects(tau2_interval="profile").fit(EFFECTS)
    ours = fit.scale_intervals().loc[0, ["ci_low", "ci_high"]].astype(float)
    assert np.exp(ours).tolist() == pytest.approx(plain.heterogeneity.tau2_ci, rel=1e-5)


def test_few_rows_are_said_with_what_they_can_tell() -> None:
    few = EFFECTS.take(np.arange(8, 16))
    fit = LocationScale("~ group").fit(few)
    (said,) = [c for c in fit.warnings if c.code == "few-for-scale"]
    assert "3.5 residuals" in said
    assert "factor of 4.4" in said
    many = LocationScale("~ group").fit(EFFECTS)
    assert "few-for-scale" not in [c.code for c in many.warnings]


def test_the_summary_has_both_tables_and_the_test() -> None:
    text = LocationScale("~ group").fit(EFFECTS).summary()
    assert "Coefficients of log tau2:" in text
    assert "group[T.b]" in text
    assert "Test that tau2 is the same in all: chi2(1)" in text


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"scale": "tau2 ~ dose"}, "right-hand side"),
        ({"scale": "~ dose", "method": "DL"}, "method='DL'"),
        ({"scale": "~ dose", "interval": "knapp-hartung-ci"}, "interval="),
        ({"scale": "~ dose", "level": 95}, "level=95"),
    ],
)
def test_an_option_that_is_not_allowed_is_named(options, wrong) -> None:
    with pytest.raises(OptionError, match=wrong):
        LocationScale(**options)


def test_data_that_it_cannot_be_fitted_to_are_named() -> None:
    with pytest.raises(ModelError, match="'age'"):
        LocationScale("~ age").fit(EFFECTS)
    with pytest.raises(ModelError, match="3 usable rows for 2 coefficients of the mea"):
        LocationScale("~ dose", "~ dose").fit(EFFECTS.take([0, 1, 2]))
    together = Effects.from_arrays(y=Y, V=np.diag(V) + 0.001, moderators={"dose": DOSE})
    with pytest.raises(ModelError, match="correlated"):
        LocationScale("~ dose").fit(together)
