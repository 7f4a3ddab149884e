import math

import pytest

from mdmameta.models.fit import Estimate
from mdmameta.tables import numbers

NAN = math.nan


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (-0.7119, "−0.71"),
        (-0.0049, "0.00"),
        (-0.0, "0.00"),
        (0.005, "0.01"),
        (-12.345, "−12.35"),
        (999_999.999, "1,000,000.00"),
        (1234.5, "1,234.50"),
        (-3.4e12, "−3.40 × 10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (NAN, "–"),
        (None, "–"),
    ],
)
def test_a_number_has_a_true_minus_sign_and_no_negative_zero(x, text):
    assert numbers.number(x) == text


def test_no_formatted_number_holds_a_hyphen():
    texts = [numbers.number(x) for x in (-1, -1e-9, -1e9, -math.inf, -999999.999)]
    assert not any("-" in text for text in texts)


def test_counts_have_no_point_and_percents_a_sign():
    assert numbers.count(12.0) == "12"
    assert numbers.percent(9.28, 1) == "9.3%"
    assert numbers.percent(NAN) == "–"


def test_a_share_shows_its_gap_or_its_denominator_of_zero():
    assert numbers.share(28, 42) == "28/42 (67%)"
    assert numbers.share(None, 42) == "–/42"
    assert numbers.share(0, 0) == "0/0"


def test_an_interval_with_one_end_shows_the_missing_one():
    assert numbers.interval(-0.9534, -0.4704) == "[−0.95, −0.47]"
    assert numbers.interval(NAN, 1.0) == "[–, 1.00]"
    assert numbers.interval(NAN, None) == "not estimable"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.01649, "p = 0.016"),
        (0.00099, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.9996, "p > 0.999"),
        (NAN, "p not estimable"),
    ],
)
def test_a_p_value_is_never_printed_as_zero_or_one(p, text):
    assert numbers.p_value(p) == text


def test_an_estimate_without_interval_says_so():
    bare = Estimate(value=-0.7, se=NAN, ci_low=NAN, ci_high=NAN)
    assert numbers.estimate(bare) == "−0.70 (interval not estimable)"
    nothing = Estimate(value=NAN, se=NAN, ci_low=NAN, ci_high=NAN)
    assert numbers.estimate(nothing) == "not estimable"


def test_a_ratio_is_the_exponential_of_the_log_estimate():
    log = Estimate(value=math.log(1.49), se=1, ci_low=math.log(0.5), ci_high=2000.0)
    assert numbers.ratio(log) == "1.49 [0.50, ∞]"
    assert numbers.estimate(log, 1) == "0.4 [−0.7, 2,000.0]"


def test_only_ratio_measures_leave_the_scale_of_the_analysis():
    assert numbers.effect(0.0, -1, 1, measure="RD") == "0.00 [−1.00, 1.00]"
    assert numbers.effect(0.0, -1, 1, measure="OR") == "1.00 [0.37, 2.72]"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.281, "0.28"), (0.99, "0.99"), (0.9901, "> 0.99"), (1, "> 0.99"),
     (0.01, "0.01"), (0.0099, "< 0.01"), (0, "< 0.01"), (None, "–"), (NAN, "–")],
)  # fmt: skip
def test_a_chance_is_never_printed_as_certain(p, text):
    assert numbers.chance(p) == text


def test_a_share_of_unknown_counts_is_one_gap():
    assert numbers.share(None, None) == "–"
    assert numbers.share(3, None) == "3/–"
    assert numbers.share(0, 0) == "0/0"
