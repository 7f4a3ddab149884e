"""The influence set."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity import influence
from mdmameta.sensitivity.influence import Influence

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


@pytest.mark.parametrize("model", [RandomEffects(tau2="GENQ"), BayesianRandomEffects()])
def test_models_with_other_weights_are_refused_with_a_way_out(model: Model) -> None:
    with pytest.raises(SensitivityError, match=r"1 / \(v \+ tau2\).*leave_one_out"):
        influence(EFFECTS, model)
