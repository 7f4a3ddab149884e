import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import (
    checked,
    contrast_roles,
    keys,
    matching_notes,
    moved,
    numbers,
    scaled,
)

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


def test_nothing_that_matches_names_both_sides():
    effects = Effects.from_arrays(y=[1], v=[1], study=["Z"])
    with pytest.raises(SensitivityError, match=r"flow: A, B; effects: Z"):
        keys(effects, TABLE, "flow")


def test_studies_are_matched_by_id_where_labels_do_not():
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["Smith 2001"], moderators={"study_id": ["B"]}
    )
    assert list(keys(effects, TABLE, "flow")) == ["B"]


def test_what_matches_nothing_is_stated_on_both_sides():
    notes = matching_notes("flow", TABLE, np.array(["B", "C"]))
    assert notes == (
        "flow: not among the effects, not used: A.",
        "flow: no row for C.",
    )


def test_added_variance_stands_on_the_diagonal_of_a_covariance():
    effects = Effects.from_arrays(y=[1, 2], V=[[1, 0.5], [0.5, 1]])
    out = moved(effects, [0, 1], [0.2, 0.0])
    np.testing.assert_allclose(out.V, [[1.2, 0.5], [0.5, 1]])
    np.testing.assert_allclose(out.v, [1.2, 1])


def test_scaling_covers_the_covariance():
    effects = Effects.from_arrays(y=[1, 2], V=[[1, 0.5], [0.5, 1]])
    out = scaled(effects, [1.0, 0.5])
    np.testing.assert_allclose(out.y, [1, 1])
    np.testing.assert_allclose(out.V, [[1, 0.25], [0.25, 0.25]])


def test_the_arms_that_a_contrast_names_are_its_sides():
    table = pd.DataFrame(
        {
            "study": ["A"] * 3,
            "arm": ["high", "mid", "low"],
            "role": ["active", "medium", "control"],
        }
    )
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["A"], moderators={"active_arm": ["mid"]}
    )
    assert list(contrast_roles(effects, table, effects.study)["role"]) == [
        "medium",
        "active",
        "control",
    ]
