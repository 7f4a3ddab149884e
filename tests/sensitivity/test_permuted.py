"""Permutations that come in chunks."""

from __future__ import annotations

import tracemalloc
from itertools import product

import numpy as np
import pytest

from mdmameta.sensitivity import permuted
from mdmameta.sensitivity.permuted import Permuted

Y, V = np.array([0.1, 0.7, -0.3, 1.2, 0.9]), np.array([0.1, 0.2, 0.05, 0.1, 0.3])


def all_orders(of: Permuted) -> np.ndarray:
    return np.concatenate(list(of.orders()))


def test_half_of_the_flips_stand_for_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(permuted, "DRAWN", 3)
    half = all_orders(Permuted(Y, V, np.ones((5, 1))))
    both = {tuple(row) for row in np.concatenate([half, -half])}
    assert both == set(product([-1, 1], repeat=5))
    assert half[0].tolist() == [1] * 5


@pytest.mark.parametrize("tau2", [None, "REML", "DL"])
def test_the_size_of_a_chunk_changes_no_p_value(
    tau2: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = Permuted(Y, V, np.ones((5, 1)))
    whole = of.p_values(tau2, "wald")
    monkeypatch.setattr(permuted, "DRAWN", 3)
    assert of.p_values(tau2, "wald") == whole


def test_the_first_of_random_orders_is_what_was_observed() -> None:
    X = np.column_stack([np.ones(5), [2, 0, 1, 0, 1]])
    drawn = all_orders(Permuted(Y, V, X, draws=5_000, seed=1))
    assert len(drawn) == 5_000
    assert drawn[0].tolist() == [2, 0, 1, 0, 1]
    assert (np.sort(drawn, axis=1) == [0, 0, 1, 1, 2]).all()


def test_memory_does_not_hold_all_flips() -> None:
    k = 20
    of = Permuted(np.linspace(-1, 2, k), np.ones(k), np.ones((k, 1)))
    tracemalloc.start()
    of.p_values(None, "wald")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    every_flipped_effect = 2 ** (k - 1) * k * np.dtype(float).itemsize
    # One chunk takes a fortieth. Whatever else runs in the process is
    # measured too, so the bound leaves room for it.
    assert most < every_flipped_effect / 10
