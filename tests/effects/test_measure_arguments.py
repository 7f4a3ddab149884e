"""What each family of measures refuses, and what it leaves empty with a warning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from mdmameta.effects import effect_size
from mdmameta.errors import DataWarning, EffectsError, NoEventsWarning, OptionError

MEANS = {"m1i": 12, "sd1i": 3, "n1i": 20, "m2i": 10, "sd2i": 4, "n2i": 25}
TIMES = {"m1i": 12, "m2i": 10, "sd1i": 3, "sd2i": 4, "ni": 20, "ri": 0.5}
RATES = {"x1i": 3, "t1i": 10.0, "x2i": 5, "t2i": 20.0}
CHANGES = {
    "m1i_pre": 20, "m1i_post": 10, "sd1i_pre": 10, "n1i": 20,
    "m2i_pre": 20, "m2i_post": 16, "sd2i_pre": 10, "n2i": 20,
}  # fmt: skip


def one(measure: Any, given: dict[str, Any], **changed: Any) -> Any:
    both = {**given, **changed}
    return effect_size(measure, **{n: [x] for n, x in both.items()}).loc[0]


@pytest.mark.parametrize(
    ("measure", "given", "said"),
    [
        ("PR", {"xi": 5, "ni": 4}, "xi = 5 in row 0; allowed: at most ni"),
        ("PLO", {"xi": -1, "ni": 4}, "xi = -1 in row 0; allowed: a count of 0 or more"),
        ("PFT", {"xi": 0, "ni": 0}, "ni = 0 in row 0; allowed: 1 or more"),
        ("PAS", {"xi": 0, "mi": 0}, "mi = 0 in row 0; allowed: 1 or more"),
        ("PR", {"xi": 2, "mi": 3, "ni": 4}, r"ni = 4 in row 0; allowed: xi \+ mi"),
        ("IRR", {**RATES, "x1i": -2}, "x1i = -2 in row 0; allowed: a count"),
        ("IRD", {**RATES, "t2i": 0}, "t2i = 0 in row 0; allowed: a person-time above"),
        ("IRLN", {"xi": 2, "ti": -1}, "ti = -1 in row 0"),
        ("COR", {"ri": 1.01, "ni": 20}, "ri = 1.01 in row 0; .*from -1 to 1"),
        ("ZCOR", {"ri": -1.2, "ni": 20}, "ri = -1.2 in row 0"),
        ("UCOR", {"ri": 0.1, "ni": 0}, "ni = 0 in row 0; allowed: 1 or more"),
        ("ARAW", {"ai": 1.1, "mi": 5, "ni": 20}, "ai = 1.1 .*an alpha of at most 1"),
        ("ABT", {"ai": 0.8, "mi": 1, "ni": 20}, "mi = 1 in row 0; allowed: 2 or more"),
        ("PCOR", {"ti": 2, "mi": 0, "ni": 20}, "mi = 0 in row 0; allowed: 1 or more"),
        ("PCOR", {"ti": 2, "mi": 9, "ni": 10}, r"ni = 10 .*at least mi \+ 2"),
        (
            "SPCOR",
            {"ti": 2, "mi": 3, "ni": 30, "r2i": 1},
            "r2i = 1 .*from 0 to below 1",
        ),
        ("SPCOR", {"ri": 0.6, "ni": 30, "r2i": 0.3}, "r2i = 0.3 .*at least the square"),
        ("R2", {"fi": -1, "mi": 2, "ni": 30}, "fi = -1 .*an F statistic of 0 or more"),
        ("ZR2", {"r2i": 1, "mi": 2, "ni": 30}, "r2i = 1 .*from 0 to below 1"),
        ("MPRD", {"ai": 1, "bi": -2, "ci": 3, "di": 4}, "bi = -2 in row 0"),
        ("CLES", {"ai": 1.2, "n1i": 9, "n2i": 9}, "ai = 1.2 .*a probability from 0 to"),
        ("MN", {"mi": 1, "sdi": -1, "ni": 9}, "sdi = -1 in row 0; allowed: a standard"),
        ("SDLN", {"sdi": 2, "ni": 0}, "ni = 0 in row 0; allowed: 1 or more"),
        ("ROM", {**MEANS, "sd1i": -3}, "sd1i = -3 in row 0"),
        ("VR", {**MEANS, "n2i": 0}, "n2i = 0 in row 0; allowed: 1 or more"),
        ("MC", {**TIMES, "ri": 1.5}, "ri = 1.5 in row 0; .*from -1 to 1"),
        ("PPC", {**CHANGES, "ri": -2}, "ri = -2 in row 0"),
        ("PPC", {**CHANGES, "ri1": 0.5, "ri2": 3}, "ri2 = 3 in row 0"),
        ("PPC", {**CHANGES, "sd1i_pre": -2, "ri": 0}, "sd1i_pre = -2 in row 0"),
        ("PHI", {"ai": 3, "bi": -1, "ci": 2, "di": 4}, "bi = -1 in row 0"),
    ],
)
def test_impossible_values_are_refused(
    measure: Any, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(EffectsError, match=said):
        one(measure, given)


@pytest.mark.parametrize(
    ("measure", "given", "said"),
    [
        ("PPC", CHANGES, r"missing: ri\."),
        ("PPC", {**CHANGES, "ri1": 0.5}, r"missing: ri(2)?\."),
        (
            "IRR",
            {"x1i": 3, "t1i": 2},
            "IRR needs x1i, t1i, x2i, t2i; missing: x2i, t2i",
        ),
        ("PLO", {"xi": 3}, "PLO needs xi, ni or xi, mi"),
        ("SMD1", {"m1i": 3}, "missing: n1i, m2i, sd2i, n2i"),
        ("SMCC", {"di": 0.4}, "missing: ni"),
        ("SPCOR", {"ti": 2, "mi": 3, "ni": 30}, "missing: r2i"),
    ],
)
def test_what_is_missing_is_named(measure: Any, given: Any, said: str) -> None:
    with pytest.raises(EffectsError, match=said):
        one(measure, given)


@pytest.mark.parametrize(
    ("measure", "given", "said"),
    [
        ("ROM", {**MEANS, "m1i": -2}, "same sign"),
        ("MNLN", {"mi": -2, "sdi": 1, "ni": 9}, "above zero"),
        ("SMD1", {**MEANS, "n2i": 2}, "Group 2 needs 3 people"),
        ("SMCR", {**TIMES, "ni": 2}, "fewer than 3 people"),
        ("SMCC", {**TIMES, "sd2i": 3, "ri": 1}, "all alike"),
        ("ZCOR", {"ri": 0.1, "ni": 3}, "people or more are needed"),
        ("ZCOR", {"ri": -1, "ni": 30}, "a correlation between -1 and 1"),
        ("UCOR", {"ri": 0.1, "ni": 4}, "UCOR: 5"),
        ("COR", {"ri": 0.1, "ni": 3}, "people or more are needed"),
        ("ZPCOR", {"ri": 1, "mi": 2, "ni": 30}, "a correlation between -1 and 1"),
        ("ABT", {"ai": 1, "mi": 5, "ni": 20}, "below 1"),
        ("PPC", {**CHANGES, "n1i": 2, "n2i": 2, "ri": 0.5}, "from 5 people"),
        ("ZBIS", {**MEANS, "m1i": 40}, "beyond ±1"),
        ("PHI", {"ai": 3, "bi": 0, "ci": 2, "di": 0}, "with and without the event"),
    ],
)
def test_what_does_not_exist_is_empty_with_the_reason(
    measure: Any, given: dict[str, Any], said: str
) -> None:
    with pytest.warns(DataWarning, match=f"{measure} is infinite or undefined.*{said}"):
        assert one(measure, given).isna().all()


@pytest.mark.parametrize(
    "given", [{"xi": [3, np.nan], "ni": [9, 9]}, {"xi": [3, 4], "mi": [6, np.nan]}]
)
def test_a_row_with_a_missing_value_is_empty_without_a_warning(given: Any) -> None:
    table = effect_size("PLO", **given)
    assert table.isna().all(axis=1).tolist() == [False, True]


def test_shares_are_told_by_totals_or_by_the_others() -> None:
    assert_allclose(
        one("PLO", {"xi": 3, "ni": 9}), one("PLO", {"xi": 3, "mi": 6}), rtol=0
    )


@pytest.mark.parametrize(
    ("measure", "given"),
    [
        ("AS", {"ai": 0, "bi": 8, "ci": 4, "di": 4}),
        ("PHI", {"ai": 0, "bi": 8, "ci": 4, "di": 4}),
        ("IRSD", {**RATES, "x1i": 0}),
        ("PAS", {"xi": 0, "ni": 8}),
        ("PFT", {"xi": 0, "ni": 8}),
        ("IRS", {"xi": 0, "ti": 8}),
        ("IRFT", {"xi": 0, "ti": 8}),
    ],
)
def test_nothing_is_added_to_zeros_where_it_makes_little_sense(
    measure: Any, given: dict[str, Any]
) -> None:
    columns = {name: [x] for name, x in given.items()}
    plain, forced = (
        effect_size(measure, **columns),
        effect_size(measure, **columns, add=0.5),
    )
    assert_allclose(plain, effect_size(measure, **columns, add=0), rtol=0)
    assert abs(forced["y"][0] - plain["y"][0]) > 1e-3


def test_zeros_of_rates_are_raised_where_they_are_and_dropped_on_demand() -> None:
    rates = {"x1i": [0, 3, 0], "t1i": 10.0, "x2i": [4, 2, 0], "t2i": 20.0}
    with pytest.warns(NoEventsWarning, match="row 2 has no events"):
        table = effect_size("IRR", **rates)
    assert_allclose(table["v"], [1 / 0.5 + 1 / 4.5, 1 / 3 + 1 / 2, 4])
    with pytest.warns(NoEventsWarning, match="row 2 has no events"):
        everywhere = effect_size("IRR", **rates, to="if0all")
    assert_allclose(everywhere["v"], [1 / 0.5 + 1 / 4.5, 1 / 3.5 + 1 / 2.5, 4])
    dropped = effect_size("IRR", **rates, drop00=True)
    assert dropped["y"].isna().tolist() == [False, False, True]


def test_zeros_of_one_group_are_raised_where_they_are() -> None:
    shares = effect_size("PLO", xi=[0, 3, 8], ni=8)
    assert_allclose(shares["y"], np.log([0.5 / 8.5, 3 / 5, 8.5 / 0.5]))
    assert_allclose(effect_size("IRLN", xi=[0, 3], ti=2)["v"], [2, 1 / 3])


def test_each_row_may_have_its_own_variance() -> None:
    tables = {"ai": [8, 8], "bi": [4, 4], "ci": [2, 2], "di": [5, 5]}
    mixed = effect_size("PHI", **tables, vtype=["ST", "CS"])
    assert mixed["v"][0] == effect_size("PHI", **tables, vtype="ST")["v"][0]
    assert mixed["v"][1] == effect_size("PHI", **tables, vtype="CS")["v"][1]
    with pytest.raises(EffectsError, match="vtype has 1 values, the others 2"):
        effect_size("PHI", **tables, vtype=["ST"])
    with pytest.raises(OptionError, match="PHI vtype='UB'"):
        effect_size("PHI", **tables, vtype=["ST", "UB"])


def test_averages_are_weighted_by_size_and_skip_missing_rows() -> None:
    r, n = np.array([0.1, 0.4, np.nan]), np.array([11, 21, 500])
    mean = (11 * 0.1 + 21 * 0.4) / 32
    table = effect_size("COR", ri=r, ni=n, vtype="AV")
    assert_allclose(table["v"][:2], (1 - mean**2) ** 2 / np.array([10, 20]))
    assert table["v"].isna()[2]


def test_average_coefficients_of_variation_are_of_each_group_or_of_both() -> None:
    two = {name: [x, 2 * x] for name, x in MEANS.items()}
    cv1, cv2 = 3 / 12, 4 / 10
    each, both = (effect_size("ROM", **two, vtype=t)["v"][0] for t in ("AV", "AVHO"))
    assert each == pytest.approx(cv1**2 / 20 + cv2**2 / 25)
    cv = (20 * cv1 + 25 * cv2) / 45
    assert both == pytest.approx(cv**2 / 20 + cv**2 / 25)


@pytest.mark.parametrize("measure", ["ROM", "CVR", "VR", "SMD1", "SMD1H", "RPB"])
def test_no_correction_leaves_the_plain_estimate(measure: Any) -> None:
    plain = {
        "ROM": np.log(1.2), "CVR": np.log(3 / 4 / 1.2), "VR": np.log(3 / 4),
        "SMD1": 0.5, "SMD1H": 0.5,
    }  # fmt: skip
    given = {name: [x] for name, x in MEANS.items()}
    none = effect_size(measure, **given, correction="none")["y"][0]
    exact = effect_size(measure, **given)["y"][0]
    assert none == pytest.approx(plain.get(measure, exact))
    assert (none != exact) == (measure in plain)


@pytest.mark.parametrize(
    ("measure", "sizes", "df"),
    [("COR", {"ni": [30]}, 28), ("SMCC", {"ni": [30]}, 29),
     ("PCOR", {"ni": [30], "mi": [4]}, 25)],
)  # fmt: skip
def test_t_and_signed_p_stand_in_for_the_statistic(
    measure: Any, sizes: Any, df: int
) -> None:
    p = 2 * stats.t.sf(1.9, df)
    by_t, by_p = (
        effect_size(measure, ti=[-1.9], **sizes),
        effect_size(measure, pi=[-p], **sizes),
    )
    assert_allclose(by_t, by_p, rtol=1e-9)
    assert by_t["y"][0] < 0


@pytest.mark.parametrize(
    ("measure", "given", "y"),
    [
        ("COR", {"pi": -0.07, "ni": 30}, -0.3354),
        ("SMD", {"pi": -0.018, "n1i": 20, "n2i": 20}, -0.7664),
        ("SMCC", {"pi": -0.018, "ni": 50}, -0.3408),
        ("PCOR", {"pi": -0.07, "mi": 5, "ni": 30}, -0.3610),
    ],
)
def test_the_examples_of_metafors_manual_come_out(
    measure: Any, given: dict[str, Any], y: float
) -> None:
    assert one(measure, given)["y"] == pytest.approx(y, abs=5e-5)


def test_r2_is_recovered_from_f_and_from_p() -> None:
    f = 0.3 / 0.7 * 25 / 4
    p = stats.f.sf(f, 4, 25)
    for given in ({"r2i": 0.3}, {"fi": f}, {"pi": p}):
        assert one("R2", {**given, "mi": 4, "ni": 30})["y"] == pytest.approx(0.3)


def test_one_correlation_serves_both_groups_unless_each_has_its_own() -> None:
    common = one("PPC", {**CHANGES, "ri": 0.5})
    assert_allclose(one("PPC", {**CHANGES, "ri1": 0.5, "ri2": 0.5}), common)
    partly = {**CHANGES, "ri": 0.5, "ri1": 0.8, "ri2": np.nan}
    assert one("PPC", partly)["v"] < common["v"]


def test_unbiased_variance_of_a_correlation_of_many_people() -> None:
    # With c above 150, the hypergeometric function of SciPy is not a number.
    table = effect_size("UCOR", ri=[0.05, 0.0], ni=[2000, 2000], vtype="UB")
    assert_allclose(table["v"], (1 - table["y"] ** 2) ** 2 / 1999, rtol=3e-3)
