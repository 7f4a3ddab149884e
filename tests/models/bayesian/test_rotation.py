from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.bayesian import HalfNormal, Normal
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.rotation import principal_axes

#: Correlations of five effects.
R = 0.6 + 0.4 * np.eye(5)


def graded(g):
    """Return standard errors over many powers of ten."""
    return np.sqrt([g, g, 1, 1 / g, 1 / g])


@pytest.mark.parametrize("g", [1.0, 1e-3, 1e-5, 1e-9, 1e-12])
def test_the_smallest_variance_has_as_many_digits_as_the_largest(g):
    s = graded(g)
    V = s[:, None] * R * s
    lam, U = principal_axes(V)
    inverse = np.trace(np.linalg.inv(R) / np.outer(s, s))
    assert (1 / lam).sum() == pytest.approx(inverse, rel=1e-12)
    np.testing.assert_allclose((U * lam) @ U.T, V, rtol=1e-11)
    np.testing.assert_allclose(U.T @ U, np.eye(5), atol=1e-14)


def test_a_matrix_that_is_not_positive_definite_shows_it():
    V = np.array([[1.0, 2e4], [2e4, 1e8]])
    assert principal_axes(V)[0].min() <= 0


def test_correlated_effects_of_a_minute_and_a_vast_variance_are_pooled_exactly():
    """Given τ all is linear: a solution with scaled rows needs no eigenvalues."""
    s, tau = graded(1e-8), 1e-5
    y = np.array([0.1, 0.1001, 0.3, 0.2, 0.4])
    V = s[:, None] * R * s
    found = exact_posterior(y, s**2, Normal(0, 1), HalfNormal(1e-4), V=V)
    scale = np.sqrt(s**2 + tau**2)
    inner = (V + tau**2 * np.eye(5)) / np.outer(scale, scale)
    told = np.linalg.solve(inner, 1 / scale) / scale
    precision = told.sum() + 1
    given = found.conditional(tau)
    assert given.sd[0] == pytest.approx(precision**-0.5, rel=1e-10)
    assert given.mean[0] == pytest.approx(told @ y / precision, rel=1e-10)
