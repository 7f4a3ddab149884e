"""Permutation tests against enumeration by single fits."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity.permutation import permutation_test

Y, V = np.array([0.1, 0.7, 0.3, 1.2, 0.9]), np.array([0.1, 0.2, 0.05, 0.1, 0.3])


@pytest.mark.parametrize("x", [[0, 1, 2, 3, 5], [0, 0, 1, 1, 1]])
def test_an_exact_test_of_a_moderator_is_that_of_all_orders(x: list[int]) -> None:
    model = MetaRegression("~ x")
    sizes = []
    for order in permutations(x):
        effects = Effects.from_arrays(y=Y, v=V, moderators={"x": list(order)})
        sizes.append(abs(model.fit(effects).coefficients["statistic"][1]))
    expected = np.mean(np.array(sizes) >= sizes[0] - 1e-8)
    observed = Effects.from_arrays(y=Y, v=V, moderators={"x": x})
    test = permutation_test(observed, model)
    assert test.p_values[1] == pytest.approx(expected)
    assert test.omnibus_p == pytest.approx(expected)


def test_orders_of_equal_rows_are_counted_once() -> None:
    data = Effects.from_arrays(y=Y, v=V, moderators={"x": [0, 0, 1, 1, 1]})
    assert permutation_test(data, MetaRegression("~ x")).permutations == 10


def test_effects_of_one_sign_have_the_smallest_p_of_flips() -> None:
    test = permutation_test(Effects.from_arrays(y=Y, v=V), CommonEffect())
    assert test.p_values[0] == test.smallest_p == 2 / 2**5


def test_a_random_test_repeats_with_its_seed_and_nears_the_exact_one() -> None:
    data = Effects.from_arrays(y=np.array([-0.3, 0.7, 0.3, 1.2, -0.2]), v=V)
    exact = permutation_test(data, RandomEffects())
    runs = [
        permutation_test(data, RandomEffects(), exact=False, iterations=4000, seed=1)
        for _ in range(2)
    ]
    assert runs[0].p_values[0] == runs[1].p_values[0]
    assert runs[0].p_values[0] == pytest.approx(exact.p_values[0], abs=0.03)


def test_a_random_test_needs_a_seed() -> None:
    with pytest.raises(SensitivityError, match="needs a seed"):
        permutation_test(Effects.from_arrays(y=Y, v=V), CommonEffect(), exact=False)
