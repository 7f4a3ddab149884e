from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gamma

from mdmameta.errors import ModelError
from mdmameta.models.bayesian.quadrature import first_panels
from mdmameta.models.bayesian.tau_lines import HalfLine, Line

LINES = [Line(), Line(0.3), Line(0, 5), Line(2, 2.5)]


@pytest.mark.parametrize("line", LINES)
def test_a_point_of_the_line_returns_to_itself(line):
    t = np.linspace(-9, 9, 7)
    np.testing.assert_allclose(line.point(line.tau(t)), t, atol=1e-8)


@pytest.mark.parametrize("line", LINES)
def test_the_slope_is_the_derivative(line):
    t, h = np.linspace(-5, 5, 11), 1e-6
    slope = (line.tau(t + h) - line.tau(t - h)) / (2 * h)
    np.testing.assert_allclose(np.exp(line.log_slope(t)), slope, rtol=1e-6)


@pytest.mark.parametrize("unit", [1e-6, 0.2, 1e6])
def test_a_half_line_begins_at_zero_and_its_slope_is_the_derivative(unit):
    line, t, h = HalfLine(unit), np.linspace(0, 9, 7), 1e-6
    assert line.tau(t)[0] == 0
    np.testing.assert_allclose(line.point(line.tau(t)), t, atol=1e-12)
    slope = (line.tau(t + h) - line.tau(t - h)) / (2 * h)
    np.testing.assert_allclose(np.exp(line.log_slope(t)), slope, rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3])
def test_a_half_line_integrates_what_is_finite_at_zero_with_few_nodes(scale):
    panels = first_panels(lambda x: -x / scale, HalfLine(0.3)).doubled()
    assert panels.log_evidence == pytest.approx(np.log(scale), abs=1e-10)
    assert panels.moment(2) == pytest.approx(2 * scale**2, rel=1e-10)


def test_a_half_line_knows_heavy_tails_and_impossible_ones():
    panels = first_panels(lambda x: -2.5 * np.log1p(x), HalfLine(1.0))
    assert panels.infinite_moments == (False, True)
    with pytest.raises(ModelError, match="in its upper tail"):
        first_panels(lambda x: -0.9 * np.log1p(x), HalfLine(1.0))


def test_what_lies_outside_the_support_is_at_the_ends_of_the_line():
    assert Line(1, 2).point(np.array([0.5, 1, 2, 3])) == pytest.approx(
        [-np.inf, -np.inf, np.inf, np.inf]
    )


@pytest.mark.parametrize("scale", [1e-9, 1, 1e9])
@pytest.mark.parametrize("shape", [0.5, 1, 30, 2000])
def test_gamma_densities_of_any_width_and_place_are_found(shape, scale):
    panels = first_panels(
        lambda x: (shape - 1) * np.log(x / scale) - x / scale, Line()
    ).doubled()
    panels = panels.doubled().doubled()
    log_total = np.log(scale) + np.log(gamma(shape)) if shape < 99 else None
    if log_total is not None:
        assert panels.log_evidence == pytest.approx(log_total, abs=1e-12)
    assert panels.moment(1) == pytest.approx(shape * scale, rel=1e-12)
    assert panels.moment(2) == pytest.approx(shape * (shape + 1) * scale**2, rel=1e-12)


def test_moments_beyond_the_tail_are_infinite():
    """A density falling like x^-2.5 has a mean and no second moment."""
    panels = first_panels(lambda x: -2.5 * np.log1p(x), Line())
    assert panels.infinite_moments == (False, True)
    assert panels.moment(2) == np.inf


def test_several_densities_share_one_set_of_nodes():
    rates = np.array([[0.01], [1], [100]])
    panels = first_panels(lambda x: -rates * x, Line()).doubled().doubled()
    assert panels.log_evidence == pytest.approx(-np.log(rates[:, 0]), abs=1e-10)
    assert panels.moment(1) == pytest.approx(1 / rates[:, 0])


def test_a_half_line_begins_where_tau_is_lowest() -> None:
    line = HalfLine(0.2)
    assert line.tau(line.scan).min() == line.low == 0
    assert np.isinf(line.high)
