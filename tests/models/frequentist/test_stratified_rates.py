"""Mantel–Haenszel pooling of events over person-time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng
from numpy.testing import assert_allclose

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import CommonEffect, MantelHaenszel
from mdmameta.models.frequentist.stratified_rates import (
    Rates,
    pooled_rate_difference,
    pooled_rate_ratio,
    rate_association,
)

RATES = {"x1i": [8, 5, 0], "t1i": [100, 80, 50], "x2i": [4, 9, 0], "t2i": [110, 90, 60]}
BOTH = pytest.mark.parametrize("measure", ["IRR", "IRD"])


def effects(measure: str = "", **changed: object) -> Effects:
    columns = RATES | changed
    k = len(columns["x1i"])
    return Effects.from_arrays(
        y=np.zeros(k),
        v=np.ones(k),
        study=list("ABCDEF")[:k],
        measure=measure,
        moderators=columns,
    )


def strata(x1: object, t1: object, x2: object, t2: object) -> Rates:
    return Rates(*(np.atleast_1d(np.array(x, float)) for x in (x1, t1, x2, t2)))


def test_one_trial_gives_its_own_contrast_and_error() -> None:
    one = strata(8, 100, 4, 120)
    ratio, difference = pooled_rate_ratio(one), pooled_rate_difference(one)
    assert ratio.value == pytest.approx(np.log(8 / 100 / (4 / 120)))
    assert ratio.se == pytest.approx(np.sqrt(1 / 8 + 1 / 4))
    assert difference.value == pytest.approx(8 / 100 - 4 / 120)
    assert difference.se == pytest.approx(np.sqrt(8 / 100**2 + 4 / 120**2))


def test_equal_trials_are_pooled_as_one_of_their_sum() -> None:
    one, many = strata(8, 100, 4, 120), strata([2] * 4, [25] * 4, [1] * 4, [30] * 4)
    for pool in (pooled_rate_ratio, pooled_rate_difference):
        assert pool(many).value == pytest.approx(pool(one).value)
        assert pool(many).se == pytest.approx(pool(one).se)
    assert_allclose(rate_association(many), rate_association(one))


@BOTH
def test_groups_exchanged_change_the_sign_alone(measure: str) -> None:
    there = MantelHaenszel(measure).fit(effects()).estimate  # type: ignore[arg-type]
    names = {"x1i": "x2i", "t1i": "t2i", "x2i": "x1i", "t2i": "t1i"}
    turned = effects(**{new: RATES[old] for old, new in names.items()})
    back = MantelHaenszel(measure).fit(turned).estimate  # type: ignore[arg-type]
    assert back.value == pytest.approx(-there.value)
    assert back.se == pytest.approx(there.se)


def test_the_unit_of_time_scales_a_difference_and_leaves_a_ratio() -> None:
    in_days = effects(
        t1i=[365 * t for t in RATES["t1i"]], t2i=[365 * t for t in RATES["t2i"]]
    )
    for measure, factor in (("IRR", 1.0), ("IRD", 365.0)):
        model = MantelHaenszel(measure)  # type: ignore[arg-type]
        days, years = model.fit(in_days).estimate, model.fit(effects()).estimate
        assert factor * days.value == pytest.approx(years.value)
        assert factor * days.se == pytest.approx(years.se)
        assert model.fit(in_days).heterogeneity.q == pytest.approx(
            model.fit(effects()).heterogeneity.q
        )


def test_errors_are_those_of_simulated_sparse_trials() -> None:
    rng, k = default_rng(20240811), 30
    t1, t2 = rng.uniform(50, 200, k), rng.uniform(50, 200, k)
    rate = rng.uniform(0.01, 0.05, k)
    drawn = [
        strata(rng.poisson(1.5 * rate * t1), t1, rng.poisson(rate * t2), t2)
        for _ in range(4000)
    ]
    pooled = [pooled_rate_ratio(one) for one in drawn]
    values = np.array([p.value for p in pooled])
    assert values.mean() == pytest.approx(np.log(1.5), abs=0.01)
    assert np.mean([p.se for p in pooled]) == pytest.approx(values.std(), rel=0.03)


def test_the_difference_of_simulated_trials_is_unbiased_and_its_error_right() -> None:
    rng, k = default_rng(20240812), 20
    t1, t2 = rng.uniform(50, 200, k), rng.uniform(50, 200, k)
    rate = rng.uniform(0.01, 0.05, k)
    pooled = [
        pooled_rate_difference(
            strata(rng.poisson((rate + 0.02) * t1), t1, rng.poisson(rate * t2), t2)
        )
        for _ in range(4000)
    ]
    values = np.array([p.value for p in pooled])
    assert values.mean() == pytest.approx(0.02, abs=3e-4)
    assert np.mean([p.se for p in pooled]) == pytest.approx(values.std(), rel=0.03)


def test_many_events_lead_to_the_pooling_by_inverse_variance() -> None:
    rates = {name: np.array([*x[:2], x[0]]) * 1e6 for name, x in RATES.items()}
    alike = {**rates, "x2i": rates["x1i"] * rates["t2i"] / rates["t1i"] / 2}
    sizes = effect_size("IRR", **alike)
    whole = effects(**{name: x.tolist() for name, x in alike.items()})
    inverse = CommonEffect().fit(Effects.from_arrays(sizes["y"], sizes["v"]))
    here = MantelHaenszel("IRR").fit(whole)
    assert here.estimate.value == pytest.approx(inverse.estimate.value, abs=1e-9)
    assert here.estimate.value == pytest.approx(np.log(2), abs=1e-9)


def test_a_ratio_leaves_a_trial_without_events_out_and_names_it() -> None:
    fit = MantelHaenszel("IRR").fit(effects())
    (said,) = [c for c in fit.warnings if c.code == "zero-zero"]
    assert "C" in said
    assert fit.k == 2
    assert fit.weights[2] == 0
    without = MantelHaenszel("IRR").fit(effects().take([0, 1]))
    assert fit.estimate.value == without.estimate.value


def test_a_difference_counts_a_trial_without_events_in_and_names_it() -> None:
    fit = MantelHaenszel("IRD").fit(effects())
    (said,) = [c for c in fit.warnings if c.code == "zero-zero-counted"]
    assert "C" in said
    assert fit.k == 3
    assert fit.weights[2] > 0
    dropped = MantelHaenszel("IRD", drop00=(True, True)).fit(effects())
    assert dropped.k == 2
    assert [c.code for c in dropped.warnings] == ["zero-zero"]


@BOTH
def test_nobody_with_an_event_is_an_error_that_says_so(measure: str) -> None:
    with pytest.raises(ModelError, match="no finite estimate"):
        MantelHaenszel(measure).fit(  # type: ignore[arg-type]
            effects(x1i=[0, 0, 0], x2i=[0, 0, 0])
        )


def test_one_group_without_events_leaves_a_difference_and_no_ratio() -> None:
    given = effects(x2i=[0, 0, 0])
    assert MantelHaenszel("IRD").fit(given).estimate.value > 0
    with pytest.raises(ModelError, match="one group has no events"):
        MantelHaenszel("IRR").fit(given)
    corrected = MantelHaenszel("IRR", add=(0.5, 0.5), to=("only0", "only0"))
    assert np.isfinite(corrected.fit(given).estimate.value)


@BOTH
def test_one_trial_has_no_heterogeneity_and_says_so(measure: str) -> None:
    fit = MantelHaenszel(measure).fit(effects().take([0]))  # type: ignore[arg-type]
    assert fit.k == 1
    assert fit.heterogeneity.q_df == 0
    assert np.isnan(fit.heterogeneity.i2)
    assert "single-study" in {c.code for c in fit.warnings}


@BOTH
def test_missing_person_time_drops_a_trial(measure: str) -> None:
    fit = MantelHaenszel(measure).fit(  # type: ignore[arg-type]
        effects(t1i=[100, np.nan, 50])
    )
    assert 1 not in fit.used
    assert "rows-dropped" in {c.code for c in fit.warnings}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"t1i": [100, 0, 50]}, "study B: 5 events in 0"),
        ({"x2i": [4, -1, 0]}, "study B"),
        ({"x2i": ["four", 1, 0]}, "x2i"),
    ],
)
def test_impossible_rates_are_named(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        MantelHaenszel("IRR").fit(effects(**changed))


def test_effects_without_rates_or_of_another_measure_are_refused() -> None:
    plain = Effects.from_arrays(y=[0.1, 0.2], v=[1, 1])
    with pytest.raises(ModelError, match="x1i, t1i, x2i, t2i"):
        MantelHaenszel("IRR").fit(plain)
    with pytest.raises(ModelError, match="of measure 'IRD'"):
        MantelHaenszel("IRR").fit(effects("IRD"))


def test_only_the_test_of_association_exists_for_rates() -> None:
    tests = MantelHaenszel("IRR").tests(effects())
    plain = MantelHaenszel("IRR", correct=False).tests(effects())
    assert 0 < tests.association < plain.association
    assert np.isnan(tests.breslow_day)
    assert tests.df == 0
    assert tests.to_frame().shape == (1, 7)
