"""The table of coefficients."""

from __future__ import annotations

import numpy as np

from mdmameta.models.coefficient_table import NUMBERS, coefficient_table


def table(value: float = 1.0):
    return coefficient_table(("a", "b"), value, 0.5, 2.0, np.inf, 0.04, 0.1, [1.9, 2])


def test_each_number_has_its_column_and_each_term_its_row():
    found = table()
    assert list(found.columns) == ["term", *NUMBERS]
    assert found["term"].tolist() == ["a", "b"]
    assert found["ci_high"].tolist() == [1.9, 2.0]
    assert found["se"].tolist() == [0.5, 0.5]


def test_what_is_done_to_one_table_is_not_done_to_the_next():
    first = table()
    first.columns.name, first.index.name = "number", "row"
    first.loc[0, "term"] = "changed"
    again = table()
    assert again.columns.name is None
    assert again.index.name is None
    assert again["term"].tolist() == ["a", "b"]
