from dataclasses import dataclass

import pandas as pd
import pytest

from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import decide, deciding_fit
from mdmameta.sensitivity.deciding import width

Y, V = [-0.7, -0.71, -0.69, -0.7], [0.05, 0.04, 0.2, 0.3]


def effects(measure: str = "SMD") -> Effects:
    return Effects.from_arrays(y=Y, v=V, measure=measure)


def test_knapp_hartung_never_decides():
    decision = decide(effects(), RandomEffects())
    assert "adhoc" in repr(decision.candidates[0].model)
    assert isinstance(decision.candidates[1].model, BayesianRandomEffects)
    assert width(decision.fit) == max(width(fit) for fit in decision.candidates)
    assert width(decision.fit) > 3 * width(decision.asked)


@pytest.mark.parametrize("interval", ["wald", "t", "knapp-hartung-adhoc"])
def test_another_interval_decides_for_itself(interval):
    model = RandomEffects(interval=interval)
    decision = decide(effects(), model)
    assert decision.fit is decision.asked
    assert decision.fit.model == model


def test_default_priors_are_never_put_on_raw_units():
    decision = decide(effects("MD"), RandomEffects())
    assert len(decision.candidates) == 1
    assert "not weak in its units" in decision.notes[0]


def test_effects_of_no_named_measure_in_other_units_have_no_default_companion():
    points = Effects.from_arrays(y=[-10, -14, -8], v=[4, 5, 6], study=list("ABC"))
    decision = decide(points, RandomEffects())
    assert len(decision.candidates) == 1
    assert "y = -14 of B is too large" in decision.notes[0]
    companion = BayesianRandomEffects(mu=Normal(0, 20), tau=HalfNormal(10))
    assert len(decide(points, RandomEffects(), companion).candidates) == 2


def test_a_large_effect_with_a_large_error_is_no_sign_of_other_units():
    vague = Effects.from_arrays(y=[-0.5, -0.8, 9.0], v=[0.1, 0.1, 16.0])
    assert len(decide(vague, RandomEffects()).candidates) == 2


def test_a_companion_given_for_raw_units_is_used():
    companion = CommonEffect()
    decision = decide(effects("MD"), RandomEffects(), companion)
    assert [fit.model for fit in decision.candidates][1] == companion


def test_no_companion_leaves_the_ad_hoc_interval():
    fit = deciding_fit(effects(), RandomEffects(), None)
    assert "adhoc" in repr(fit.model)


def test_a_bayesian_model_decides_for_itself():
    model = BayesianRandomEffects()
    assert deciding_fit(effects(), model).model == model


def test_single_arms_are_refused():
    arms = SingleArmEffects(frame=pd.DataFrame({"y": [1.0]}), label="a pilot")
    with pytest.raises(SensitivityError, match=r"'a pilot'.*without a control"):
        decide(arms, CommonEffect())  # type: ignore[arg-type]


def test_something_that_is_no_effects_is_refused():
    with pytest.raises(SensitivityError, match="effects is a list"):
        decide([1, 2], CommonEffect())  # type: ignore[arg-type]


def test_a_knapp_hartung_model_without_an_ad_hoc_variant_is_refused():
    class Odd:
        interval = "knapp-hartung"

        def fit(self, effects: Effects) -> Fit:
            return CommonEffect().fit(effects)

    with pytest.raises(SensitivityError, match="is no dataclass"):
        decide(effects(), Odd())


def test_anybodys_model_decides_for_itself():
    @dataclass(frozen=True)
    class Mine:
        def fit(self, effects: Effects) -> Fit:
            return CommonEffect().fit(effects)

    assert deciding_fit(effects(), Mine()).k == 4


@pytest.mark.parametrize("model", ["REML", RandomEffects, None])
def test_what_is_no_model_is_refused_with_an_example(model):
    with pytest.raises(SensitivityError, match="give a model made with its settings"):
        decide(effects(), model)


def test_the_companion_is_said_in_words():
    model = BayesianRandomEffects(mu=Normal(0, 2), tau=HalfNormal(0.25))
    note = decide(effects(), RandomEffects(), model).notes[0]
    assert note == (
        "Knapp–Hartung never decides: the wider of its ad hoc variant and of the "
        "Bayesian model (prior of the mean: normal with mean 0 and SD 2; of τ: "
        "half-normal with scale 0.25) does."
    )


def test_a_companion_of_another_kind_is_said_as_it_was_given():
    note = decide(effects(), RandomEffects(), CommonEffect()).notes[0]
    assert f"and of {CommonEffect()!r} does." in note
