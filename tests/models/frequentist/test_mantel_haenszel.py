"""The Mantel–Haenszel model."""

from __future__ import annotations

import numpy as np
import pytest

import mdmameta as mm
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import MantelHaenszel, Peto

COUNTS = {"ai": [4, 8, 0, 0], "n1i": [8, 12, 9, 0], "ci": [0, 2, 0, 1]}
COUNTS |= {"n2i": [4, 7, 10, 5]}
MODELS: list[Model] = [
    MantelHaenszel("OR"),
    MantelHaenszel("RR", add=(0.5, 0.5), to=("only0", "only0")),
    MantelHaenszel("RD", level=0.9),
    Peto(),
]
EVERY = pytest.mark.parametrize("model", MODELS, ids=repr)


def effects(measure: str = "", **changed: object) -> Effects:
    columns = COUNTS | changed
    k = len(columns["ai"])
    return Effects.from_arrays(
        y=np.zeros(k),
        v=np.ones(k),
        study=list("ABCD")[:k],
        measure=measure,
        moderators=columns,
    )


@EVERY
def test_a_fit_is_whole_and_nothing_given_is_modified(model: Model) -> None:
    given = effects()
    before = given.to_frame()
    fit = model.fit(given)
    assert given.to_frame().equals(before)
    assert fit.weights.sum() == pytest.approx(100)
    assert fit.estimate.ci_low < fit.estimate.value < fit.estimate.ci_high
    assert fit.shrink is None
    assert fit.to_frame()["k"][0] == fit.k


@EVERY
def test_the_order_of_trials_does_not_matter(model: Model) -> None:
    there, mixed = model.fit(effects()), model.fit(effects().take([2, 3, 1, 0]))
    assert mixed.estimate.value == pytest.approx(there.estimate.value)
    np.testing.assert_allclose(mixed.weights, there.weights[[2, 3, 1, 0]])


@EVERY
def test_a_model_is_a_value(model: Model) -> None:
    assert isinstance(model, Model)
    assert hash(model) == hash(eval(repr(model)))


@EVERY
def test_a_trial_alone_is_its_own_estimate_without_heterogeneity(model: Model) -> None:
    fit = model.fit(effects().take([1]))
    assert "single-study" in [caution.code for caution in fit.warnings]
    assert np.isnan([fit.heterogeneity.tau2, fit.heterogeneity.i2]).all()


@EVERY
def test_without_counts_the_columns_wanted_are_named(model: Model) -> None:
    plain = Effects.from_arrays(y=[0.1], v=[0.1])
    with pytest.raises(ModelError, match="n1i, ci, n2i"):
        model.fit(plain)


@EVERY
def test_no_complete_table_is_an_error(model: Model) -> None:
    with pytest.raises(ModelError, match="k = 0"):
        model.fit(effects().take([3]))


@EVERY
def test_correlated_rows_are_pooled_with_a_warning(model: Model) -> None:
    V = np.diag([1.0, 1.0]) + 0.1
    rows = Effects.from_arrays(
        y=[0, 0], V=V, moderators={name: COUNTS[name][:2] for name in COUNTS}
    )
    assert "covariance-ignored" in [c.code for c in model.fit(rows).warnings]


@pytest.mark.parametrize("model", [MantelHaenszel("OR"), MantelHaenszel("RR"), Peto()])
def test_trials_without_events_are_named_and_carry_no_weight(model: Model) -> None:
    fit = model.fit(effects())
    said = [caution for caution in fit.warnings if caution.code == "zero-zero"]
    assert len(said) == 1
    assert ": C." in said[0]
    assert fit.used.tolist() == [0, 1]
    assert fit.weights[2] == 0


def test_trials_without_events_do_enter_a_risk_difference() -> None:
    assert MantelHaenszel("RD").fit(effects()).used.tolist() == [0, 1, 2]
    dropped = MantelHaenszel("RD", drop00=(True, True)).fit(effects())
    assert dropped.used.tolist() == [0, 1]


def test_an_infinite_ratio_is_refused_with_a_way_out() -> None:
    never = effects(ci=[0, 0, 0, 0])
    with pytest.raises(ModelError, match="Add a constant"):
        MantelHaenszel("RR").fit(never)
    corrected = MantelHaenszel("RR", add=(0.5, 0.5), to=("only0", "only0"))
    assert np.isfinite(corrected.fit(never).estimate.value)


