"""Kernels of stratified tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from mdmameta.models.frequentist.stratified import (
    Strata,
    association,
    fitted_events,
    homogeneity,
    pooled_odds_ratio,
    pooled_peto,
    pooled_risk_difference,
    pooled_risk_ratio,
)

ONE = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
TWO = Strata(*(np.array(x, float) for x in ([8, 10], [4, 30], [2, 6], [5, 40])))


def test_one_table_gives_its_own_contrasts() -> None:
    assert np.exp(pooled_odds_ratio(ONE).value) == pytest.approx(8 * 5 / (4 * 2))
    assert np.exp(pooled_risk_ratio(ONE).value) == pytest.approx(8 / 12 / (2 / 7))
    assert pooled_risk_difference(ONE).value == pytest.approx(8 / 12 - 2 / 7)


def test_one_table_gives_the_usual_errors_of_ratios() -> None:
    odds = 1 / 8 + 1 / 4 + 1 / 2 + 1 / 5
    assert pooled_odds_ratio(ONE).se == pytest.approx(np.sqrt(odds))
    risk = 1 / 8 - 1 / 12 + 1 / 2 - 1 / 7
    assert pooled_risk_ratio(ONE).se == pytest.approx(np.sqrt(risk))


def test_excess_and_variance_are_hypergeometric() -> None:
    drawn = hypergeom(19, 10, 12)
    assert ONE.excess[0] == pytest.approx(8 - drawn.mean())
    assert ONE.variance[0] == pytest.approx(drawn.var())


@pytest.mark.parametrize("pool", [pooled_odds_ratio, pooled_peto])
def test_swapping_groups_mirrors_a_log_odds_ratio(pool) -> None:
    swapped = Strata(TWO.c, TWO.d, TWO.a, TWO.b)
    assert pool(swapped).value == pytest.approx(-pool(TWO).value)
    assert pool(swapped).se == pytest.approx(pool(TWO).se)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(odds_ratio=st.floats(1e-3, 1e3))
def test_fitted_events_have_the_odds_ratio_and_the_margins(odds_ratio) -> None:
    a = fitted_events(TWO, odds_ratio)
    b, c = TWO.n1 - a, TWO.a + TWO.c - a
    d = TWO.n2 - c
    np.testing.assert_allclose(a * d / (b * c), odds_ratio, rtol=1e-8)


def test_without_a_contrast_fitted_events_are_those_expected() -> None:
    np.testing.assert_allclose(fitted_events(TWO, 1.0), TWO.a - TWO.excess)


def test_tables_of_one_odds_ratio_are_homogeneous() -> None:
    same = Strata(*(np.array([x, 3 * x]) for x in (8.0, 4.0, 2.0, 5.0)))
    breslow_day, tarone, df = homogeneity(same, 5.0)
    assert breslow_day == pytest.approx(0, abs=1e-12)
    assert tarone == pytest.approx(0, abs=1e-12)
    assert df == 1


def test_the_continuity_correction_never_passes_zero() -> None:
    even = Strata(*(np.array([x]) for x in (5.0, 5.0, 5.0, 5.0)))
    assert association(even) == (0.0, 1.0)
    assert association(TWO)[0] < association(TWO, correct=False)[0]
