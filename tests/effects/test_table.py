"""Effects: what they refuse, keep and hand out."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects, Provenance
from mdmameta.errors import EffectsError, OptionError


@pytest.fixture
def effects() -> Effects:
    return Effects.from_arrays(
        y=[-0.5, -0.8, -0.2],
        v=[0.1, 0.2, 0.3],
        study=["A", "B", "C"],
        moderators={"year": [2018, 2021, 2023]},
        provenance=[Provenance(rows=(f"r{i}",), sources=("s",)) for i in range(3)],
        shared_controls=[(0, 2)],
    )


def test_arrays_are_copies_that_cannot_be_written_to(effects: Effects) -> None:
    given = np.array([1.0, 2.0])
    made = Effects.from_arrays(y=given, v=[1, 1])
    given[0] = 9
    assert made.y[0] == 1
    for array in (effects.y, effects.v, effects.study, made.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


def test_effects_are_frozen(effects: Effects) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        effects.y = effects.v  # type: ignore[misc]


def test_variances_become_a_diagonal_matrix(effects: Effects) -> None:
    np.testing.assert_array_equal(effects.V, np.diag([0.1, 0.2, 0.3]))


def test_a_covariance_matrix_gives_its_diagonal_as_variances() -> None:
    V = [[1.0, 0.5], [0.5, 2.0]]
    effects = Effects.from_arrays(y=[0, 1], V=V)
    np.testing.assert_array_equal(effects.v, [1, 2])
    np.testing.assert_array_equal(effects.V, V)


def test_rows_without_a_name_are_numbered_from_one() -> None:
    assert list(Effects.from_arrays(y=[0, 1], v=[1, 1]).study) == ["1", "2"]


def test_missing_values_and_infinite_variances_are_kept_for_the_model() -> None:
    effects = Effects.from_arrays(y=[0, np.nan, 1], v=[1, np.nan, np.inf])
    assert effects.k == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y": [], "v": []}, "k = 0"),
        ({"y": [[1.0]], "v": [1]}, "2 dimensions"),
        ({"y": ["high"], "v": [1]}, "y holds something that is not a number"),
        ({"y": [1], "v": [1, 2]}, "y has 1 rows and v has 2"),
        ({"y": [np.inf, 1], "v": [1, 1]}, r"y is infinite in row 0 \(1\)"),
        ({"y": [1, 2], "v": [1, 0]}, r"v is not positive in row 1 \(2\)"),
        ({"y": [1], "v": [-1]}, "Allowed: a positive variance"),
        ({"y": [1]}, "not neither"),
        ({"y": [1], "v": [1], "V": [[1]]}, "not both"),
        ({"y": [1, 2], "V": [[1]]}, "2 by 2"),
        ({"y": [1, 2], "V": [[1, 0.5], [0.4, 1]]}, r"V\[0, 1\] = 0.5"),
        ({"y": [1, 2], "V": [[1, 2], [2, 1]]}, "smallest eigenvalue is -1"),
        ({"y": [1, 2], "V": [[1, np.nan], [np.nan, 1]]}, "not finite"),
        ({"y": [1, 2], "v": [1, 1], "study": ["A"]}, "1 labels; y has 2 rows"),
        ({"y": [1], "v": [1], "moderators": {"a": [1, 2]}}, "moderators have 2 rows"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(EffectsError, match=message):
        Effects.from_arrays(**arguments)  # type: ignore[arg-type]


def test_taking_rows_takes_everything_that_belongs_to_them(effects: Effects) -> None:
    taken = effects.take([2, 0])
    assert list(taken.study) == ["C", "A"]
    assert list(taken.moderators["year"]) == [2023, 2018]
    assert [p.rows for p in taken.provenance] == [("r2",), ("r0",)]
    assert taken.shared_controls == ((1, 0),)


def test_a_mask_takes_rows_and_drops_broken_groups(effects: Effects) -> None:
    taken = effects.take(effects.y < -0.3)
    assert taken.k == 2
    assert taken.shared_controls == ()


def test_taking_rows_cuts_the_covariance_matrix() -> None:
    V = np.diag([1.0, 2.0, 3.0]) + 0.1
    taken = Effects.from_arrays(y=[1, 2, 3], V=V).take([2, 0])
    np.testing.assert_array_equal(taken.V, V[np.ix_([2, 0], [2, 0])])


def test_taking_no_row_is_refused(effects: Effects) -> None:
    with pytest.raises(EffectsError, match="k = 0"):
        effects.take([False, False, False])


def test_other_effects_keep_the_variances(effects: Effects) -> None:
    shifted = effects.with_y(effects.y + 1)
    np.testing.assert_allclose(shifted.y, effects.y + 1)
    assert shifted.v is effects.v
    with pytest.raises(EffectsError, match="2 rows"):
        effects.with_y([1, 2])


def test_other_variances_make_rows_independent() -> None:
    effects = Effects.from_arrays(y=[0, 1], V=[[1, 0.5], [0.5, 1]]).with_v([2, 2])
    assert effects.covariance is None
    np.testing.assert_array_equal(effects.V, 2 * np.eye(2))


def test_the_moderators_handed_out_are_a_copy(effects: Effects) -> None:
    copy = effects.moderators
    copy.loc[0, "year"] = 1900
    assert effects.moderators.loc[0, "year"] == 2018


def test_the_index_of_given_moderators_does_not_matter() -> None:
    frame = pd.DataFrame({"year": [1, 2]}, index=[7, 3])
    effects = Effects.from_arrays(y=[0, 1], v=[1, 1], moderators=frame)
    assert list(effects.to_frame()["year"]) == [1, 2]


def test_the_table_shows_effects_moderators_and_origin(effects: Effects) -> None:
    table = effects.to_frame()
    assert list(table.columns[:4]) == ["study", "y", "v", "year"]
    assert list(table["rows"]) == ["r0", "r1", "r2"]
    assert len(table) == effects.k


def test_copies_and_pickles_stay_read_only_and_say_the_same(effects: Effects) -> None:
    for twin in (copy.deepcopy(effects), pickle.loads(pickle.dumps(effects))):
        pd.testing.assert_frame_equal(twin.to_frame(), effects.to_frame())
        with pytest.raises(ValueError, match="read-only"):
            twin.y[0] = 1


def test_a_matrix_of_independent_rows_cannot_be_written_to_either() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Effects.from_arrays(y=[0, 1], v=[1, 1]).V[0, 1] = 0.5


def test_effects_are_told_in_one_line(effects: Effects) -> None:
    assert repr(effects) == "Effects(k=3, label='')"
    named = Effects.from_arrays(y=[1], v=[1], label="mine", measure="SMD")
    assert repr(named) == "Effects(k=1, measure='SMD', label='mine')"


def test_a_moderator_called_y_does_not_hide_the_effects() -> None:
    effects = Effects.from_arrays(y=[1, 2], v=[1, 1], moderators={"y": [3, 4]})
    table = effects.to_frame()
    assert table["y"].tolist() == [1, 2]
    assert table["moderator_y"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"v": None, "V": [["a", 0], [0, 1]]},
            "V holds something that is not a number",
        ),
        ({"study": "AB"}, "study is the text 'AB'; give a list of 2 labels"),
        ({"study": ["A", None]}, "study has no label in row 1: found None"),
        ({"study": [np.nan, "B"]}, "study has no label in row 0: found nan"),
        ({"study": ["A", " "]}, "study has no label in row 1: found ' '"),
        ({"moderators": [1, 2]}, "moderators is a list; give a DataFrame"),
        ({"moderators": {"x": 1}}, "no columns of 2 values each"),
        ({"measure": "smd"}, "Did you mean 'SMD'"),
        ({"direction": "down"}, "allowed: 'lower', 'higher'"),
        ({"provenance": [Provenance()]}, "provenance has 1 entries; y has 2 rows"),
        ({"shared_controls": [[0, 2]]}, "names row 2; y has rows 0 to 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(given, said) -> None:
    with pytest.raises((EffectsError, OptionError), match=re.escape(said)):
        Effects.from_arrays(**{"y": [1, 2], "v": [1, 1], **given})


def test_no_rows_are_no_effects(effects: Effects) -> None:
    with pytest.raises(EffectsError, match="k = 0"):
        effects.take([])
    with pytest.raises(EffectsError, match="k = 0"):
        effects.take(effects.y > 0)


def test_a_measure_that_is_not_computed_here_may_be_pooled() -> None:
    assert Effects.from_arrays(y=[1], v=[1], measure="ZCOR").measure == "ZCOR"


def test_a_covariance_matrix_may_be_given_as_v() -> None:
    V = np.array([[0.2, 0.05], [0.05, 0.3]])
    effects = Effects.from_arrays(y=[0.1, 0.2], v=V)
    np.testing.assert_array_equal(effects.V, V)
    np.testing.assert_array_equal(effects.v, [0.2, 0.3])
