"""What JSON cannot hold becomes None, and numpy's values Python's."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from mdmameta.models.plain import plain


@pytest.mark.parametrize("value", [pd.NA, pd.NaT, np.nan, float("inf"), -np.inf])
def test_what_is_missing_or_infinite_is_none(value: object) -> None:
    assert plain(value) is None
    assert json.dumps(plain({"a": [value]})) == '{"a": [null]}'


def test_numbers_of_numpy_are_numbers_of_python() -> None:
    found = plain({1: np.arange(2), "b": (np.float64(0.5), np.bool_(True))})
    assert json.dumps(found) == '{"1": [0, 1], "b": [0.5, true]}'
