"""Refits as studies arrive."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import cumulative

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, np.nan, 0.9, 0.3],
    v=[0.02, 0.05, 0.03, 0.04, 0.1],
    study=["A", "B", "C", "D", "E"],
    moderators={"year": [2021, 2015, 2010, np.nan, 2015]},
)


def test_the_last_refit_is_the_fit_to_everything() -> None:
    refits = cumulative(EFFECTS, RandomEffects(), "year")
    last = refits.to_frame().iloc[-1]
    assert last["value"] == pytest.approx(refits.whole.estimate.value)
    assert last["k"] == refits.whole.k == 4


def test_ties_stay_in_order_and_the_undated_come_last() -> None:
    assert cumulative(EFFECTS, CommonEffect(), "year").labels == ("B", "E", "A", "D")


def test_without_an_order_rows_are_added_as_they_stand() -> None:
    assert cumulative(EFFECTS, CommonEffect()).labels == ("A", "B", "D", "E")


def test_values_order_rows_as_well_as_a_moderator() -> None:
    refits = cumulative(EFFECTS, CommonEffect(), -EFFECTS.v)
    assert refits.labels == ("E", "B", "D", "A")


def test_rows_of_one_year_may_arrive_together() -> None:
    table = cumulative(EFFECTS, CommonEffect(), "year", collapse=True).to_frame()
    assert table["added"].tolist() == ["B + E", "A", "D"]
    assert table["k"].tolist() == [2, 3, 4]


def test_the_first_study_alone_is_its_own_estimate() -> None:
    first = cumulative(EFFECTS, RandomEffects(), "year").to_frame().iloc[0]
    assert first["value"] == 0.5
    assert "Only one study" in first["warnings"]


def test_an_unknown_moderator_is_named_with_those_there_are() -> None:
    with pytest.raises(SensitivityError, match=r"'dose' is not among .*'year'"):
        cumulative(EFFECTS, CommonEffect(), "dose")


def test_an_order_has_one_value_a_row() -> None:
    with pytest.raises(SensitivityError, match="2 values for 5"):
        cumulative(EFFECTS, CommonEffect(), [1, 2])