def test_effects_of_another_measure_are_refused() -> None:
    with pytest.raises(ModelError, match="'RR', and this model estimates OR"):
        MantelHaenszel("OR").fit(effects("RR"))


@pytest.mark.parametrize(
    "option",
    [
        {"measure": "HR"},
        {"add": 0.5},
        {"add": (0.5, -1.0)},
        {"to": ("only0", "some")},
        {"drop00": True},
        {"variance": "robins"},
        {"level": 95},
    ],
)
def test_options_that_are_not_allowed_are_refused(option) -> None:
    with pytest.raises(OptionError, match=next(iter(option))):
        MantelHaenszel(**option)


def test_tests_need_several_tables_for_homogeneity() -> None:
    tests = MantelHaenszel("OR").tests(effects().take([1]))
    assert np.isnan(tests.breslow_day)
    assert 0 < tests.association_p < 1
    assert next(iter(tests.to_frame())) == "association"


@pytest.mark.parametrize(
    ("outcome", "plain", "corrected", "inverse_variance"),
    [("response", 1.45, 1.44, 1.35), ("remission", 2.49, 2.49, 2.25)],
)
def test_the_published_fixed_effects_are_mantel_haenszel_with_a_half_in_the_zero_cell(
    outcome, plain, corrected, inverse_variance
) -> None:
    of = mm.ptsd_binary_effects(mm.load_evidence("data/raw"), outcome=outcome)
    half = MantelHaenszel("RR", add=(0.5, 0.5), to=("only0", "only0"))
    models = (MantelHaenszel("RR"), half, mm.CommonEffect())
    ratios = [round(float(np.exp(m.fit(of).estimate.value)), 2) for m in models]
    assert ratios == [plain, corrected, inverse_variance]


def test_a_risk_difference_counts_silent_tables_in_and_names_them() -> None:
    given = effects(ai=[0, 4, 9], n1i=[9, 10, 9], ci=[0, 2, 8], n2i=[8, 10, 8])
    fit = MantelHaenszel("RD").fit(given)
    (said,) = [c for c in fit.warnings if c.code == "zero-zero-counted"]
    assert "A, C" in said
    assert "2 trials" in said
    assert fit.k == 3
    dropped = MantelHaenszel("RD", drop00=(True, True)).fit(given)
    assert dropped.k == 1
    assert "zero-zero" in {c.code for c in dropped.warnings}


def test_a_risk_ratio_counts_tables_of_events_only_in_and_an_odds_ratio_does_not() -> (
    None
):
    given = effects(ai=[9, 4, 3], n1i=[9, 10, 9], ci=[8, 2, 1], n2i=[8, 10, 8])
    ratio, odds = MantelHaenszel("RR").fit(given), MantelHaenszel("OR").fit(given)
    assert (ratio.k, odds.k) == (3, 2)
    assert "zero-zero-counted" in {c.code for c in ratio.warnings}
    assert "zero-zero" in {c.code for c in odds.warnings}


@pytest.mark.parametrize(
    "model", [*map(MantelHaenszel, ("OR", "RR", "RD")), Peto()], ids=repr
)
def test_tables_without_any_event_are_an_error(model: Model) -> None:
    with pytest.raises(ModelError):
        model.fit(effects(ai=[0, 0], n1i=[9, 9], ci=[0, 0], n2i=[8, 8]))


@EVERY
def test_one_trial_is_said_to_be_one(model: Model) -> None:
    fit = model.fit(effects().take([1]))
    assert fit.k == 1
    assert fit.heterogeneity.q_df == 0
    assert "single-study" in {c.code for c in fit.warnings}


@EVERY
def test_two_trials_have_one_degree_of_freedom(model: Model) -> None:
    assert model.fit(effects().take([0, 1])).heterogeneity.q_df == 1


def test_perfect_separation_leaves_a_difference_and_no_ratio() -> None:
    given = effects(ai=[9, 10], n1i=[9, 10], ci=[0, 0], n2i=[8, 10])
    for measure in ("OR", "RR"):
        with pytest.raises(ModelError, match="no finite estimate"):
            MantelHaenszel(measure).fit(given)
    with pytest.raises(ModelError, match="no finite estimate"):
        MantelHaenszel("RD").fit(given)
    assert np.isfinite(Peto().fit(given).estimate.value)


