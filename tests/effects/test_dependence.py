import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects.dependence import shared_control_covariance
from mdmameta.errors import EffectsError


def test_rows_of_different_controls_are_independent() -> None:
    V = shared_control_covariance("MD", [2, 3, 4], ["a", "b", "a"], shared=[1, 1, 1])
    assert_allclose(V, [[2, 0, 1], [0, 3, 0], [1, 0, 4]])


def test_the_covariance_of_mean_differences_is_that_of_simulated_trials() -> None:
    rng = np.random.default_rng(7)
    control = rng.normal(0, 2 / np.sqrt(8), 200_000)
    first, second = (rng.normal(0, 2 / np.sqrt(12), 200_000) for _ in range(2))
    seen = np.cov(first - control, second - control)
    v = 4 / 12 + 4 / 8
    V = shared_control_covariance("MD", [v, v], [1, 1], shared=[0.5, 0.5])
    assert_allclose(V, seen, atol=0.01)


def test_smds_share_their_control_and_their_sd() -> None:
    V = shared_control_covariance(
        "SMD", [0.3, 0.3], [1, 1], shared=[1 / 7, 1 / 7], y=[-1, -2], n_total=[26, 26]
    )
    assert V[0, 1] == pytest.approx(1 / 7 + 2 / 52)


def test_smds_need_their_effects() -> None:
    with pytest.raises(EffectsError, match="needs y and n_total"):
        shared_control_covariance("SMD", [1], ["a"], shared=[0.1])


def test_lengths_must_agree() -> None:
    with pytest.raises(EffectsError, match="give one a row"):
        shared_control_covariance("MD", [1, 2], ["a"], shared=[0.1, 0.1])


def test_effects_and_people_have_one_value_a_row() -> None:
    with pytest.raises(EffectsError, match="y and n_total need 2 values each"):
        shared_control_covariance(
            "SMD", [0.3, 0.3], [1, 1], shared=[0.1, 0.1], y=[-1], n_total=[26, 26]
        )
