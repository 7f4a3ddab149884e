"""Exact intervals, implied spreads and sample sizes, against other routes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mdmameta.analyses.pilot_numbers import endpoint_sd, exact_d, people_needed


def test_the_interval_of_a_standardised_change_has_its_tails() -> None:
    t, n = -8.04, 12
    low, high = exact_d(t, n)
    tail = stats.nct(n - 1, -high * np.sqrt(n)).sf(-t)
    assert tail == pytest.approx(0.025, abs=1e-6)
    assert stats.nct(n - 1, -low * np.sqrt(n)).cdf(-t) == pytest.approx(0.025, abs=1e-6)


def test_an_interval_turns_over_with_its_change() -> None:
    low, high = exact_d(-3.0, 9)
    assert exact_d(3.0, 9) == pytest.approx((-high, -low))


@pytest.mark.parametrize("r", [0.0, 0.4, 0.9])
def test_the_endpoint_sd_gives_the_change_sd_back(r: float) -> None:
    end = endpoint_sd(4.9, 8.3, r)
    assert 4.9**2 + end**2 - 2 * r * 4.9 * end == pytest.approx(8.3**2)


def test_a_spread_of_change_that_no_endpoint_gives_is_a_gap() -> None:
    assert np.isnan(endpoint_sd(10.0, 1.0, 0.0))


@pytest.mark.parametrize(("size", "n"), [(0.5, 64), (0.8, 26), (0.24, 274)])
def test_sample_sizes_are_those_of_tables(size: float, n: int) -> None:
    assert people_needed(size, 0.8) == n
