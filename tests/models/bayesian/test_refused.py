"""Effects and priors that a sampled model cannot use are refused before sampling."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta import (
    BayesianBinomialNormal,
    BayesianMultilevel,
    BayesianRobustEffects,
    Effects,
    HalfNormal,
)
from mdmameta.errors import ModelError, OptionError

V = np.diag([0.05, 0.06, 0.2])
V[0, 1] = V[1, 0] = 0.02
CELLS = {"ai": [3, 2], "n1i": [10, 12], "ci": [5, 6], "n2i": [11, 12]}


def counted(measure: str = "OR", **changed: list[float]) -> Effects:
    moderators = {**CELLS, **changed}
    return Effects.from_arrays([0, 0], [1, 1], measure=measure, moderators=moderators)


def test_sampling_errors_that_cross_studies_are_named_with_both() -> None:
    model = BayesianMultilevel(seed=1)
    model.task(Effects.from_arrays([-0.9, -0.5, -0.6], V=V, study=["a", "a", "b"]))
    apart = Effects.from_arrays([-0.9, -0.5, -0.6], V=V, study=["a", "b", "b"])
    with pytest.raises(ModelError, match=r"covariance 0\.02 of effects of 'a' and 'b'"):
        model.task(apart)


def test_t_distributed_effects_must_be_independent() -> None:
    model = BayesianRobustEffects(seed=1)
    model.task(Effects.from_arrays([-0.9, -0.5, -0.6], V=np.diag(np.diag(V))))
    with pytest.raises(ModelError, match="integrated one by one"):
        model.task(Effects.from_arrays([-0.9, -0.5, -0.6], V=V))


def test_levels_of_arms_have_a_normal_prior() -> None:
    with pytest.raises(OptionError, match=r"baseline=HalfNormal.*is not a Normal"):
        BayesianBinomialNormal(seed=1, baseline=HalfNormal(1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        (counted("RR"), "are of measure 'RR', and this model estimates"),
        (counted(ai=[np.nan, 2], ci=[5, np.nan]), "k = 0: no trial has counts of both"),
        (Effects.from_arrays([0], [1], measure="OR"), "events cannot be read: "),
    ],
)
def test_effects_without_events_of_two_arms_are_refused(
    effects: Effects, said: str
) -> None:
    model = BayesianBinomialNormal(seed=1)
    assert model.task(counted()).label.startswith("BayesianBinomialNormal(")
    with pytest.raises(ModelError, match=said):
        model.task(effects)


def test_what_counts_cannot_owe_is_waived_with_its_reason() -> None:
    waived = BayesianBinomialNormal(seed=1).waives
    assert {"one-study", "shift", "scale"} <= set(waived)
    assert all(waived.values())
