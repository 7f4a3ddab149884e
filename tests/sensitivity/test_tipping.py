import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.tipping import first_crossing, refit, region_grid

JUDGE = CommonEffect().fit
Z = 1.959963984540054


def moved_by(shift):
    return Effects.from_arrays(y=[1.0 - shift], v=[0.04])


def test_the_crossing_is_where_the_bound_is_zero():
    found = first_crossing(moved_by, JUDGE, [-2, 2])
    assert found.value == pytest.approx(1 - 0.2 * Z, abs=1e-6)
    assert found.deciding == repr(CommonEffect())


def test_the_nearest_of_two_crossings_is_given():
    found = first_crossing(lambda x: moved_by(x * x + 0.3 * x), JUDGE, [-2, 2])
    assert found.value == pytest.approx(0.6435, abs=1e-3)
    left = first_crossing(lambda x: moved_by(x * x - 0.3 * x), JUDGE, [-2, 2])
    assert left.value == pytest.approx(-0.6435, abs=1e-3)


def test_the_first_crossing_is_found_though_the_interval_comes_back():
    def path(x):
        return moved_by(0.9 if 0.5 < x < 1.1 else 0.0)

    found = first_crossing(path, JUDGE, [2], steps=12)
    assert found.value == pytest.approx(0.5, abs=1e-6)


def test_no_crossing_within_the_region_is_none_with_its_ends():
    found = first_crossing(moved_by, JUDGE, [0.5])
    assert found.value is None
    assert "0 to 0.5" in found.reason


def test_an_interval_that_holds_zero_already_has_nothing_to_tip():
    found = first_crossing(lambda x: moved_by(0.9 + x), JUDGE, [-2, 2])
    assert found.value is None
    assert "already" in found.reason


def test_a_negative_contrast_tips_on_its_own_side():
    def path(x):
        return Effects.from_arrays(y=[-1.0 - x], v=[0.04])

    assert first_crossing(path, JUDGE, [-2, 2]).value == pytest.approx(-0.608, abs=1e-3)


def test_rows_hold_the_scenario_and_what_decided():
    frame, decisions = refit([({"b": 0.5}, moved_by(0.5))], CommonEffect(), None)
    row = frame.iloc[0]
    assert row["b"] == 0.5
    assert row["width"] == pytest.approx(2 * Z * 0.2)
    assert row["model"] == repr(decisions[0].fit.model)
    assert row["excludes_zero"]


def test_a_region_grid_holds_its_ends_and_zero():
    assert region_grid(-1, 0.7) == pytest.approx([-1, -0.575, -0.15, 0, 0.275, 0.7])
    assert region_grid(0.0, 1.0, 3) == [0.0, 0.5, 1.0]
