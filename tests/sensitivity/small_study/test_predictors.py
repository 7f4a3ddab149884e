"""Sizes of studies: where they are looked for, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.small_study.predictors import sizes


def of(**columns: list[float]) -> Effects:
    y, v = [0.1, 0.4, 0.9], [0.02, 0.05, 0.2]
    return Effects.from_arrays(y=y, v=v, moderators=columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"ni": [90, 60, 30]},
        {"n": [90, 60, 30]},
        {"n1i": [50, 30, 10], "n2i": [40, 30, 20]},
        {"n_active": [50, 30, 10], "n_control": [40, 30, 20]},
        {"ni": [90, 60, 30], "n": [1, 1, 1], "n1i": [2, 2, 2], "n2i": [2, 2, 2]},
    ],
)
def test_sizes_are_found_among_the_moderators_totals_first(columns: dict) -> None:
    np.testing.assert_array_equal(sizes(of(**columns)), [90, 60, 30])


def test_sizes_are_a_column_that_is_named_or_numbers() -> None:
    effects = of(people=[9, 6, 3], ni=[90, 60, 30])
    np.testing.assert_array_equal(sizes(effects, "people"), [9, 6, 3])
    np.testing.assert_array_equal(sizes(effects, [1, 2, 3]), [1, 2, 3])


def test_one_arm_alone_is_no_size() -> None:
    with pytest.raises(SensitivityError, match=r"give n=\.\.\., or a column 'ni'"):
        sizes(of(n1i=[50, 30, 10]))


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SensitivityError, match=r"n='size' is no column .*\('ni'\)"):
        sizes(of(ni=[90, 60, 30]), "size")
    with pytest.raises(SensitivityError, match=r"\(none\)"):
        sizes(of(), "size")


def test_sizes_for_other_rows_are_refused() -> None:
    with pytest.raises(SensitivityError, match="2 numbers for 3 rows"):
        sizes(of(), [10, 20])
