import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import hypergeom

from mdmameta.effects.binary import (
    AddTo,
    adjusted_cells,
    arcsine_difference,
    log_odds_ratio,
    log_risk_ratio,
    peto_log_odds_ratio,
    risk_difference,
)

ZERO = tuple(np.array(x, dtype=float) for x in ([0, 5], [9, 4], [3, 2], [6, 7]))
EMPTY = tuple(np.array(x, dtype=float) for x in ([0, 5], [9, 4], [0, 2], [6, 7]))


@pytest.mark.parametrize(
    ("to", "added"),
    [
        ("only0", [0.5, 0]),
        ("all", [0.5, 0.5]),
        ("if0all", [0.5, 0.5]),
        ("none", [0, 0]),
    ],
)
def test_the_constant_is_added_where_it_is_asked_for(
    to: AddTo, added: list[float]
) -> None:
    for before, after in zip(ZERO, adjusted_cells(*ZERO, to=to), strict=True):
        assert_array_equal(after - before, added)


def test_if0all_adds_nothing_when_no_cell_is_zero() -> None:
    full = tuple(cell[1:] for cell in ZERO)
    assert_array_equal(adjusted_cells(*full, to="if0all"), full)


def test_drop00_makes_a_table_without_events_missing() -> None:
    cells = adjusted_cells(*EMPTY, drop00=True)
    assert_array_equal(np.isnan(cells[0]), [True, False])


def test_a_dropped_table_does_not_trigger_if0all() -> None:
    cells = adjusted_cells(*EMPTY, drop00=True, to="if0all")
    assert cells[0][1] == 5


def test_swapping_groups_turns_the_sign_and_keeps_the_variance() -> None:
    a, b, c, d = (np.array([x]) for x in (8.0, 4.0, 2.0, 5.0))
    for kernel in (log_risk_ratio, log_odds_ratio, risk_difference):
        (y, v), (y_swapped, v_swapped) = kernel(a, b, c, d), kernel(c, d, a, b)
        assert_allclose([y_swapped, v_swapped], [-y, v])


def test_the_arcsine_of_a_risk_has_the_same_variance_whatever_the_risk() -> None:
    cells = [np.array([0.0, 6.0]), np.array([8.0, 2.0])]
    y, v = arcsine_difference(*cells, np.array([4.0, 4.0]), np.array([4.0, 12.0]))
    assert_allclose(v, [1 / 32 + 1 / 32, 1 / 32 + 1 / 64])
    assert_allclose(y, [-np.pi / 4, np.pi / 3 - np.pi / 6])


def test_peto_is_observed_less_expected_over_the_hypergeometric_variance() -> None:
    y, v = peto_log_odds_ratio(*(np.array([x]) for x in (3.0, 9.0, 5.0, 3.0)))
    variance = hypergeom(20, 8, 12).var()
    assert_allclose(v, 1 / variance)
    assert_allclose(y, (3 - 12 * 8 / 20) / variance)


def test_log_ratios_have_the_variance_of_the_delta_method() -> None:
    cells = tuple(np.array([x]) for x in (3.0, 9.0, 5.0, 3.0))
    y, v = log_odds_ratio(*cells)
    assert_allclose((y[0], v[0]), (np.log(9 / 45), 1 / 3 + 1 / 9 + 1 / 5 + 1 / 3))
    y, v = log_risk_ratio(*cells)
    assert_allclose((y[0], v[0]), (np.log(0.25 / 0.625), 0.25 + 0.075))
    y, v = risk_difference(*cells)
    wanted = 0.25 * 0.75 / 12 + 0.625 * 0.375 / 8
    assert_allclose((y[0], v[0]), (-0.375, wanted))
