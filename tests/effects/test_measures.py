from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from mdmameta.effects import effect_size
from mdmameta.errors import DataWarning, EffectsError, OptionError

TWO_MEANS: dict[str, Any] = {
    "m1i": [10.0, 12.0],
    "sd1i": [3.0, 4.0],
    "n1i": [20, 15],
    "m2i": [11.0, 9.0],
    "sd2i": [2.0, 5.0],
    "n2i": [22, 14],
}
TABLES: dict[str, Any] = {"ai": [4, 3], "n1i": [8, 9], "ci": [0, 2], "n2i": [4, 8]}


def test_column_names_give_what_arrays_give_and_keep_the_index() -> None:
    data = pd.DataFrame(TWO_MEANS, index=["a", "b"])
    named = effect_size("SMD", data=data, **{name: name for name in TWO_MEANS})
    assert list(named.index) == ["a", "b"]
    assert_allclose(named, effect_size("SMD", **TWO_MEANS), rtol=0)


def test_series_keep_their_labels() -> None:
    data = pd.DataFrame(TWO_MEANS, index=[7, 3])
    given = {name: data[name] for name in TWO_MEANS}
    assert list(effect_size("MD", **given).index) == [7, 3]


def test_series_with_other_labels_are_refused() -> None:
    given = {**TWO_MEANS, "m1i": pd.Series([1, 2]), "m2i": pd.Series([1, 2], [5, 6])}
    with pytest.raises(EffectsError, match="labelled otherwise"):
        effect_size("MD", **given)


def test_a_missing_input_gives_nan_and_keeps_the_row() -> None:
    table = effect_size("SMD", **{**TWO_MEANS, "sd1i": [None, 4.0]})
    assert table["y"].isna().tolist() == [True, False]
    assert table["v"].isna().tolist() == [True, False]


def test_a_single_number_serves_all_rows() -> None:
    times = {"m1i": [5, 6], "m2i": [4, 4], "sd1i": [2, 2], "sd2i": [3, 2], "ni": [9, 8]}
    one = effect_size("SMCC", ri=0.5, **times)
    assert_allclose(one, effect_size("SMCC", ri=[0.5, 0.5], **times), rtol=0)


def test_append_puts_y_and_v_behind_the_columns_of_data() -> None:
    data = pd.DataFrame(TWO_MEANS)
    names = {name: name for name in TWO_MEANS}
    table = effect_size("MD", data=data, append=True, **names)
    assert list(table) == [*TWO_MEANS, "y", "v"]
    with pytest.raises(EffectsError, match="already has the column 'y'"):
        effect_size("MD", data=table, append=True, **names)


def test_input_is_not_changed() -> None:
    data = pd.DataFrame(TABLES)
    before = data.copy()
    effect_size("RR", data=data, **{name: name for name in TABLES})
    pd.testing.assert_frame_equal(data, before)


def test_t_and_p_stand_in_for_means() -> None:
    sizes = {"n1i": [20, 15], "n2i": [22, 14]}
    g = effect_size("SMD", di=[-0.3952847, 0.2], **sizes)
    t = -0.3952847 / np.sqrt(1 / 20 + 1 / 22)
    assert_allclose(effect_size("SMD", ti=[t, np.nan], **sizes)["y"][0], g["y"][0])
    p = 2 * stats.t.sf(abs(t), 40)
    assert_allclose(effect_size("SMD", pi=[-p, np.nan], **sizes)["y"][0], g["y"][0])


