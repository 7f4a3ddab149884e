"""The nearest correlation matrix against a direct search."""

import numpy as np
import pytest
from scipy.optimize import minimize

from mdmameta.effects.positive_definite import nearest_correlation

BAD = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]])


def test_no_correlation_matrix_found_by_search_is_nearer():
    def distance(flat):
        rows = flat.reshape(3, 3)
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return ((rows @ rows.T - BAD) ** 2).sum()

    starts = np.random.default_rng(1).normal(size=(20, 9))
    best = min(minimize(distance, start).fun for start in starts)
    ours = ((nearest_correlation(BAD) - BAD) ** 2).sum()
    assert ours == pytest.approx(best, rel=1e-4)


def test_the_nearest_is_a_correlation_matrix():
    near = nearest_correlation(BAD)
    assert np.diag(near) == pytest.approx(np.ones(3))
    assert (near == near.T).all()
    assert np.linalg.eigvalsh(near)[0] > 0


def test_a_positive_definite_matrix_is_its_own_nearest():
    good = np.array([[1.0, 0.4], [0.4, 1.0]])
    assert nearest_correlation(good) == pytest.approx(good)


def test_a_search_that_is_cut_short_still_gives_a_correlation_matrix(monkeypatch):
    monkeypatch.setattr("mdmameta.effects.positive_definite.ROUNDS", 1)
    near = nearest_correlation(BAD)
    assert np.diag(near) == pytest.approx(np.ones(3))
    assert np.linalg.eigvalsh(near)[0] > 0
