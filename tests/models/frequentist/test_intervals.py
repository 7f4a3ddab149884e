"""Intervals and tests against scipy's distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, f, norm, t

from mdmameta.models.frequentist.intervals import (
    Inference,
    coefficient_intervals,
    critical_value,
    joint_test,
    two_sided_p,
)

BETA, VCOV = np.array([0.5, -1.0]), np.array([[0.04, 0.01], [0.01, 0.09]])


def intervals(interval: str, q: float = 12.0, df: int = 5) -> Inference:
    return coefficient_intervals(BETA, VCOV, q, df, interval=interval, level=0.9)


@pytest.mark.parametrize(
    ("interval", "scale", "df"),
    [
        ("wald", 1.0, np.inf),
        ("t", 1.0, 5.0),
        ("knapp-hartung", 2.4, 5.0),
        ("knapp-hartung-adhoc", 2.4, 5.0),
    ],
)
def test_each_interval_has_its_scale_and_reference(
    interval: str, scale: float, df: float
) -> None:
    got = intervals(interval)
    assert (got.scale, got.df) == (pytest.approx(scale), df)
    np.testing.assert_allclose(got.se, np.sqrt(scale * np.diag(VCOV)))
    half = t.ppf(0.95, df) * got.se
    np.testing.assert_allclose(got.ci_low, BETA - half)
    np.testing.assert_allclose(got.ci_high, BETA + half)
    np.testing.assert_allclose(got.p_value, 2 * t.sf(abs(BETA) / got.se, df))


def test_only_the_ad_hoc_version_never_scales_down() -> None:
    assert intervals("knapp-hartung", q=2.0).scale == pytest.approx(0.4)
    assert intervals("knapp-hartung-adhoc", q=2.0).scale == 1


@pytest.mark.parametrize("interval", ["t", "knapp-hartung", "knapp-hartung-adhoc"])
def test_without_residual_degrees_of_freedom_every_interval_is_walds(
    interval: str,
) -> None:
    got, wald = intervals(interval, q=0.0, df=0), intervals("wald")
    assert np.isinf(got.df)
    np.testing.assert_array_equal(got.ci_low, wald.ci_low)


def test_an_estimate_without_error_is_infinitely_far_from_zero() -> None:
    got = intervals("knapp-hartung", q=0.0)
    np.testing.assert_array_equal(got.statistic, [np.inf, -np.inf])
    np.testing.assert_array_equal(got.p_value, [0, 0])
    np.testing.assert_array_equal(got.ci_low, got.ci_high)


def test_critical_values_are_quantiles() -> None:
    assert critical_value(0.99, np.inf) == pytest.approx(norm.ppf(0.995))
    assert critical_value(0.99, 3) == pytest.approx(t.ppf(0.995, 3))


def test_small_p_values_keep_their_digits() -> None:
    p = two_sided_p(np.array([30.0]), np.inf)
    np.testing.assert_allclose(p, 2 * norm.sf(30))


def test_the_joint_test_is_chi2_or_f() -> None:
    statistic = BETA @ np.linalg.inv(VCOV) @ BETA
    normal, scaled = joint_test(BETA, VCOV, np.inf), joint_test(BETA, VCOV, 7)
    assert normal.statistic == pytest.approx(statistic)
    assert normal.p_value == pytest.approx(chi2.sf(statistic, 2))
    assert scaled.statistic == pytest.approx(statistic / 2)
    assert scaled.p_value == pytest.approx(f.sf(statistic / 2, 2, 7))


def test_coefficients_without_error_have_no_joint_test() -> None:
    assert np.isnan(joint_test(BETA, 0 * VCOV, 5).statistic)


def test_one_residual_degree_of_freedom_is_enough_for_a_t_interval() -> None:
    got = intervals("knapp-hartung", q=3.0, df=1)
    assert (got.df, got.scale) == (1.0, 3.0)
    np.testing.assert_allclose(got.ci_high - BETA, t.ppf(0.95, 1) * got.se)
