"""Data of the radial plot."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity import radial

EFFECTS = Effects.from_arrays(
    y=[0.0, 1.0, np.nan, 5.0], v=[1.0, 0.25, 1.0, 1.0], study=list("ABCD")
)


def test_the_slope_through_the_origin_is_the_estimate() -> None:
    found = radial(EFFECTS, RandomEffects())
    x, z = found.to_frame()["x"], found.to_frame()["z"]
    assert x @ z / (x @ x) == pytest.approx(found.slope)
    assert found.slope_low < found.slope < found.slope_high


def test_studies_far_from_the_line_are_outside_the_band() -> None:
    table = radial(EFFECTS, CommonEffect()).to_frame()
    assert table.loc[table["outside"], "study"].tolist() == ["D"]


def test_heterogeneity_draws_the_points_into_the_band() -> None:
    assert not radial(EFFECTS, RandomEffects(tau2=25.0)).to_frame()["outside"].any()


def test_moderators_leave_no_single_slope() -> None:
    effects = Effects.from_arrays(y=[0, 1, 2], v=[1, 1, 1], moderators={"x": [1, 2, 4]})
    with pytest.raises(SensitivityError, match="one slope"):
        radial(effects, MetaRegression("~ x"))
