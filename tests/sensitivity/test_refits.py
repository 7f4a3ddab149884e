"""Refits in a table."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression
from mdmameta.sensitivity import leave_one_out
from mdmameta.sensitivity.refits import Refits, check_enough, numbers_of

FIT = CommonEffect().fit(Effects.from_arrays(y=[0.0, 1.0], v=[1.0, 1.0]))


def test_a_refit_that_failed_has_the_same_columns_as_one_that_did_not() -> None:
    assert list(numbers_of(None)) == list(numbers_of(FIT))


def test_a_failure_is_shown_with_its_reason() -> None:
    refits = Refits(
        whole=FIT,
        labels=("A", "B"),
        fits=(FIT, None),
        failures=("", "no rows"),
        label_name="left_out",
    )
    table = refits.to_frame()
    assert table["warnings"].tolist() == ["", "no rows"]
    assert np.isnan(table["value"][1])


def test_no_coefficients_without_any_refit() -> None:
    refits = Refits(
        whole=FIT, labels=("A",), fits=(None,), failures=("x",), label_name="added"
    )
    with pytest.raises(SensitivityError, match="no refit"):
        refits.coefficients()


def test_one_unit_is_too_few() -> None:
    with pytest.raises(SensitivityError, match="only one row is used \\(A\\)"):
        check_enough(["A"], "row")


def test_a_refit_that_loses_a_level_is_a_failure_that_names_it() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.5, 0.9, 0.3, 0.4],
        [0.1] * 5,
        study=list("VWXYZ"),
        moderators={"arm": list("aabbc")},
    )
    table = leave_one_out(effects, MetaRegression("~ arm")).to_frame()
    last = table.iloc[-1]
    assert np.isnan(last["value"])
    assert "the coefficients differ: arm[T.c]" in last["warnings"]
    assert table["value"][:4].notna().all()
