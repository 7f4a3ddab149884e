"""Standardised residuals."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, MetaRegression
from mdmameta.sensitivity import rstandard, rstudent

EFFECTS = Effects.from_arrays(
    y=[0.0, 1.0, 5.0], v=[1.0, 1.0, 1.0], moderators={"control": ["x", "y", "y"]}
)


def test_standard_errors_leave_out_what_the_mean_takes_up() -> None:
    table = rstandard(EFFECTS, CommonEffect())
    np.testing.assert_allclose(table["resid"], [-2, -1, 3])
    np.testing.assert_allclose(table["se"], np.sqrt(2 / 3))


def test_a_deleted_residual_compares_a_row_with_the_others() -> None:
    table = rstudent(EFFECTS, CommonEffect())
    np.testing.assert_allclose(table["resid"], [-3, -1.5, 4.5])
    np.testing.assert_allclose(table["se"], np.sqrt(1.5))


@pytest.mark.parametrize("residuals", [rstandard, rstudent])
def test_a_row_that_fixes_a_coefficient_has_no_residual(residuals) -> None:
    model = MetaRegression("~ control", tau2=0.0, interval="wald")
    assert np.isnan(residuals(EFFECTS, model)["z"][0])


def test_a_row_far_more_precise_than_others_keeps_its_residual() -> None:
    v = np.array([1e-6, 2.0, 4.0])
    table = rstandard(Effects.from_arrays([3.0, 3.2, 2.1], v), CommonEffect())
    left = 1 - (1 / v[0]) / (1 / v).sum()
    assert table["se"][0] == pytest.approx(np.sqrt(v[0] * left), rel=1e-6)


def test_standard_errors_of_a_plain_mean_count_every_variance_in_it() -> None:
    v = np.array([1.0, 0.5, 2.0])
    effects = Effects.from_arrays(y=[0.0, 1.0, 5.0], v=v)
    table = rstandard(effects, CommonEffect(weights="equal"))
    np.testing.assert_allclose(table["resid"], [-2, -1, 3])
    np.testing.assert_allclose(table["se"] ** 2, v - 2 * v / 3 + v.sum() / 9)
