"""Measures of events over person-time, by arithmetic and by the delta method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects import effect_size
from mdmameta.effects.rates import adjusted_events
from mdmameta.errors import DataWarning, EffectsError

TWO = {"x1i": [4, 30], "t1i": [10.0, 50.0], "x2i": [9, 12], "t2i": [25.0, 40.0]}
ONE = {"xi": [4, 30], "ti": [10.0, 50.0]}

ONE_GROUP: dict[str, Callable[[float], float]] = {
    "IR": lambda rate: rate,
    "IRLN": np.log,
    "IRS": np.sqrt,
}
OF_TWO = {"IRR": "IRLN", "IRD": "IR", "IRSD": "IRS"}


@pytest.mark.parametrize("measure", ONE_GROUP)
def test_the_variance_is_that_of_the_rate_times_the_squared_slope(measure: str) -> None:
    table = effect_size(measure, **ONE)
    g, step = ONE_GROUP[measure], 1e-5
    for row, x, t in zip(table.itertuples(), *ONE.values(), strict=True):
        slope = (g(x / t + step) - g(x / t - step)) / (2 * step)
        assert row.y == pytest.approx(g(x / t), rel=1e-12)
        assert row.v == pytest.approx(slope**2 * x / t**2, rel=1e-7)


@pytest.mark.parametrize("measure", OF_TWO)
def test_two_rates_differ_by_their_difference_and_variances_add(measure: str) -> None:
    both = effect_size(measure, **TWO)
    first = effect_size(OF_TWO[measure], xi=TWO["x1i"], ti=TWO["t1i"])
    second = effect_size(OF_TWO[measure], xi=TWO["x2i"], ti=TWO["t2i"])
    assert_allclose(both["y"], first["y"] - second["y"], rtol=1e-12)
    assert_allclose(both["v"], first["v"] + second["v"], rtol=1e-12)


def test_freeman_and_tukeys_rate_is_the_mean_of_two_roots() -> None:
    table = effect_size("IRFT", **ONE)
    assert_allclose(table["y"], [(0.4**0.5 + 0.5**0.5) / 2, (0.6**0.5 + 0.62**0.5) / 2])
    assert_allclose(table["v"], [1 / 40, 1 / 200])


def test_half_an_event_is_added_to_both_groups_of_a_trial_with_an_empty_one() -> None:
    half = effect_size("IRR", x1i=[0, 3], t1i=[5, 5], x2i=[2, 4], t2i=[10, 10])
    assert_allclose(half["y"], [np.log(0.5 / 5 / (2.5 / 10)), np.log(0.6 / 0.4)])
    assert_allclose(half["v"], [1 / 0.5 + 1 / 2.5, 1 / 3 + 1 / 4])


def test_half_an_event_is_added_to_one_group_without_any() -> None:
    assert effect_size("IR", xi=[0, 2], ti=[4, 4])["y"].tolist() == [0.125, 0.5]
    assert effect_size("IRS", xi=[0, 1], ti=[4, 4])["y"].tolist() == [0.0, 0.5]


def test_only_a_trial_without_any_event_is_dropped() -> None:
    x1, x2 = np.array([0.0, 0.0, 1.0]), np.array([0.0, 2.0, 0.0])
    kept = adjusted_events(x1, x2, drop00=True)
    assert_allclose(kept, [[np.nan, 0.5, 1.5], [np.nan, 2.5, 0.5]])


SILENT = {"x1i": [0, 0, 1], "t1i": [5, 5, 5], "x2i": [0, 2, 3], "t2i": [5, 5, 5]}


def test_a_trial_without_events_in_both_groups_is_told_with_its_row() -> None:
    with pytest.warns(DataWarning, match="row 0 has no events in both groups"):
        effect_size("IRR", **SILENT)


@pytest.mark.parametrize("options", [{"to": "none"}, {"add": 0.0}, {"drop00": True}])
def test_nothing_is_told_where_nothing_is_added_to_it(options: dict) -> None:
    with np.errstate(all="ignore"):
        y = effect_size("IRD", **SILENT, **options)["y"]
    assert y[1] == pytest.approx(-0.4 if "drop00" not in options else 0.1 - 0.5)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [("x1i", -1, "a count of 0 or more"), ("t2i", 0, "a person-time above 0")],
)
def test_what_is_no_count_or_no_time_is_refused(
    name: str, value: float, cure: str
) -> None:
    with pytest.raises(EffectsError, match=cure):
        effect_size("IRR", **{**TWO, name: [value, 3]})
