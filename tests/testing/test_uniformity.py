from __future__ import annotations

import numpy as np
import pytest
from scipy.special import bdtr

from mdmameta.testing.uniformity import uniformity


def least_tail(ranks: np.ndarray) -> np.ndarray:
    """Most extreme tail of each row, by counting."""
    n, z = ranks.shape[1], np.arange(1, 100) / 100
    count = (ranks[:, :, None] <= z).sum(axis=1)
    many = np.where(count == 0, 1.0, 1 - bdtr(np.maximum(count - 1, 0), n, z))
    return np.minimum(bdtr(count, n, z), many).min(axis=1)


@pytest.mark.parametrize("power", [1.0, 1.3, 0.7])
def test_the_p_value_is_the_share_of_uniform_samples_that_look_worse(power):
    rng = np.random.default_rng(2)
    ranks = rng.uniform(size=30) ** power
    simulated = least_tail(rng.uniform(size=(4000, 30)))
    share = np.mean(simulated <= least_tail(ranks[None]) * (1 + 1e-9))
    error = np.sqrt(share * (1 - share) / 4000)
    assert uniformity(ranks) == pytest.approx(share, abs=4 * error + 1e-3)


@pytest.mark.parametrize("shape", [(2, 2), (0.5, 0.5), (2, 1)])
def test_wrong_widths_and_shifts_have_tiny_p_values(shape):
    ranks = np.random.default_rng(3).beta(*shape, size=200)
    assert uniformity(ranks) < 1e-4


def test_one_rank_in_the_middle_is_as_uniform_as_can_be():
    assert uniformity([0.5]) == pytest.approx(1.0)


def test_ranks_far_out_do_not_lose_their_probability_to_rounding():
    assert 0 <= uniformity(np.full(300, 1e-9)) < 1e-12
