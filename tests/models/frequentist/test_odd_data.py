"""Data that no model was made for: each gives a number, or an error with a cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mdmameta as mm
from mdmameta.errors import ModelError

V = [0.1, 0.2, 0.05, 0.3, 0.12, 0.08]
STUDY = list("aabbcd")


def effects(y: Any, v: Any = V, study: Any = STUDY, **columns: Any) -> mm.Effects:
    return mm.Effects.from_arrays(y=y, v=v, study=study, moderators=columns or None)


def codes(found: Any) -> set[str]:
    return {caution.code for caution in found.warnings}


@pytest.mark.parametrize("y", [np.zeros(6), np.full(6, 0.5)])
@pytest.mark.parametrize(
    "model",
    [
        mm.RandomEffects(),
        mm.CommonEffect("knapp-hartung"),
        mm.ClusterRobust(mm.RandomEffects()),
        mm.Multilevel(robust="CR2"),
    ],
    ids=repr,
)
def test_effects_that_are_all_alike_have_no_error_and_say_so(model, y) -> None:
    fit = model.fit(effects(y))
    assert fit.estimate.value == pytest.approx(y[0])
    assert "no-spread" in codes(fit)


def test_wald_intervals_do_not_rest_on_the_spread() -> None:
    fit = mm.RandomEffects(interval="wald").fit(effects(np.zeros(6)))
    assert "no-spread" not in codes(fit)
    assert fit.estimate.p_value == 1


def test_effects_on_a_line_leave_knapp_and_hartung_no_error() -> None:
    x = np.arange(6.0)
    fit = mm.MetaRegression("~ x").fit(effects(1 + 2 * x, x=x))
    assert "no-spread" in codes(fit)
    np.testing.assert_allclose(fit.coefficients["value"], [1, 2])


@pytest.mark.parametrize("tau2", ["separate", "common"])
def test_subgroups_of_equal_effects_have_no_test_and_say_why(tau2) -> None:
    found = mm.subgroups(effects(np.full(6, 0.5), g=list("xyxyxy")), "g", tau2=tau2)
    assert np.isnan(found.between.p_value)
    (said,) = [c for c in found.warnings if c.code == "no-spread"]
    assert "x, y" in said


def test_a_common_variance_needs_a_subgroup_of_two_studies() -> None:
    given = effects([0.1, 0.5], [0.1, 0.1], ["a", "b"], g=["x", "y"])
    with pytest.raises(ModelError, match="as many subgroups as there are studies"):
        mm.subgroups(given, "g", tau2="common")


def test_as_many_rows_as_coefficients_leave_cr1s_nothing_to_divide_by() -> None:
    given = effects([0.1, 0.5], [0.1, 0.1], ["a", "b"], x=[1.0, 2.0])
    robust = mm.ClusterRobust(mm.MetaRegression("~ x"), kind="CR1S")
    with pytest.raises(ModelError, match="rows minus coefficients, here 2 - 2"):
        robust.fit(given)


@pytest.mark.parametrize(
    ("y", "v"), [([1e80, 0.1], [1, 1]), ([0.1, 0.2], [1e300, 1]), ([0, 1], [1e-300, 1])]
)
@pytest.mark.parametrize("model", [mm.RandomEffects(), mm.Multilevel()], ids=repr)
def test_numbers_whose_powers_overflow_are_refused_with_their_row(model, y, v) -> None:
    with pytest.raises(ModelError, match=r"in row 0 \(a\): powers .* Change the unit"):
        model.fit(effects(y, v, ["a", "b"]))


def test_a_variance_far_below_the_others_takes_all_the_weight() -> None:
    fit = mm.CommonEffect().fit(effects([0.1, 5.0], [1e-60, 1.0], ["a", "b"]))
    assert fit.estimate.value == pytest.approx(0.1)


def test_one_group_with_three_outcomes_has_no_variance_between_groups() -> None:
    outcomes = ["p", "q", "r", "p", "q", "r"]
    given = effects([0.1, 0.4, 0.3, 0.2, 0.6, 0.9], study=["a"] * 6, o=outcomes)
    fit = mm.Multivariate("o", structure="HCS").fit(given)
    assert "level-not-identified" in codes(fit)
    common = mm.CommonEffect().fit(given).estimate
    assert fit.estimate.value == pytest.approx(common.value)
    assert fit.ml.parameters == 1


def test_outcomes_of_one_row_leave_a_variance_and_no_correlation() -> None:
    given = effects([0.1, 0.4, 0.3, 0.2, 0.6, 0.9], o=["p", "q", "p", "r", "p", "p"])
    fit = mm.Multivariate("o", structure="HCS").fit(given)
    assert "level-not-identified" in codes(fit)
    assert fit.ml.parameters == 2


def test_a_factor_of_one_level_is_named_with_its_value() -> None:
    with pytest.raises(ModelError, match=r"'x' is 1\.0 in all of them"):
        mm.MetaRegression("~ C(x)").fit(effects(np.arange(6), x=np.ones(6)))


Y = """2.0409191213851825 -2.5556650313141818 0.41809884672577885
    -0.5677696061279298 -0.45264929211044586 -0.2155971630897659 -2.019986129147251
    -0.23193237764418947 -0.8652130762749417 3.3229995166448827"""
VARIANCES = """0.12954389333878535 0.1646872511339818 0.14057584571596976
    0.18430360000267937 0.22659458044180483 0.28775483135410757 0.0995763258496616
    0.201593217982351 0.2149404790676435 0.10196180972349639"""
TEN = {
    "y": [float(number) for number in Y.split()],
    "v": [float(number) for number in VARIANCES.split()],
    "o": list("pqrpqpqrpp"),
}


def test_where_one_variance_is_zero_two_outcomes_may_correlate_by_any_amount() -> None:
    # metafor 5.0, struct="HCS", method="ML"; three outcomes at once need ρ >= −1/2.
    given = effects(**TEN, study=list("aaabbcccde"))
    fit = mm.Multivariate("o", structure="HCS", method="ML").fit(given)
    assert fit.ml.value == pytest.approx(-16.2289855315726, abs=1e-6)
    expected = [3.30641719392162, 5.40323326088292, 0, -0.869792628189537]
    np.testing.assert_allclose(fit.components["value"], expected, atol=1e-4)
    with pytest.raises(ModelError, match="no profiles: the variance of r is 0"):
        fit.component_intervals()


@pytest.mark.parametrize("structure", ["ID", "CS"])
def test_one_group_shows_how_its_outcomes_spread(structure) -> None:
    # metafor 5.0, struct="ID", method="REML".
    given = effects(**TEN, study=["a"] * 10)
    fit = mm.Multivariate("o", structure=structure).fit(given)
    assert fit.estimate.value == pytest.approx(-0.127343008478576, abs=1e-5)
    assert fit.estimate.se == pytest.approx(0.92273153121091, rel=1e-5)
    assert fit.components["value"][0] == pytest.approx(2.49990363261082, rel=1e-5)
    assert ("correlation-not-identified" in codes(fit)) == (structure == "CS")


def test_a_variance_that_the_means_leave_nothing_of_is_flagged() -> None:
    given = effects(**TEN, study=["a"] * 10)
    model = mm.Multivariate("o", structure="ID", formula="~ o - 1")
    assert "profile-flat" in codes(model.fit(given))


def test_an_outcome_of_one_study_has_the_error_of_its_rows_alone() -> None:
    # As metafor since 4.8: one draw of a random effect tells nothing of its variance.
    study, o = list("aabbccc"), list("pqpqpqq")
    study, o = [*study, "d", "d"], [*o, "r", "r"]
    y = [0.1, 0.5, 0.3, 0.9, 0.2, 0.4, 0.5, 1.0, 1.4]
    v = [0.05, 0.04, 0.06, 0.05, 0.03, 0.05, 0.04, 0.1, 0.2]
    model = mm.Multivariate("o", structure="DIAG", formula="~ o - 1")
    fit = model.fit(effects(y, v, study, o=o))
    assert "level-not-identified" in codes(fit)
    alone = fit.coefficients.set_index("term").loc["o[r]"]
    assert alone["se"] == pytest.approx((1 / 0.1 + 1 / 0.2) ** -0.5)
    held = fit.components.set_index("component")["value"]
    assert held["tau2[r]"] == 0
