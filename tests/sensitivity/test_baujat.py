"""Data of the Baujat plot."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity import baujat
from mdmameta.sensitivity.deleted import regressed

EFFECTS = Effects.from_arrays(
    y=[0.0, 1.0, 5.0], v=[1.0, 0.5, 1.0], moderators={"control": ["x", "y", "y"]}
)


def test_contributions_of_a_common_effect_add_up_to_q() -> None:
    table = baujat(EFFECTS, CommonEffect())
    q = CommonEffect().fit(EFFECTS).heterogeneity.q
    assert table["heterogeneity"].sum() == pytest.approx(q)


def test_influence_is_the_move_of_the_estimate_in_standard_errors() -> None:
    table, model = baujat(EFFECTS, CommonEffect()), CommonEffect()
    whole, without = model.fit(EFFECTS), model.fit(EFFECTS.take([1, 2]))
    move = (whole.estimate.value - without.estimate.value) / without.estimate.se
    assert table["influence"][0] == pytest.approx(move**2)


def test_a_row_that_fixes_a_coefficient_has_no_influence_to_show() -> None:
    table = baujat(EFFECTS, MetaRegression("~ control", tau2=0.0, interval="wald"))
    assert np.isnan(table["influence"][0])


def test_given_weights_need_no_refits_and_say_the_same_as_refits() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=9)
    of = Effects.from_arrays(rng.normal(size=9), 0.1 + x**2, moderators={"x": x})
    for model in (
        CommonEffect(),
        RandomEffects(0.3, "t"),
        MetaRegression("~ x", 0.2, "wald"),
    ):
        data = regressed(of, model)
        fits = list(data.without_each())
        moved = [
            (data.X[i] @ (data.beta - fit.params)) ** 2
            / (data.X[i] @ fit.vcov @ data.X[i])
            for i, fit in enumerate(fits)
        ]
        np.testing.assert_allclose(baujat(of, model)["influence"], moved)


def test_an_interval_that_rests_on_residuals_is_refitted() -> None:
    of = Effects.from_arrays([0.1, 0.5, 0.2, 0.9], [0.1, 0.2, 0.1, 0.3])
    classic = baujat(of, CommonEffect())["influence"]
    scaled = baujat(of, CommonEffect("knapp-hartung"))["influence"]
    assert not np.allclose(classic, scaled)


def test_a_row_without_which_there_is_no_fit_has_no_influence_either() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.5, 0.3, 0.9], [0.1] * 4, moderators={"control": list("abbb")}
    )
    influence = baujat(effects, MetaRegression("~ control"))["influence"]
    assert np.isnan(influence).tolist() == [True, False, False, False]


def test_a_mean_of_equal_weights_moves_by_its_own_errors() -> None:
    v = EFFECTS.v
    table = baujat(EFFECTS, CommonEffect(weights="equal"))
    moves = EFFECTS.y.mean() - np.array([3.0, 2.5, 0.5])
    variances = np.array([v[1] + v[2], v[0] + v[2], v[0] + v[1]]) / 4
    np.testing.assert_allclose(table["influence"], moves**2 / variances)
    resid = EFFECTS.y - EFFECTS.y.mean()
    np.testing.assert_allclose(table["heterogeneity"], resid**2 / v)
