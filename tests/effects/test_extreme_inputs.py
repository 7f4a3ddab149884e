"""Groups of one, standard deviations of zero, correlations of one.

Values of R are of metafor 5.0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mdmameta as mm
from mdmameta.errors import DataWarning, EffectsError

SCORES: dict[str, Any] = {"m1i": [5, 3], "sd1i": [0, 2], "n1i": [10, 1]}
SCORES |= {"m2i": [4, 2], "sd2i": [2, 1.5], "n2i": [9, 6]}
TIMES = {"m1i": [7], "m2i": [5], "sd1i": [2], "sd2i": [1.5], "ni": [2], "ri": [-0.5]}


@pytest.mark.parametrize(
    ("measure", "y", "v"),
    [
        ("MD", [1, 1], [4 / 9, 4.375]),
        (
            "SMD",
            [0.696151155430724, 0.560499121639793],
            [0.223864438248151, 1.189106614192308],
        ),
    ],
)
def test_an_sd_of_zero_and_a_group_of_one_are_used_with_a_warning(
    measure: Any, y: list[float], v: list[float]
) -> None:
    with pytest.warns(DataWarning) as said:
        table = mm.effect_size(measure, **SCORES)
    assert_allclose(table["y"], y, rtol=1e-12)
    assert_allclose(table["v"], v, rtol=1e-12)
    words = " ".join(str(w.message) for w in said)
    assert "sd1i = 0 in row 0: all scores of a group were the same" in words
    assert "n1i = 1 in row 1: 2 people or more are needed" in words


def test_a_group_of_one_without_an_sd_does_not_stop_the_others() -> None:
    alone = SCORES | {"sd1i": [1, np.nan]}
    with pytest.warns(DataWarning, match="n1i = 1"):
        table = mm.effect_size("SMD", **alone)
    assert table.isna().all(axis=1).tolist() == [False, True]


def test_a_correlation_of_one_has_no_variance_and_is_not_pooled() -> None:
    table = mm.effect_size("COR", ri=[1, -1, 0.4], ni=[20, 4, 4])
    assert table["y"].tolist() == [1, -1, 0.4]
    assert_allclose(table["v"], [0, 0, 0.2352])
    with pytest.raises(EffectsError, match="v is not positive in row 0"):
        mm.Effects.from_arrays(y=table["y"], v=table["v"])


def test_a_partial_correlation_loses_a_person_for_each_other_predictor() -> None:
    table = mm.effect_size("PCOR", ti=[2.1, -1], mi=[3, 1], ni=[30, 12])
    assert_allclose(table["v"], [0.0270738545555767, 0.0751314800901578], rtol=1e-12)
    alone = mm.effect_size("COR", ri=table["y"].iloc[1:], ni=12)
    assert_allclose(table["v"].iloc[1:], alone["v"], rtol=1e-12)


@pytest.mark.parametrize(
    ("measure", "v"), [("SMCRP", 1.53786337496222), ("SMCRPH", 3.03928893624088)]
)
def test_two_people_at_two_times_have_between_one_and_two_degrees(
    measure: Any, v: float
) -> None:
    table = mm.effect_size(measure, **TIMES)
    assert_allclose(table["y"], 0.492265781624318, rtol=1e-12)
    assert_allclose(table["v"], v, rtol=1e-12)


@pytest.mark.parametrize("measure", ["ARAW", "ABT"])
def test_the_alpha_of_one_person_has_no_variance(measure: Any) -> None:
    with pytest.warns(DataWarning):
        table = mm.effect_size(measure, ai=[0.5], mi=[4], ni=[1])
    assert table.isna().all(axis=None)


TWO: dict[str, Any] = {"m1i": [5, 3, 7], "sd1i": [1, 2, 1.5], "n1i": [10, 20, 12]}
TWO |= {"m2i": [4, 3.2, 5], "sd2i": [2, 2, 1], "n2i": [11, 18, 14]}
PAIRED: dict[str, Any] = {"m1i": [5, 3, 7], "m2i": [4, 3.2, 5], "ni": [10, 20, 12]}
PAIRED |= {"sd1i": [1, 2, 1.5], "sd2i": [2, 2, 1], "ri": [0.5, 0.7, 0.2]}
R_AND_N: dict[str, Any] = {"ri": [0.3, 0.5, -0.2], "ni": [10, 20, 30]}
PARTIAL: dict[str, Any] = {"ti": [1, 2, -1], "mi": [2, 3, 4], "ni": [20, 30, 40]}
VARIANCES = [
    ("SMD", "H0", TWO, "0.196604131751238 0.107119086291539 0.158318258825367"),
    ("SMD1", "H0", TWO, "0.203189188645528 0.109130692657103 0.161948823258536"),
    ("ROMC", "LS2", PAIRED, "0.01934803125 0.0132389017364125 0.00574479939492804"),
    ("CVRC", "LS2", PAIRED, "0.121223995756173 0.0435161870549721 0.101316766541138"),
    ("VRC", "LS2", PAIRED, "0.101875964506173 0.0302772853185596 0.0955719671462096"),
    ("COR", "H0", R_AND_N, "0.11375 0.0416666666666667 0.0342857142857143"),
    ("PCOR", "AV", PARTIAL, "0.0544495526975703 0.0362997017983802 0.0272247763487851"),
]


@pytest.mark.parametrize(("measure", "vtype", "given", "v"), VARIANCES)
def test_kinds_of_variance_agree_with_metafor(
    measure: Any, vtype: str, given: dict[str, Any], v: str
) -> None:
    table = mm.effect_size(measure, vtype=vtype, **given)
    assert_allclose(table["v"], [float(x) for x in v.split()], rtol=1e-11)


def test_the_variance_of_g_without_a_difference_is_exact() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 40_000, 5))
    d = (a.mean(1) - b.mean(1)) / np.sqrt((a.var(1, ddof=1) + b.var(1, ddof=1)) / 2)
    one: dict[str, Any] = {"m1i": [0], "sd1i": [1], "n1i": [5]}
    one |= {"m2i": [0], "sd2i": [1], "n2i": [5]}
    v = mm.effect_size("SMD", vtype="H0", **one)["v"][0]
    corrected = 1 - 3 / (4 * 8 - 1)
    assert (corrected * d).var() == pytest.approx(v, rel=0.03)
