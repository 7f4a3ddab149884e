"""Speed of the frequentist models; `nox -s side-by-side` has R beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, fit_many
from mdmameta.models.frequentist.tau2 import ESTIMATORS
from mdmameta.sensitivity import gosh
from mdmameta.sensitivity.permutation import permutation_test


def made_up(k: int) -> Effects:
    """Heterogeneous effects with a moderator."""
    rng = np.random.default_rng(k)
    v = rng.uniform(0.01, 0.5, k)
    y = rng.normal(0, 0.5, k) + rng.normal(0, np.sqrt(v))
    return Effects.from_arrays(y=y, v=v, moderators={"dose": rng.normal(size=k)})


def many(n: int, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Heterogeneous effects of many data sets."""
    rng = np.random.default_rng(n)
    v = rng.uniform(0.01, 0.5, (n, k))
    return rng.normal(0, np.sqrt(v + 0.25)), v


MODELS = [CommonEffect(), RandomEffects(), MetaRegression("~ dose")]


@pytest.mark.parametrize("k", [13, 1_000, 10_000])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_fit(benchmark: Any, model: Model, k: int) -> None:
    benchmark(model.fit, made_up(k))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_of_tau2_of_13_studies(benchmark: Any, name: str) -> None:
    effects = made_up(13)
    benchmark(ESTIMATORS[name], effects.y, effects.v, np.ones((13, 1)))


@pytest.mark.parametrize("name", BATCHED)
def test_an_estimator_of_tau2_of_10_000_data_sets(benchmark: Any, name: str) -> None:
    benchmark(fit_many, *many(10_000), tau2=name)


def test_a_regression_of_10_000_data_sets(benchmark: Any) -> None:
    X = np.column_stack([np.ones(10), np.arange(10)])
    benchmark(fit_many, *many(10_000), X)


@pytest.mark.parametrize("name", ["DL", "PM", "REML"])
def test_all_subsets_of_13_studies(benchmark: Any, name: str) -> None:
    benchmark(gosh, made_up(13), RandomEffects(name))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_thousand_permutations(benchmark: Any, model: Model) -> None:
    effects = made_up(13)
    benchmark(
        lambda: permutation_test(effects, model, exact=False, iterations=1_000, seed=1)
    )


def test_all_flips_of_13_studies(benchmark: Any) -> None:
    benchmark(permutation_test, made_up(13), RandomEffects(), exact=True)


def test_a_fit_with_the_interval_of_tau2(benchmark: Any) -> None:
    effects, model = made_up(13), RandomEffects()
    benchmark(lambda: model.fit(effects).heterogeneity.tau2_ci)


def test_a_fit_of_correlated_effects(benchmark: Any) -> None:
    effects = made_up(13)
    V = np.diag(effects.v) + 0.005
    benchmark(RandomEffects().fit, Effects.from_arrays(y=effects.y, V=V))
