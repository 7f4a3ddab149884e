"""What holds for every measure of a family, whatever the numbers."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mdmameta.effects import effect_size
from mdmameta.effects.measures import MEASURES

#: Enough to meet small groups and strong effects in each measure, and quick.
RUNS = settings(derandomize=True, max_examples=10, deadline=None)

mean = st.floats(1, 20)
sd = st.floats(1, 20)
size = st.integers(5, 500)
count = st.integers(1, 200)
time = st.floats(1, 1e4)
r = st.floats(-0.9, 0.9)

TWO_MEANS = st.fixed_dictionaries(
    {"m1i": mean, "sd1i": sd, "n1i": size, "m2i": mean, "sd2i": sd, "n2i": size}
)
TABLE = st.fixed_dictionaries(dict.fromkeys(("ai", "bi", "ci", "di"), count))
TWO_RATES = st.fixed_dictionaries(
    {"x1i": count, "t1i": time, "x2i": count, "t2i": time}
)
TWO_TIMES = st.fixed_dictionaries(
    {"m1i": mean, "m2i": mean, "sd1i": sd, "sd2i": sd, "ni": size, "ri": r}
)
BEFORE_AFTER = st.fixed_dictionaries(
    {
        "m1i_pre": mean, "m1i_post": mean, "sd1i_pre": sd, "n1i": size, "ri1": r,
        "m2i_pre": mean, "m2i_post": mean, "sd2i_pre": sd, "n2i": size, "ri2": r,
    }
)  # fmt: skip
FAMILIES: dict[str, st.SearchStrategy[dict[str, float]]] = {
    **dict.fromkeys(
        ("MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "VR", "CVR"), TWO_MEANS
    ),
    **dict.fromkeys(
        ("RPB", "ZPB", "RBIS", "D2ORN", "D2ORL", "CLESN", "AUCN"), TWO_MEANS
    ),
    "PPC": BEFORE_AFTER,
    **dict.fromkeys(
        ("RR", "OR", "RD", "AS", "PETO", "PHI", "ZPHI", "YUQ", "YUY"), TABLE
    ),
    **dict.fromkeys(("RTET", "ZTET", "PBIT", "OR2DN", "OR2DL"), TABLE),
    **dict.fromkeys(("MPRR", "MPOR", "MPRD", "MPORC", "MPPETO"), TABLE),
    **dict.fromkeys(("IRR", "IRD", "IRSD"), TWO_RATES),
    **dict.fromkeys(
        ("MC", "SMCC", "SMCRP", "SMCRPH", "ROMC", "VRC", "CVRC"), TWO_TIMES
    ),
    **dict.fromkeys(("SMCR", "SMCRH"), TWO_TIMES),
}
#: Divided by the SD of one group or time: exchanging them changes the size too.
ONE_SIDED = ("SMD1", "SMD1H", "SMCR", "SMCRH")

#: Cells of group 1 and of group 2; of pairs, those that have one event alone.
GROUPS, PAIRS = {"ai": "ci", "bi": "di"}, {"bi": "ci"}


def partners(measure: str, given: dict[str, float]) -> dict[str, str]:
    """Names of group or time 1, and the names of the same in group or time 2."""
    pairs = PAIRS if measure.startswith("MP") else GROUPS
    found = {n: n.replace("1i", "2i") for n in given if "1i" in n}
    return {n: x for n, x in (pairs | found | {"ri1": "ri2"}).items() if n in given}


def exchange(measure: str, given: dict[str, float]) -> dict[str, float]:
    """Group 1 for group 2, or time 1 for time 2."""
    pairs = partners(measure, given)
    both = pairs | {there: here for here, there in pairs.items()}
    return {both.get(name, name): x for name, x in given.items()}


def one(measure: Any, given: dict[str, float], **options: Any) -> tuple[float, float]:
    table = effect_size(measure, **{n: [x] for n, x in given.items()}, **options)
    return float(table["y"][0]), float(table["v"][0])


@pytest.mark.parametrize(
    ("measure", "vtype"),
    [(m, t) for m in FAMILIES for t in get_args(MEASURES[m].vtypes)],
)
@RUNS
@given(data=st.data())
def test_the_variance_is_positive(
    measure: str, vtype: str, data: st.DataObject
) -> None:
    y, v = one(measure, data.draw(FAMILIES[measure]), vtype=vtype)
    assert np.isfinite(y)
    assert v > 0


@pytest.mark.parametrize("measure", [m for m in FAMILIES if m not in ONE_SIDED])
@RUNS
@given(data=st.data())
def test_exchanging_the_groups_mirrors_y_and_keeps_v(
    measure: str, data: st.DataObject
) -> None:
    given = data.draw(FAMILIES[measure])
    y, v = one(measure, given)
    mirrored, same = one(measure, exchange(measure, given))
    null = MEASURES[measure].null
    assert null is not None
    assert_allclose(mirrored - null, null - y, rtol=1e-6, atol=1e-8)
    assert_allclose(same, v, rtol=1e-6)


@pytest.mark.parametrize("measure", FAMILIES)
@RUNS
@given(data=st.data())
def test_alike_groups_are_at_the_null_value(measure: str, data: st.DataObject) -> None:
    given = data.draw(FAMILIES[measure])
    pairs = partners(measure, given)
    alike = {n: given[pairs[n]] if n in pairs else x for n, x in given.items()}
    assert_allclose(one(measure, alike)[0], MEASURES[measure].null, atol=1e-7)


@pytest.mark.parametrize("measure", ["SMD", "SMDH", "SMD1H", "ROM", "VR", "CVR", "RPB"])
@RUNS
@given(given=TWO_MEANS, unit=st.floats(0.1, 10))
def test_the_unit_of_the_scale_does_not_matter(
    measure: str, given: dict[str, float], unit: float
) -> None:
    scaled = {n: x if n.startswith("n") else x * unit for n, x in given.items()}
    assert_allclose(one(measure, scaled), one(measure, given), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("measure", ["SMCC", "SMCR", "SMCRPH", "ROMC", "VRC", "CVRC"])
@RUNS
@given(given=TWO_TIMES, unit=st.floats(0.1, 10))
def test_the_unit_does_not_matter_over_time(
    measure: str, given: dict[str, float], unit: float
) -> None:
    scaled = {n: x if n[0] in "nr" else x * unit for n, x in given.items()}
    assert_allclose(one(measure, scaled), one(measure, given), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("measure", FAMILIES)
def test_ten_times_the_people_have_about_a_tenth_of_the_variance(measure: str) -> None:
    given = {
        "m1i": 12.0, "sd1i": 3.0, "n1i": 60, "m2i": 10.0, "sd2i": 4.0, "n2i": 50,
        "ai": 20, "bi": 40, "ci": 15, "di": 35, "x1i": 30, "t1i": 100.0,
        "x2i": 40, "t2i": 90.0, "ni": 60, "ri": 0.4, "m1i_pre": 20.0, "m1i_post": 14.0,
        "sd1i_pre": 5.0, "m2i_pre": 19.0, "m2i_post": 17.0, "sd2i_pre": 6.0,
    }  # fmt: skip
    grows = ("n1i", "n2i", "ni", "ai", "bi", "ci", "di", "x1i", "t1i", "x2i", "t2i")
    names = {name for way in MEASURES[measure].ways[:1] for name in way}
    small = {n: x for n, x in given.items() if n in names}
    large = {n: 10 * x if n in grows else x for n, x in small.items()}
    assert_allclose(one(measure, large)[1], one(measure, small)[1] / 10, rtol=0.12)
