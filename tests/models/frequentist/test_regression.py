"""Least squares against matrices written out."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.regression import (
    Rows,
    hat_values,
    independent_rows,
    least_squares,
    orthogonalise,
    typical_variance,
    weights_percent,
)

RNG = np.random.default_rng(20)
K = 8
Y, D = RNG.normal(size=K), RNG.uniform(0.1, 1, size=K)
X = np.column_stack([np.ones(K), RNG.normal(size=K)])
ROOT = RNG.normal(size=(K, K))
V = ROOT @ ROOT.T / K + 0.1 * np.eye(K)
TAU2 = 0.3


def projection(M: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(XᵀWX)⁻¹, XᵀW and P for W the inverse of M."""
    W = np.linalg.inv(M)
    C = np.linalg.inv(X.T @ W @ X)
    return C, X.T @ W, W - W @ X @ C @ X.T @ W


def test_weighted_least_squares_solves_the_normal_equations() -> None:
    C, XW, P = projection(np.diag(D + TAU2))
    fit = least_squares(Y, D, X, TAU2)
    np.testing.assert_allclose(fit.beta, C @ XW @ Y)
    np.testing.assert_allclose(fit.vcov, C)
    assert fit.q == pytest.approx(Y @ P @ Y)


def test_generalised_least_squares_is_the_same_in_rotated_axes() -> None:
    C, XW, P = projection(V + TAU2 * np.eye(K))
    rows = independent_rows(Y, np.diag(V), X, V)
    fit = least_squares(rows.y, rows.v, rows.X, TAU2)
    np.testing.assert_allclose(fit.beta, C @ XW @ Y)
    np.testing.assert_allclose(fit.vcov, C)
    assert fit.q == pytest.approx(Y @ P @ Y)


def test_a_diagonal_covariance_matrix_changes_nothing() -> None:
    rows = independent_rows(Y, D, X, np.diag(D))
    np.testing.assert_allclose(
        least_squares(rows.y, rows.v, rows.X, TAU2).beta,
        least_squares(Y, D, X, TAU2).beta,
    )


def test_the_typical_variance_is_the_residual_df_over_the_trace_of_p() -> None:
    P = projection(np.diag(D))[2]
    assert typical_variance(D, X) == pytest.approx((K - 2) / np.trace(P))


def test_without_moderators_it_is_that_of_higgins_and_thompson() -> None:
    w = 1 / D
    expected = (K - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum())
    assert typical_variance(D, np.ones((K, 1))) == pytest.approx(expected)


@pytest.mark.parametrize("matrix", [None, V], ids=["independent", "correlated"])
def test_leverages_are_the_diagonal_of_the_hat_matrix(matrix: np.ndarray) -> None:
    M = (np.diag(D) if matrix is None else matrix) + TAU2 * np.eye(K)
    C, XW, _ = projection(M)
    rows = independent_rows(Y, D, X, matrix)
    hat = hat_values(rows, TAU2)
    np.testing.assert_allclose(hat, np.diag(X @ C @ XW))
    assert hat.sum() == pytest.approx(2)


def test_weights_of_correlated_rows_are_row_sums_of_the_inverse() -> None:
    W = np.linalg.inv(V + TAU2 * np.eye(K))
    rows = independent_rows(Y, D, X, V)
    expected = 100 * W.sum(axis=1) / W.sum()
    np.testing.assert_allclose(
        weights_percent(1 / (rows.v + TAU2), rows.axes), expected
    )


def test_one_column_and_several_are_factored_alike() -> None:
    for A in (X[:, :1], X):
        basis, inverse = orthogonalise(A)
        np.testing.assert_allclose(basis.T @ basis, np.eye(A.shape[1]), atol=1e-15)
        np.testing.assert_allclose(A @ inverse, basis)


def test_residuals_of_equal_effects_are_exactly_zero() -> None:
    y = np.full(3, 0.1) * 3
    assert least_squares(y, np.array([0.04, 0.09, 0.02]), np.ones((3, 1))).q == 0


def test_a_leverage_needs_no_matrix_of_all_rows() -> None:
    k = 20_000
    rows = Rows(np.zeros(k), np.ones(k), np.ones((k, 1)))
    np.testing.assert_allclose(hat_values(rows, 0.0), 1 / k)
