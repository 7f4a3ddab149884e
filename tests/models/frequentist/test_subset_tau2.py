"""τ² of many subsets at once."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist.subset_tau2 import BATCHED, Subsets, estimate

Y, V = np.array([0.0, 1.0, 3.0, 0.5]), np.array([0.1, 0.2, 0.1, 0.3])
ALL = np.array([[True] * 4, [True, False, True, True], [True, True, False, False]])


def subsets() -> Subsets:
    return Subsets(Y, V, ALL, ALL.sum(axis=1), noise=0.0)


def test_traces_are_those_of_the_matrix() -> None:
    at = subsets().at(np.full(3, 0.2))
    W = np.diag(1 / (V + 0.2))
    P = W - W @ np.ones((4, 4)) @ W / W.sum()
    assert at.tr_p[0] == pytest.approx(np.trace(P))
    assert at.tr_pp[0] == pytest.approx(np.trace(P @ P))
    moments = [Y @ P @ Y, Y @ P @ P @ Y, Y @ P @ P @ P @ Y]
    np.testing.assert_allclose([at.q[0], at.q2[0], at.q3[0]], moments)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_estimate_is_where_a_dense_search_finds_the_likelihood_highest(
    restricted: bool,
) -> None:
    data, grid = subsets(), np.linspace(0, 20, 20_001)
    best = grid[data.log_likelihood(grid, restricted=restricted).argmax(axis=1)]
    at = data.at(np.zeros(3))
    found, converged = estimate(data, "REML" if restricted else "ML", at.q, at.tr_p)
    assert converged.all()
    np.testing.assert_allclose(found, best, atol=1e-3)


@pytest.mark.parametrize("code", BATCHED)
def test_less_scatter_than_expected_is_no_heterogeneity(code: str) -> None:
    calm = Subsets(Y / 100, V, ALL, ALL.sum(axis=1), noise=0.0)
    at = calm.at(np.zeros(3))
    assert estimate(calm, code, at.q, at.tr_p)[0].tolist() == [0, 0, 0]
