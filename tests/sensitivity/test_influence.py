"""The influence set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import (
    CommonEffect,
    MantelHaenszel,
    MetaRegression,
    RandomEffects,
)
from mdmameta.options import Interval
from mdmameta.sensitivity import influence
from mdmameta.sensitivity.influence_set import Influence

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.2, 0.3, 0.2, 3.0],
    v=[0.05, 0.04, 0.05, 0.06, 0.05],
    study=list("ABCDE"),
    moderators={"dose": [0, 1, 2, 1, 5], "control": ["x", "y", "y", "y", "y"]},
)


def test_an_outlier_is_marked_and_named() -> None:
    frame = influence(EFFECTS, RandomEffects(interval="wald")).frame
    assert frame.loc[frame["is_infl"], "study"].tolist() == ["E"]


def test_equal_weights_give_equal_leverages_that_add_to_the_coefficients() -> None:
    found = influence(EFFECTS, MetaRegression("~ dose", interval="wald"))
    assert found.frame["hat"].sum() == pytest.approx(2)
    assert list(found.dfbetas) == ["study", "Intercept", "dose"]


def test_without_a_row_tau2_and_q_are_those_of_the_refit() -> None:
    model = RandomEffects(tau2="DL")
    last = influence(EFFECTS, model).frame.iloc[4]
    refit = model.fit(EFFECTS.take([0, 1, 2, 3]))
    assert last["tau2_del"] == refit.heterogeneity.tau2
    assert last["qe_del"] == refit.heterogeneity.q


def test_a_row_that_alone_carries_a_coefficient_has_no_statistics() -> None:
    model = MetaRegression("~ control", tau2="DL", interval="wald")
    first = influence(EFFECTS, model).frame.iloc[0]
    assert np.isnan(first["rstudent"])
    assert first["hat"] == pytest.approx(1)


def test_the_frame_joins_changes_of_every_coefficient() -> None:
    found = influence(EFFECTS, CommonEffect())
    assert isinstance(found, Influence)
    assert list(found.to_frame())[-2:] == ["is_infl", "dfbetas_Intercept"]


def test_influence_does_not_depend_on_units_or_order() -> None:
    model, order = RandomEffects(), [3, 1, 4, 0, 2]
    scaled = Effects.from_arrays(y=EFFECTS.y * 10, v=EFFECTS.v * 100).take(order)
    ours, theirs = influence(scaled, model).frame, influence(EFFECTS, model).frame
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "hat", "weight"):
        np.testing.assert_allclose(ours[name], theirs[name][order], rtol=1e-6)


def test_identical_effects_have_no_distance_to_measure() -> None:
    same = Effects.from_arrays(y=[1.0, 1.0, 1.0], v=[0.1, 0.1, 0.1])
    frame = influence(same, RandomEffects(interval="knapp-hartung")).frame
    assert frame["cook_d"].isna().all()
    assert not frame["is_infl"].any()


def test_correlated_rows_are_refused_with_a_way_out() -> None:
    V = np.diag([0.1, 0.1]) + 0.01
    correlated = Effects.from_arrays(y=[0.0, 1.0], V=V)
    with pytest.raises(SensitivityError, match="leave_one_out"):
        influence(correlated, CommonEffect())


@pytest.mark.parametrize("interval", ["wald", "knapp-hartung"])
@pytest.mark.parametrize("mods", [None, "~ dose"])
def test_given_weights_that_are_the_usual_ones_give_the_usual_set(
    interval: Interval, mods: str | None
) -> None:
    usual, given = (
        CommonEffect(interval=interval, weights=weights)
        if mods is None
        else MetaRegression(mods, tau2=0.0, interval=interval, weights=weights)
        for weights in ("inverse-variance", tuple(1 / EFFECTS.v))
    )
    theirs, ours = influence(EFFECTS, usual), influence(EFFECTS, given)
    pd.testing.assert_frame_equal(ours.frame, theirs.frame)
    pd.testing.assert_frame_equal(ours.dfbetas, theirs.dfbetas)


def test_with_equal_weights_the_set_is_that_of_plain_means() -> None:
    model = RandomEffects(tau2="DL", interval="wald", weights="equal")
    found = influence(EFFECTS, model)
    y, v, k = EFFECTS.y, EFFECTS.v, EFFECTS.k
    for row, one in found.frame.iterrows():
        rest = np.delete(np.arange(k), row)
        tau2 = RandomEffects("DL").fit(EFFECTS.take(rest)).heterogeneity.tau2
        left, of_all = (v[rest] + tau2).sum() / (k - 1) ** 2, (v + tau2).sum() / k**2
        moved = y.mean() - y[rest].mean()
        resid = y[row] - y[rest].mean()
        assert one["rstudent"] == pytest.approx(resid / np.sqrt(v[row] + tau2 + left))
        assert one["dffits"] == pytest.approx(moved / np.sqrt(of_all))
        assert found.dfbetas.loc[row, "Intercept"] == pytest.approx(one["dffits"])
        assert one["hat"] == pytest.approx(1 / k)
        assert one["weight"] == pytest.approx(100 / k)


def test_weights_stay_with_their_rows_whether_numbers_or_a_column() -> None:
    weights = [1.0, 2.0, 3.0, 4.0, 5.0]
    effects = replace(EFFECTS, frame=EFFECTS.frame.assign(quality=weights))
    by_name = influence(effects, RandomEffects(weights="quality"))
    by_number = influence(effects, RandomEffects(weights=weights))
    pd.testing.assert_frame_equal(by_number.frame, by_name.frame)
    assert by_name.frame["hat"].tolist() == pytest.approx([w / 15 for w in weights])


def test_weights_that_leave_out_tau2_are_those_of_the_leverages() -> None:
    found = influence(EFFECTS, RandomEffects(tau2="GENQ")).frame
    w = 1 / EFFECTS.v
    assert found["hat"].tolist() == pytest.approx((w / w.sum()).tolist())


@pytest.mark.parametrize("model", [MantelHaenszel("OR"), BayesianRandomEffects()])
def test_models_without_weights_of_rows_are_refused_with_a_way_out(
    model: Model,
) -> None:
    counts = {"ai": [4, 6, 9], "n1i": [20, 30, 41], "ci": [8, 9, 15], "n2i": [20] * 3}
    sizes = effect_size("OR", **counts)
    effects = Effects.from_arrays(
        y=sizes["y"], v=sizes["v"], measure="OR", moderators=counts
    )
    with pytest.raises(SensitivityError, match=r"1 / \(v \+ tau2\).*leave_one_out"):
        influence(effects, model)
