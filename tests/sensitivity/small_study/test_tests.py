"""Tests of small-study effects against independent computations."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import kendalltau

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity.small_study import (
    begg,
    deeks,
    egger,
    harbord,
    macaskill,
    peters,
    schwarzer,
)
from mdmameta.sensitivity.small_study.regression import weighted_line

RNG = np.random.default_rng(7)
K = 12
V = RNG.uniform(0.02, 0.4, K)
Y = RNG.normal(0.3, np.sqrt(V))
EFFECTS = Effects.from_arrays(y=Y, v=V)
COUNTS = {
    "ai": RNG.binomial(40, 0.3, K),
    "n1i": RNG.integers(45, 200, K),
    "ci": RNG.binomial(40, 0.2, K),
    "n2i": RNG.integers(45, 200, K),
}


def counted(columns: dict[str, np.ndarray]) -> Effects:
    return Effects.from_arrays(y=np.zeros(K), v=np.ones(K), moderators=columns)


def test_eggers_test_is_a_weighted_regression() -> None:
    line = sm.WLS(Y, sm.add_constant(np.sqrt(V)), weights=1 / V).fit()
    found = egger(EFFECTS)
    assert found.p_value == pytest.approx(line.pvalues[1])
    assert found.limit == pytest.approx(line.params[0])
    low, high = line.conf_int()[0]
    assert (found.limit_low, found.limit_high) == pytest.approx((low, high))


def test_eggers_test_is_the_intercept_of_the_radial_plot() -> None:
    radial = sm.OLS(Y / np.sqrt(V), sm.add_constant(1 / np.sqrt(V))).fit()
    assert egger(EFFECTS).bias == pytest.approx(radial.params[0])


def test_a_model_makes_it_a_meta_regression() -> None:
    effects = Effects.from_arrays(y=Y, v=V, moderators={"se": np.sqrt(V)})
    fit = MetaRegression("~ se", tau2="PM").fit(effects)
    found = egger(EFFECTS, RandomEffects(tau2="PM"))
    assert found.statistic == pytest.approx(fit.coefficients["statistic"][1])
    assert found.fit is not None


def test_moderators_of_a_model_are_kept() -> None:
    effects = Effects.from_arrays(y=Y, v=V, moderators={"x": np.arange(K)})
    found = egger(effects, MetaRegression("~ x"))
    assert list(found.fit.params.index) == ["Intercept", "x", "predictor"]
    assert np.isnan(found.limit)


@pytest.mark.parametrize("k", [8, 13, 48, 120])
@pytest.mark.parametrize("digits", [1, 9])
def test_p_values_of_begg_are_scipys_with_ties_and_without(k: int, digits: int) -> None:
    rng = np.random.default_rng(k)
    v = np.round(rng.uniform(0.1, 0.9, k), digits)
    of = Effects.from_arrays(rng.normal(0.0, np.sqrt(v)) + 2 * v, v)
    w = 1 / v
    z = (of.y - w @ of.y / w.sum()) / np.sqrt(v - 1 / w.sum())
    tied = np.unique(v).size < k
    assert tied == (digits == 1)
    expected = kendalltau(z, v, method="asymptotic" if tied else "exact")
    assert begg(of).p_value == pytest.approx(expected.pvalue, rel=1e-12)
    assert begg(of).tau == pytest.approx(expected.statistic, rel=1e-12)


def test_beggs_test_is_kendalls_of_standardised_effects() -> None:
    w = 1 / V
    z = (Y - w @ Y / w.sum()) / np.sqrt(V - 1 / w.sum())
    expected = kendalltau(z, V)
    assert begg(EFFECTS).tau == pytest.approx(expected.statistic)
    assert begg(EFFECTS).to_frame()["tau"][0] == begg(EFFECTS).tau
    assert begg(EFFECTS).p_value == pytest.approx(expected.pvalue)
    assert np.isnan(egger(EFFECTS).tau)


def test_mirrored_effects_give_the_mirrored_test() -> None:
    turned = Effects.from_arrays(y=-Y, v=V)
    for test in (egger, begg):
        assert test(turned).statistic == pytest.approx(-test(EFFECTS).statistic)
        assert test(turned).p_value == pytest.approx(test(EFFECTS).p_value)


@pytest.mark.parametrize("test", [harbord, peters, macaskill, deeks, schwarzer])
def test_exchanged_groups_give_the_mirrored_test(test) -> None:
    exchanged = {
        "ai": COUNTS["ci"], "n1i": COUNTS["n2i"],
        "ci": COUNTS["ai"], "n2i": COUNTS["n1i"],
    }  # fmt: skip
    one, other = test(counted(COUNTS)), test(counted(exchanged))
    assert other.statistic == pytest.approx(-one.statistic, rel=1e-6)


def test_harbords_score_is_that_of_the_tables() -> None:
    a, n1, c, n2 = (COUNTS[key].astype(float) for key in ("ai", "n1i", "ci", "n2i"))
    n, m = n1 + n2, a + c
    z, v = a - n1 * m / n, n1 * n2 * m * (n - m) / (n**2 * (n - 1))
    radial = sm.OLS(z / np.sqrt(v), sm.add_constant(np.sqrt(v))).fit()
    assert harbord(counted(COUNTS)).bias == pytest.approx(radial.params[0])


@pytest.mark.parametrize("test", [egger, begg])
def test_a_test_without_bias_rejects_as_often_as_it_says(test) -> None:
    rng = np.random.default_rng(20261121)
    rejected = []
    for _ in range(600):
        v = rng.uniform(0.02, 0.5, 20)
        effects = Effects.from_arrays(y=rng.normal(0.2, np.sqrt(v)), v=v)
        rejected.append(test(effects).p_value < 0.05)
    assert 0.025 < np.mean(rejected) < 0.075


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        (Effects.from_arrays(y=[0.1], v=[0.1]), "at least two"),
        (Effects.from_arrays(y=[0.1, 0.2, 0.4], v=[0.1] * 3), "same for all"),
    ],
)
def test_too_little_is_refused_with_the_reason(effects: Effects, said: str) -> None:
    for test in (egger, begg):
        with pytest.raises(SensitivityError, match=said):
            test(effects)


def test_sizes_are_asked_for_where_there_are_none() -> None:
    with pytest.raises(SensitivityError, match="give n="):
        egger(EFFECTS, predictor="ninv")
    with pytest.raises(SensitivityError, match="3 numbers for 12"):
        egger(EFFECTS, predictor="ninv", n=[1, 2, 3])


def test_few_studies_and_related_measures_are_warned_of() -> None:
    few = Effects.from_arrays(y=Y[:5], v=V[:5], measure="SMD")
    codes = {caution.code for caution in egger(few).warnings}
    assert {"few-studies", "related-by-construction", "not-only-bias"} <= codes
    by_size = egger(few, predictor="ninv", n=[20, 30, 40, 50, 70])
    assert "related-by-construction" not in {c.code for c in by_size.warnings}


def test_studies_without_events_are_named() -> None:
    columns = {key: value.copy() for key, value in COUNTS.items()}
    columns["ai"][2] = columns["ci"][2] = 0
    found = peters(counted(columns))
    assert found.k == K - 1
    assert any(c.code == "no-events" and c.endswith(": 3.") for c in found.warnings)


def test_two_studies_lie_on_their_line_and_nothing_is_tested() -> None:
    two = Effects.from_arrays(y=[0.3, 0.9], v=[0.04, 0.09])
    found = egger(two)
    assert found.bias == pytest.approx(6)
    assert found.limit == pytest.approx(-0.9)
    assert np.isnan([found.bias_se, found.p_value, found.limit_low]).all()
    assert "two-studies" in [c.code for c in found.warnings]


def test_known_variances_test_a_line_through_two_studies() -> None:
    two = Effects.from_arrays(y=[0.3, 0.9], v=[0.04, 0.09])
    found = egger(two, CommonEffect())
    assert found.statistic == pytest.approx(0.6 / np.sqrt(0.13))
    assert begg(two).p_value == 1


def test_one_study_has_no_line() -> None:
    with pytest.raises(SensitivityError, match="1 study: a line needs at least two"):
        egger(Effects.from_arrays([0.1], [0.1]))


def test_two_tables_with_information_are_too_few() -> None:
    some = {name: column[:3].astype(float) for name, column in COUNTS.items()}
    some["ai"][0] = some["ci"][0] = 0.0
    table = Effects.from_arrays(np.zeros(3), np.ones(3), moderators=some)
    with pytest.raises(SensitivityError, match="2 tables hold events and non-events"):
        harbord(table)


def test_a_line_needs_two_points() -> None:
    one = np.ones(1)
    with pytest.raises(SensitivityError, match="one study: a line needs at least two"):
        weighted_line(one, one, one)
