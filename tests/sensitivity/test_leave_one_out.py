"""Refits without each row or study."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError, SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity import leave_one_out

NESTED = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, np.nan],
    v=[0.02, 0.05, 0.03, 0.04, 0.1],
    study=["A", "A", "B", "C", "D"],
    moderators={"control": ["x", "y", "y", "y", "y"]},
)


def test_each_refit_is_the_fit_of_the_remaining_rows() -> None:
    model = RandomEffects()
    table = leave_one_out(NESTED, model).to_frame()
    expected = model.fit(NESTED.take([0, 2, 3]))
    assert table["left_out"].tolist() == ["A", "A", "B", "C"]
    assert table["value"][1] == expected.estimate.value
    assert table["pi_high"][1] == expected.estimate.pi_high


def test_a_study_is_left_out_with_all_of_its_rows() -> None:
    table = leave_one_out(NESTED, CommonEffect(), by="study").to_frame()
    assert table["left_out"].tolist() == ["A", "B", "C"]
    assert table["k"].tolist() == [2, 3, 3]


def test_rows_that_the_model_does_not_use_are_not_left_out() -> None:
    assert "D" not in leave_one_out(NESTED, CommonEffect()).labels


def test_correlated_rows_keep_their_covariances() -> None:
    V = np.diag([0.1, 0.1, 0.1]) + 0.05 * (1 - np.eye(3))
    effects = Effects.from_arrays(y=[0.0, 1.0, 2.0], V=V)
    refits = leave_one_out(effects, CommonEffect())
    kept = refits.fits[0].effects.covariance
    np.testing.assert_array_equal(kept, V[1:, 1:])


def test_a_coefficient_that_is_lost_leaves_a_reason_and_no_number() -> None:
    model = MetaRegression("~ control", tau2="DL", interval="wald")
    refits = leave_one_out(NESTED, model)
    first = refits.to_frame().iloc[0]
    assert refits.fits[0] is None
    assert np.isnan(first["value"])
    assert "control" in first["warnings"]


def test_coefficients_of_every_refit_are_in_one_table() -> None:
    model = MetaRegression("~ control", tau2="DL", interval="wald")
    table = leave_one_out(NESTED, model).coefficients()
    assert table["left_out"].tolist() == ["A", "A", "B", "B", "C", "C"]
    assert set(table["term"]) == {"Intercept", "control[T.y]"}


def test_only_warnings_that_are_new_stand_beside_a_refit() -> None:
    effects = Effects.from_arrays(
        y=[0.1, 0.1, 5.0], v=[0.1, 0.1, 0.1], caveats=["Small trials."]
    )
    model = RandomEffects(interval="wald")
    table = leave_one_out(effects, model).to_frame()
    assert not table["warnings"].str.contains("Small trials").any()
    assert "boundary" in table["warnings"][2]


def test_one_row_cannot_be_left_out() -> None:
    with pytest.raises(SensitivityError, match="At least two"):
        leave_one_out(NESTED.take([0]), CommonEffect())


def test_one_study_of_two_rows_cannot_be_left_out() -> None:
    with pytest.raises(SensitivityError, match="only one study"):
        leave_one_out(NESTED.take([0, 1]), CommonEffect(), by="study")


def test_another_unit_is_refused() -> None:
    with pytest.raises(OptionError, match="by="):
        leave_one_out(NESTED, CommonEffect(), by="trial")  # type: ignore[arg-type]
