"""Traces and quadratic forms against the matrix P written out."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.moments import contrasts, moments, residual_q

RNG = np.random.default_rng(3)
K = 9
Y, D = 5 + RNG.normal(size=K), RNG.uniform(0.1, 2, size=K)
DESIGNS = {
    "mean": np.ones((K, 1)),
    "slope": np.column_stack([np.ones(K), np.arange(1990.0, 1990 + K)]),
    "three": np.column_stack([np.ones(K), RNG.normal(size=(K, 2))]),
}


def p_matrix(X: np.ndarray, tau2: float) -> np.ndarray:
    W = np.diag(1 / (D + tau2))
    return W - W @ X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("tau2", [0.0, 0.7, 50.0])
def test_moments_are_those_of_the_matrix(design: str, tau2: float) -> None:
    P = p_matrix(DESIGNS[design], tau2)
    at = moments(contrasts(Y, D, DESIGNS[design]), tau2)
    close = {"rel": 1e-7}
    assert at.ypy == pytest.approx(Y @ P @ Y, **close)
    assert at.yppy == pytest.approx(Y @ P @ P @ Y, **close)
    assert at.ypppy == pytest.approx(Y @ P @ P @ P @ Y, **close)
    assert at.tr_p == pytest.approx(np.trace(P), **close)
    assert at.tr_pp == pytest.approx(np.trace(P @ P), **close)
    assert at.tr_w == pytest.approx((1 / (D + tau2)).sum())
    assert at.tr_ww == pytest.approx((1 / (D + tau2) ** 2).sum())


@pytest.mark.parametrize("design", DESIGNS)
def test_q_comes_with_minus_its_derivative(design: str) -> None:
    data, h = contrasts(Y, D, DESIGNS[design]), 1e-5
    slope = (residual_q(data, 0.7 - h)[0] - residual_q(data, 0.7 + h)[0]) / (2 * h)
    assert residual_q(data, 0.7)[1] == pytest.approx(slope, rel=1e-7)


def test_a_large_common_shift_costs_no_digits() -> None:
    near = residual_q(contrasts(Y, D, np.ones((K, 1))), 0.1)[0]
    far = residual_q(contrasts(Y + 1e6, D, np.ones((K, 1))), 0.1)[0]
    assert far == pytest.approx(near, rel=1e-8)


def test_degrees_of_freedom_are_rows_less_columns() -> None:
    assert contrasts(Y, D, DESIGNS["three"]).df == K - 3
