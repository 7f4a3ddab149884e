"""Traces of a generalised Q against matrices written out."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.quadratic import generalised_q

RNG = np.random.default_rng(3)
K = 6
Y, A, S = RNG.normal(size=K), RNG.uniform(0.5, 2, K), RNG.uniform(0.1, 1, K)
X = np.column_stack([np.ones(K), RNG.normal(size=K)])
D = np.diag(A)
P = D - D @ X @ np.linalg.solve(X.T @ D @ X, X.T @ D)


def test_q_is_the_quadratic_form() -> None:
    assert generalised_q(Y, X, A).q == pytest.approx(Y @ P @ Y)


def test_its_mean_and_variance_are_those_of_a_quadratic_form() -> None:
    form, PS = generalised_q(Y, X, A), P @ np.diag(S)
    assert form.df == 4
    assert form.expectation(S) == pytest.approx(np.trace(PS))
    assert form.variance(S) == pytest.approx(2 * np.trace(PS @ PS))


def test_the_root_has_the_eigenvalues_of_its_distribution() -> None:
    got = np.linalg.eigvalsh(generalised_q(Y, X, A).root(S))
    want = np.sort(np.linalg.eigvals(P @ np.diag(S)).real)
    np.testing.assert_allclose(got, want, atol=1e-12)
