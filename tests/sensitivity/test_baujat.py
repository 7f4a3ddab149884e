"""Data of the Baujat plot."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, MetaRegression
from mdmameta.sensitivity import baujat

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
