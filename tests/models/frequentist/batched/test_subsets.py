"""Sums over subsets by products of matrices, against the data sets one by one."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.batched.data import Many, at_zero, centred
from mdmameta.models.frequentist.batched.subsets import shared_at_zero

RNG = np.random.default_rng(1)
Y, V = RNG.normal(0, 1, (6, 1)), RNG.uniform(0.1, 1, (6, 1))


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e8])
def test_subsets_of_the_same_rows_are_what_they_are_one_by_one(offset: float) -> None:
    inside = (np.random.default_rng(2).random((6, 40)) < 0.6).astype(float)
    inside[:2] = 1
    data = Many(Y + offset, V, inside, None, 40)
    _, _, zero = shared_at_zero(data)
    other = at_zero(centred(data)[0])
    np.testing.assert_allclose(zero.q, other.q, rtol=1e-7)
    np.testing.assert_allclose(zero.trace, other.trace, rtol=1e-10)


def test_two_rows_far_from_the_others_lose_no_digits() -> None:
    y = np.array([0.0, 0.1, 1e6, 1e6 + 1])[:, None]
    data = Many(
        y, np.ones((4, 1)), np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]), None, 2
    )
    np.testing.assert_allclose(shared_at_zero(data)[2].q, [0.005, 0.5], rtol=1e-9)
