"""Sums over many numbers by few points."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.condensed import condense

RNG = np.random.default_rng(5)
D = 10 ** RNG.uniform(-4, 4, 5000)
BASIS = RNG.normal(size=(5000, 2))


@pytest.mark.parametrize("s", [1e-3, 1.0, 1e3, -0.5 + 1j, -5 + 10j, -50 + 100j])
def test_sums_of_a_smooth_function_are_those_over_all_numbers(s: complex) -> None:
    few = condense(D, BASIS)
    assert few.d.size < 700
    logs = np.log(1 + 2 * s * D).sum()
    assert few.count @ np.log(1 + 2 * s * few.d) == pytest.approx(logs, rel=1e-12)
    direct = (BASIS.T / (1 + 2 * s * D)) @ BASIS
    found = np.tensordot(1 / (1 + 2 * s * few.d), few.products, 1)
    np.testing.assert_allclose(found, direct, rtol=1e-11, atol=1e-9)


def test_equal_numbers_need_one_range() -> None:
    few = condense(np.full(1000, 3.0), np.ones((1000, 1)))
    assert few.count.sum() == pytest.approx(1000)
    assert few.count @ few.d == pytest.approx(3000)


def test_few_numbers_and_zeros_stand_for_themselves() -> None:
    d = np.arange(500.0)
    assert condense(d, np.ones((500, 1))).d is d
    assert condense(d[1:10], np.ones((9, 1))).count.tolist() == [1.0] * 9
