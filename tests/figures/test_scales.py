import pytest

from mdmameta.figures.scales import plain_tick, ratio_ticks


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.05, 20, [0.1, 1, 10]),
        (0.4, 5.5, [0.5, 1, 2, 5]),
        (0.9, 2.2, [1, 1.5, 2]),
    ],
)
def test_ratios_get_round_ticks(low, high, ticks):
    assert ratio_ticks(low, high) == ticks


def test_a_narrow_range_of_ratios_still_has_ticks():
    ticks = ratio_ticks(1.02, 1.09)
    assert len(ticks) >= 3
    assert all(1.02 <= tick <= 1.09 for tick in ticks)


def test_many_decades_do_not_crowd_the_axis():
    assert len(ratio_ticks(1e-9, 1e9)) <= 7


def test_ticks_are_short_and_have_a_true_minus_sign():
    assert [plain_tick(x) for x in (-0.25, 0.1 + 0.2, -0.0)] == ["−0.25", "0.3", "0"]


def test_no_effect_keeps_its_tick_when_others_are_left_out():
    assert ratio_ticks(0.4, 25, most=5) == [1, 5, 20]
