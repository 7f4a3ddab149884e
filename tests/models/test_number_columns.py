"""Columns of numbers, which are stacked without formulaic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from formulaic import Formula

from mdmameta.models.number_columns import number_columns

FRAME = pd.DataFrame(
    {
        "year": [2010, 2012, 2018, 2021],
        "dose": [0.5, 1.0, 1.5, 2.5],
        "the dose": np.array([1, 2, 3, 5], dtype=np.uint8),
        "arm": ["a", "b", "a", "b"],
        "blind": [True, False, True, True],
        "whole": pd.array([1, 2, 3, 4], dtype="Int64"),
        "partly": [1.0, np.nan, 2.0, 3.0],
    },
    index=[3, 1, 4, 2],
)


@pytest.mark.parametrize(
    "formula",
    ["~ year", "~ 0 + dose", "~ dose + year - 1", "~ 1", "~ `the dose` + year + dose"],
)
def test_columns_of_numbers_are_those_of_formulaic(formula: str) -> None:
    found = number_columns(Formula(formula), FRAME, "Intercept")
    theirs = Formula(formula).get_model_matrix(FRAME)
    assert found is not None
    assert found[1] == tuple(theirs.model_spec.column_names)
    np.testing.assert_array_equal(found[0], np.asarray(theirs, dtype=float))


@pytest.mark.parametrize(
    "formula",
    [
        "~ arm", "~ blind", "~ whole", "~ partly", "~ C(year)", "~ year:dose",
        "~ np.log(dose)", "~ {dose + 1}", "~ absent", "~ 2:dose",
    ],
)  # fmt: skip
def test_what_needs_coding_or_judging_is_left_to_formulaic(formula: str) -> None:
    assert number_columns(Formula(formula), FRAME, "Intercept") is None


def test_a_column_called_as_the_intercept_is_left_to_formulaic() -> None:
    frame = FRAME.rename(columns={"year": "Intercept"})
    assert number_columns(Formula("~ dose"), frame, "Intercept") is None


def test_two_columns_of_one_name_are_left_to_formulaic() -> None:
    frame = FRAME.rename(columns={"year": "dose"})
    assert number_columns(Formula("~ dose"), frame, "Intercept") is None