def test_an_infinite_log_ratio_becomes_nan_with_a_warning() -> None:
    with pytest.warns(
        DataWarning,
        match="RR is infinite or undefined, and set to NaN, in row 0. .*add > 0",
    ):
        table = effect_size("RR", to="none", **TABLES)
    assert table["y"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("measure", "given", "message"),
    [
        ("SMD", {**TWO_MEANS, "sd1i": [3, -1]}, "sd1i = -1 in row 1"),
        ("MD", {**TWO_MEANS, "sd2i": [-1, 2]}, "sd2i = -1 in row 0"),
        ("SMD", {**TWO_MEANS, "n1i": [20, 0]}, "n1i = 0 in row 1; allowed: 1 or more"),
        ("SMD", {**TWO_MEANS, "m1i": [np.inf, 1]}, "m1i = inf in row 0"),
        ("SMD", {**TWO_MEANS, "m1i": ["x", 1]}, "m1i holds 'x' in row 0"),
        ("SMD", {**TWO_MEANS, "m1i": [1, 2, 3]}, "the others"),
        ("RR", {**TABLES, "ai": [9, 3]}, "ai = 9 in row 0; allowed: at most n1i"),
        ("OR", {**TABLES, "ci": [0, -2]}, "ci = -2 in row 1"),
        ("RD", {**TABLES, "bi": [4, 5]}, r"n1i = 9 in row 1; allowed: ai \+ bi"),
        ("RR", {**TABLES, "n1i": [8, 0], "ai": [1, 0]}, "n1i = 0 in row 1"),
        (
            "SMCC",
            {"m1i": 1, "m2i": 2, "sd1i": 1, "sd2i": 1, "ni": 9, "ri": [1.2]},
            "ri = 1.2 in row 0",
        ),
        (
            "SMCR",
            {"m1i": 1, "m2i": 2, "sd1i": 1, "ni": [0], "ri": 0.5},
            "ni = 0 in row 0; allowed: 1 or more",
        ),
        ("SMD", {"pi": [2.0], "n1i": [9], "n2i": [9]}, "pi = 2 in row 0"),
    ],
)
def test_impossible_values_are_named_with_their_row(
    measure: Any, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(EffectsError, match=message):
        effect_size(measure, **given)


@pytest.mark.parametrize(
    ("measure", "given", "message"),
    [
        ("SMDD", {}, "measure='SMDD'.*Did you mean 'SMD'"),
        ("SMD", {**TWO_MEANS, "sd1": [1, 2]}, "argument='sd1'.*Did you mean 'sd1i'"),
        ("SMDH", {**TWO_MEANS, "vtype": "UB"}, "SMDH vtype='UB'.*'LS', 'LS2'"),
        ("SMD", {**TWO_MEANS, "correction": "exakt"}, "Did you mean 'exact'"),
        ("RR", {**TABLES, "to": "zero"}, "to='zero'"),
        ("RR", {**TABLES, "add": -1}, "add=-1"),
    ],
)
def test_unknown_options_are_refused_with_the_likely_intention(
    measure: Any, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        effect_size(measure, **given)


def test_missing_arguments_are_named() -> None:
    lacking = {name: x for name, x in TWO_MEANS.items() if name != "sd2i"}
    with pytest.raises(EffectsError, match="missing: sd2i"):
        effect_size("MD", **lacking)
    with pytest.raises(EffectsError, match="missing: n2i"):
        effect_size("RR", ai=[1], n1i=[2], ci=[1])


def test_a_column_that_data_lacks_is_named_with_a_suggestion() -> None:
    data = pd.DataFrame({"mean_1": [1.0]})
    with pytest.raises(EffectsError, match="Did you mean 'mean_1'"):
        effect_size("MD", data=data, m1i="mean1")
    with pytest.raises(EffectsError, match="there is no data="):
        effect_size("MD", m1i="mean1")


def test_what_is_missing_is_told_for_the_way_that_was_begun() -> None:
    with pytest.raises(EffectsError, match="missing: m2i, sd2i, n2i"):
        effect_size("SMD", m1i=[1], sd1i=[1], n1i=[5])


def test_an_argument_of_none_is_not_given() -> None:
    with pytest.raises(EffectsError, match=r"missing: m2i\."):
        effect_size("MD", m1i=[1], sd1i=[1], n1i=[5], m2i=None, sd2i=[1], n2i=[5])


def test_there_is_nothing_to_append_to_without_data() -> None:
    with pytest.raises(EffectsError, match="append=True needs data="):
        effect_size("SMD", append=True, **TWO_MEANS)