def test_the_variance_of_greenland_and_robins_is_that_of_weighted_differences() -> None:
    fit = MantelHaenszel("RD", variance="greenland-robins").fit(effects())
    x1, n1, x2, n2 = (
        np.array(COUNTS[c][:3], float) for c in ("ai", "n1i", "ci", "n2i")
    )
    w = n1 * n2 / (n1 + n2) / (n1 * n2 / (n1 + n2)).sum()
    p1, p2 = x1 / n1, x2 / n2
    spread = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    assert fit.estimate.value == pytest.approx(w @ (p1 - p2))
    assert fit.estimate.se == pytest.approx(np.sqrt(w**2 @ spread))


def test_both_variances_of_a_difference_meet_where_trials_agree() -> None:
    alike = {
        "ai": [300, 800],
        "n1i": [1000, 2000],
        "ci": [100, 600],
        "n2i": [1000, 3000],
    }
    sato, old = (
        MantelHaenszel("RD", variance=kind).fit(effects(**alike)).estimate.se
        for kind in ("sato", "greenland-robins")
    )
    assert sato == pytest.approx(old, rel=1e-3)


def test_meta_adds_constants_to_weights_and_variances_but_not_to_differences() -> None:
    constant = {"add": (0.5, 0.5), "to": ("all", "all")}
    one = effects(ai=[4], n1i=[8], ci=[0], n2i=[4])
    plain, added = (
        MantelHaenszel("RD", variance="greenland-robins", **options).fit(one)
        for options in ({}, constant)
    )
    assert plain.estimate.value == added.estimate.value == 0.5
    assert added.estimate.se != pytest.approx(plain.estimate.se)


def test_q_counts_trials_without_events_when_they_are_not_dropped() -> None:
    kept = MantelHaenszel("OR", drop00=(False, False)).fit(effects())
    dropped = MantelHaenszel("OR").fit(effects())
    y, v = np.log(10.5 / 9.5), 1 / 0.5 + 1 / 9.5 + 1 / 0.5 + 1 / 10.5
    extra = (y - dropped.estimate.value) ** 2 / v
    assert kept.estimate.value == dropped.estimate.value
    assert kept.heterogeneity.q == pytest.approx(dropped.heterogeneity.q + extra)
    assert kept.heterogeneity.q_df == dropped.heterogeneity.q_df + 1


def test_one_effect_is_not_heterogeneous_whatever_is_added_to_it() -> None:
    one = effects(ai=[4], n1i=[8], ci=[1], n2i=[4])
    fit = MantelHaenszel("OR", to=("all", "none")).fit(one)
    assert (fit.heterogeneity.q, fit.heterogeneity.q_df) == (0.0, 0)


RATES = {"x1i": [2, 0, 3, 0, 7], "t1i": [100, 50, 80, 20, 300]}
RATES |= {"x2i": [4, 1, 0, 0, 9], "t2i": [110, 60, 75, 25, 280]}


@pytest.mark.parametrize(
    ("measure", "drop00", "q", "q_p"),
    [
        ("IRR", (True, False), 2.37593463428889, 0.498130103776535),
        ("IRR", (False, False), 2.41589689931784, 0.659756356726703),
        ("IRD", (False, True), 3.30167311405595, 0.508667211375864),
    ],
)
def test_rates_that_are_not_pooled_may_enter_q(measure, drop00, q, q_p) -> None:
    # metafor 3.8-1; its code of 5.0 is the same here.
    given = Effects.from_arrays(y=np.zeros(5), v=np.ones(5), moderators=RATES)
    h = MantelHaenszel(measure, drop00=drop00).fit(given).heterogeneity
    np.testing.assert_allclose([h.q, h.q_p], [q, q_p], rtol=1e-10)


def test_a_trial_whose_variance_is_zero_is_left_out_of_q_and_named() -> None:
    # metafor's Q is infinite here.
    given = effects(ai=[9, 4, 3], n1i=[9, 10, 9], ci=[8, 2, 1], n2i=[8, 10, 8])
    fit = MantelHaenszel("RD", add=(0.0, 0.0), drop00=(False, False)).fit(given)
    (said,) = [c for c in fit.warnings if c.code == "without-variance"]
    assert "leave out A:" in said
    assert fit.heterogeneity.q_df == 1
    assert np.isfinite(fit.heterogeneity.q)


def test_a_continuity_correction_never_turns_a_difference_round() -> None:
    # As mantelhaen.test of R; metafor squares what is left below zero.
    alike = effects(ai=[4, 4], n1i=[10, 12], ci=[4, 3], n2i=[10, 10])
    assert MantelHaenszel("OR").tests(alike).association == 0
