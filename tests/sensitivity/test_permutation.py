"""Permutation tests against enumeration by single fits."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
)
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


def test_the_interval_holds_what_the_test_does_not_reject() -> None:
    y, v = np.append(Y, [0.5, 0.2, 0.6]), np.append(V, [0.1, 0.1, 0.2])
    test = permutation_test(Effects.from_arrays(y=y, v=v), RandomEffects(), ci=True)
    low, high = test.ci_low[0], test.ci_high[0]
    width = high - low
    for at, rejected in [
        (low - 0.01 * width, True),
        (low + 0.01 * width, False),
        (high - 0.01 * width, False),
        (high + 0.01 * width, True),
    ]:
        moved = Effects.from_arrays(y=y - at, v=v)
        p = permutation_test(moved, RandomEffects()).p_values[0]
        assert (p <= 0.05) == rejected


def test_the_interval_is_that_of_metafor() -> None:
    # permutest(rma(yi, vi, test="knha"), exact=TRUE, permci=TRUE) of metafor
    # 3.8.1, whose search stops at 1.2e-4.
    y = np.array([0.39, -0.12, 0.85, 0.26, 1.14, 0.42, 0.05, 0.63])
    v = np.array([0.05, 0.21, 0.10, 0.34, 0.15, 0.02, 0.27, 0.08])
    test = permutation_test(
        Effects.from_arrays(y=y, v=v), RandomEffects(), exact=True, ci=True
    )
    np.testing.assert_allclose(
        [test.ci_low[0], test.ci_high[0]], [0.14299437, 0.82200946], atol=3e-4
    )


def test_an_interval_has_no_limits_where_nothing_can_be_rejected() -> None:
    data = Effects.from_arrays(y=Y, v=V)
    test = permutation_test(data, CommonEffect(), ci=["Intercept"])
    assert (test.ci_low[0], test.ci_high[0]) == (-np.inf, np.inf)
    with pytest.raises(SensitivityError, match="'dose' is not a term"):
        permutation_test(data, CommonEffect(), ci=["dose"])


def test_the_interval_of_a_moderator_moves_with_its_slope() -> None:
    x = np.array([0, 1, 2, 3, 4, 5])
    y = np.array([0.1, 0.3, -0.2, 0.4, 0.8, 0.7])
    v = np.full(6, 0.05)
    tests = [
        permutation_test(
            Effects.from_arrays(y=y + slope * x, v=v, moderators={"x": x}),
            MetaRegression("~ x", tau2="DL"),
            ci=["x"],
        )
        for slope in (0.0, 3.0)
    ]
    assert np.isnan(tests[0].ci_low[0])
    assert tests[1].ci_low[1] - tests[0].ci_low[1] == pytest.approx(3.0, abs=1e-3)
    assert tests[0].ci_low[1] < tests[0].fit.params["x"] < tests[0].ci_high[1]


@pytest.mark.parametrize(
    ("model", "effects", "options", "said"),
    [
        (Multilevel(["effect"]), Effects.from_arrays(Y, V), {}, "use CommonEffect, Ra"),
        (
            CommonEffect(),
            Effects.from_arrays(Y, V=np.diag(V) + 0.01),
            {},
            "correlated effects cannot be permuted one by one",
        ),
        (
            RandomEffects("GENQ"),
            Effects.from_arrays(Y, V),
            {},
            "its tau2 must be a num",
        ),
        (
            CommonEffect(),
            Effects.from_arrays(np.arange(1.0, 25.0), np.ones(24)),
            {"exact": True},
            "16,777,216 permutations are too many",
        ),
    ],
)
def test_what_cannot_be_permuted_is_refused_with_a_cure(
    model: Any, effects: Effects, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(SensitivityError, match=said):
        permutation_test(effects, model, **options)


def test_the_table_puts_both_p_values_side_by_side() -> None:
    test = permutation_test(Effects.from_arrays(Y, V), RandomEffects(), ci=True)
    (row,) = test.to_frame().to_dict("records")
    assert row["p_permuted"] == test.p_values[0]
    assert row["p_value"] == test.fit.coefficients["p_value"][0]
    assert (row["ci_low"], row["ci_high"]) == (test.ci_low[0], test.ci_high[0])
