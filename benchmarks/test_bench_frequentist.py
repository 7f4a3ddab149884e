"""Speed of the frequentist models; metafor 5.0-1 takes 3.6 ms for the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.tau2 import ESTIMATORS


def made_up(k: int) -> Effects:
    """Heterogeneous effects with a moderator."""
    rng = np.random.default_rng(k)
    v = rng.uniform(0.01, 0.5, k)
    y = rng.normal(0, 0.5, k) + rng.normal(0, np.sqrt(v))
    return Effects.from_arrays(y=y, v=v, moderators={"dose": rng.normal(size=k)})


MODELS = [CommonEffect(), RandomEffects(), MetaRegression("~ dose")]


@pytest.mark.parametrize("k", [13, 1000])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_fit(benchmark: Any, model: Model, k: int) -> None:
    benchmark(model.fit, made_up(k))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_of_tau2_of_13_studies(benchmark: Any, name: str) -> None:
    effects = made_up(13)
    benchmark(ESTIMATORS[name], effects.y, effects.v, np.ones((13, 1)))


def test_a_fit_with_the_interval_of_tau2(benchmark: Any) -> None:
    effects, model = made_up(13), RandomEffects()
    benchmark(lambda: model.fit(effects).heterogeneity.tau2_ci)


def test_a_fit_of_correlated_effects(benchmark: Any) -> None:
    effects = made_up(13)
    V = np.diag(effects.v) + 0.005
    benchmark(RandomEffects().fit, Effects.from_arrays(y=effects.y, V=V))
