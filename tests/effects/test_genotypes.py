"""Excess heterozygosity beside metafor 5.1's numbers and its limits."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta import effect_size
from mdmameta.errors import DataWarning, EffectsError


def test_shares_of_hardy_and_weinberg_have_no_excess() -> None:
    p = 0.3
    table = effect_size("REH", ai=[1e3 * p**2], bi=[2e3 * p * (1 - p)], ci=[490.0])
    assert table["y"][0] == pytest.approx(0.0, abs=1e-12)


def test_numbers_are_those_of_escalc() -> None:
    table = effect_size("REH", ai=[20, 33], bi=[30, 5], ci=[15, 9])
    np.testing.assert_allclose(table["y"], [-0.1438, -1.9306], atol=5e-5)
    np.testing.assert_allclose(table["v"], [0.0625, 0.2354], atol=5e-5)


def test_a_genotype_that_no_one_has_leaves_the_row_empty() -> None:
    with pytest.warns(DataWarning, match="needs add > 0"):
        table = effect_size("REH", ai=[0, 20], bi=[12, 30], ci=[4, 15])
    assert table["y"].isna().tolist() == [True, False]
    with_half = effect_size("REH", ai=[0, 20], bi=[12, 30], ci=[4, 15], add=0.5)
    assert with_half["y"][0] == pytest.approx(np.log(12.5 / (2 * np.sqrt(0.5 * 4.5))))
    assert with_half["y"][1] == table["y"][1]


def test_the_alleles_may_change_places() -> None:
    one = effect_size("REH", ai=[20], bi=[30], ci=[15])
    other = effect_size("REH", ai=[15], bi=[30], ci=[20])
    np.testing.assert_array_equal(one, other)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(EffectsError, match="bi = -1 in row 0"):
        effect_size("REH", ai=[20], bi=[-1], ci=[15])
