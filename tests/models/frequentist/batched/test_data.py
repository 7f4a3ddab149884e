"""Least squares of many data sets without matrices, against matrices."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.batched.data import (
    Many,
    least_squares,
)

RNG = np.random.default_rng(1)
Y, V = RNG.normal(0, 1, (6, 40)), RNG.uniform(0.1, 1, (6, 40))
X = np.linalg.qr(np.column_stack([np.ones(6), np.arange(6), [0, 0, 1, 0, 1, 1]]))[0]


@pytest.mark.parametrize("p", [1, 2, 3])
def test_the_basis_is_that_of_weighted_least_squares(p: int) -> None:
    data = Many(Y, V, None, X[:, :p], 40)
    w = data.weights(np.zeros(40))
    basis = data.basis(w)
    _, r = least_squares(data, w, basis)
    for i in range(40):
        A = X[:, :p].T @ (w[:, i, None] * X[:, :p])
        beta = np.linalg.solve(A, X[:, :p].T @ (w[:, i] * Y[:, i]))
        np.testing.assert_allclose(r[:, i], Y[:, i] - X[:, :p] @ beta, atol=1e-12)
        turn = basis.turn[:, :, i]
        np.testing.assert_allclose(turn @ turn.T, np.linalg.inv(A), rtol=1e-10)
        assert np.prod(basis.norm2[:, i]) == pytest.approx(np.linalg.det(A))


def test_what_is_chosen_keeps_its_numbers_side_by_side() -> None:
    # Columns one behind the other would be as right, and five times slower.
    some = Many(Y, V, None, None, 40).take(np.array([3, 1, 1]))
    assert some.y.flags.c_contiguous
    np.testing.assert_array_equal(some.y, Y[:, [3, 1, 1]])


def test_rows_that_do_not_determine_a_coefficient_are_told() -> None:
    inside = np.ones((6, 3))
    inside[[2, 4, 5], 1] = 0
    inside[:, 2] = [1, 0, 0, 0, 0, 0]
    data = Many(Y[:, :1], V[:, :1], inside, X, 3)
    assert data.independent().tolist() == [True, False, False]
