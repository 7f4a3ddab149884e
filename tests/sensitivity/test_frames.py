import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import checked, numbers

TABLE = pd.DataFrame({"study": ["A", "B"], "arm": ["a", "b"], "n": [1, 2]})


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(SensitivityError, match=r"lacks the column role; it has study"):
        checked("flow", TABLE, ["study", "role"])


def test_something_that_is_no_frame_is_refused():
    with pytest.raises(SensitivityError, match="guesses is a NoneType"):
        checked("guesses", None, ["study"])  # type: ignore[arg-type]


def test_a_frame_without_rows_is_refused():
    with pytest.raises(SensitivityError, match="no rows"):
        checked("flow", TABLE.iloc[:0], ["study"])


@pytest.mark.parametrize("bad", ["many", -1, np.inf])
def test_a_count_that_is_none_is_named_with_row_and_column(bad):
    table = TABLE.assign(n=[1, bad])
    with pytest.raises(SensitivityError, match=r"row 1 \(study B, arm b\), column n"):
        numbers("flow", table, ["n"])


def test_an_empty_count_stays_missing():
    table = TABLE.assign(n=[1, None])
    assert np.isnan(numbers("flow", table, ["n"])["n"][1])


def test_input_is_never_modified():
    before = TABLE.copy()
    numbers("flow", checked("flow", TABLE, ["study"]), ["n"])
    pd.testing.assert_frame_equal(TABLE, before)
