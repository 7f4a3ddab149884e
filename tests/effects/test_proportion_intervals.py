"""Intervals of single proportions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from mdmameta.effects.proportion_intervals import proportion_interval
from mdmameta.errors import EffectsError, OptionError


def test_exact_bounds_leave_half_the_error_in_each_tail() -> None:
    row = proportion_interval([3], [12]).iloc[0]
    assert binom.sf(2, 12, row["ci_low"]) == pytest.approx(0.025)
    assert binom.cdf(3, 12, row["ci_high"]) == pytest.approx(0.025)


@pytest.mark.parametrize("method", ["CP", "WS", "WSCC", "AC", "SA", "SACC"])
def test_non_events_mirror_events(method: str) -> None:
    a = proportion_interval([2, 0], [10, 10], method=method)  # type: ignore[arg-type]
    b = proportion_interval([8, 10], [10, 10], method=method)  # type: ignore[arg-type]
    np.testing.assert_allclose(a["ci_low"], 1 - b["ci_high"], atol=1e-12)


def test_more_events_than_people_are_an_error() -> None:
    with pytest.raises(EffectsError, match="allowed: 0 <= x <= n"):
        proportion_interval([3], [2])


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(OptionError, match=f"level={level} is not strictly between"):
        proportion_interval([3], [12], level=level)
