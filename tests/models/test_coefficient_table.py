"""The table of coefficients, whose labels are made once."""

from __future__ import annotations

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.coefficient_table import NUMBERS, coefficient_table
from mdmameta.models.frequentist import MetaRegression, predict

EFFECTS = Effects.from_arrays(
    [0.1, 0.3, 0.4, 0.7], [0.02] * 4, moderators={"dose": [0, 1, 2, 3]}
)


def test_numbers_stand_in_their_columns() -> None:
    values = np.arange(14.0).reshape(7, 2)
    table = coefficient_table(("a", "b"), *values)
    assert table["term"].tolist() == ["a", "b"]
    np.testing.assert_array_equal(table[list(NUMBERS)], values.T)


def test_who_names_an_axis_of_one_table_names_it_in_no_other() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    for table in (fit.coefficients, predict(fit)):
        table.index.name, table.columns.name = "row", "number"
    again = MetaRegression("~ dose").fit(EFFECTS)
    for table in (again.coefficients, predict(again)):
        assert table.index.name is None
        assert table.columns.name is None
