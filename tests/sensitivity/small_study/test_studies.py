"""Which studies and which models a look at small-study effects takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import (
    ClusterRobust,
    CommonEffect,
    MetaRegression,
    RandomEffects,
    RobustCorrelated,
)
from mdmameta.sensitivity.small_study import (
    egger,
    excess_significance,
    fail_safe_n,
    limit_meta_analysis,
    small_study_effects,
    trim_and_fill,
)

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.2, 0.5, 0.9, 1.2], v=[0.01, 0.02, 0.1, 0.2, 0.3]
)
METHODS: list[Callable[..., Any]] = [
    egger,
    excess_significance,
    fail_safe_n,
    limit_meta_analysis,
    small_study_effects,
    trim_and_fill,
]


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "model",
    [
        BayesianRandomEffects(),
        ClusterRobust(RandomEffects(), cluster="study"),
        RobustCorrelated(),
        RandomEffects,
    ],
    ids=lambda one: str(one)[:20],
)
def test_models_of_another_kind_are_refused_with_those_that_serve(
    method: Callable[..., Any], model: Any
) -> None:
    with pytest.raises(OptionError, match=r"does not serve .*RandomEffects\(…\)"):
        method(EFFECTS, model=model)


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.__name__)
def test_a_model_of_one_mean_serves_all_of_them(method: Callable[..., Any]) -> None:
    assert method(EFFECTS, model=RandomEffects(interval="wald")) is not None


def test_a_regression_serves_the_test_of_a_line_alone() -> None:
    model = MetaRegression("~ 1", interval="wald")
    mean = egger(EFFECTS, RandomEffects(interval="wald"))
    assert egger(EFFECTS, model).p_value == pytest.approx(mean.p_value)
    with pytest.raises(OptionError, match="does not serve trim and fill"):
        trim_and_fill(EFFECTS, model)  # type: ignore[arg-type]
    assert trim_and_fill(EFFECTS, CommonEffect()).k0 == 2
