"""What every measure says about itself."""

from __future__ import annotations

import inspect
import re
from typing import get_args

import pytest

from mdmameta.effects.measures import MEASURES, effect_size
from mdmameta.effects.recipe import BackTransform
from mdmameta.options import Measure

TABLE = {
    line.split()[0].rstrip("°"): line
    for line in (inspect.getdoc(effect_size) or "").splitlines()
    if re.match(r"[A-Z0-9]{2,6}°? {2,}", line)
}


def test_every_code_of_the_options_has_a_recipe_in_the_same_order() -> None:
    assert tuple(MEASURES) == get_args(Measure)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_table_of_the_docstring_is_that_of_the_recipes(measure: str) -> None:
    recipe, line = MEASURES[measure], TABLE[measure]
    assert recipe.meaning in line
    assert line.endswith(recipe.source)
    assert ("°" in line) == (recipe.add == 0)
    kinds = [k for k in get_args(recipe.vtypes) if k not in ("LS", "uncorrected-d")]
    assert set(kinds) <= set(line.split())


@pytest.mark.parametrize("measure", MEASURES)
def test_the_way_back_and_the_null_value_are_known(measure: str) -> None:
    recipe = MEASURES[measure]
    assert recipe.back_transform in get_args(BackTransform)
    assert get_args(recipe.vtypes)[0] == "LS"
    assert recipe.null in (0.0, 0.5, None)


@pytest.mark.parametrize("measure", [m for m in MEASURES if m[0] == "Z" and m != "ZR2"])
def test_every_z_leads_back_to_a_correlation(measure: str) -> None:
    assert MEASURES[measure].back_transform == "tanh"
