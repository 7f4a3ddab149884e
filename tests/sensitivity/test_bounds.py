import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity.bounds import bounds, is_quick
from mdmameta.sensitivity.deciding import decide
from mdmameta.sensitivity.question import Question

EFFECTS = Effects.from_arrays(y=[-0.9, -0.2, -0.6, -1.3], v=[0.05, 0.02, 0.2, 0.1])
CORRELATED = Effects.from_arrays(y=[-0.9, -0.2], V=[[0.05, 0.02], [0.02, 0.06]])
MODELS = [
    RandomEffects(),
    RandomEffects(tau2="PM", interval="knapp-hartung-adhoc", level=0.9),
    RandomEffects(tau2=0.1, interval="wald"),
    BayesianRandomEffects(),
]


@pytest.mark.parametrize("effects", [EFFECTS, CORRELATED], ids=["v", "V"])
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_bounds_are_those_of_the_fit_to_the_last_bit(model, effects):
    quick, full = bounds(effects, model), model.fit(effects).estimate
    got = quick.estimate
    assert (got.value, got.se) == (full.value, full.se)
    assert (got.ci_low, got.ci_high) == (full.ci_low, full.ci_high)
    assert quick.model is model


def test_any_other_model_gives_its_fit():
    assert not is_quick(CommonEffect())
    assert bounds(EFFECTS, CommonEffect()).heterogeneity.q > 0


def test_a_model_that_samples_is_not_quick():
    assert not is_quick(BayesianRandomEffects(engine="nuts", seed=1))


@pytest.mark.parametrize("model", [RandomEffects(), CommonEffect()], ids=repr)
def test_a_question_is_judged_by_what_decides(model):
    question = Question.ask(EFFECTS, model, "default")
    moved = EFFECTS.with_y(EFFECTS.y + 0.3)
    judged, decided = question.judge(moved), decide(moved, model).fit
    assert judged.model == decided.model
    assert judged.estimate.ci_low == decided.estimate.ci_low
    assert judged.estimate.ci_high == decided.estimate.ci_high


def test_the_same_effects_are_judged_once(monkeypatch):
    question = Question.ask(EFFECTS, RandomEffects(), "default")
    first = question.judge(EFFECTS)
    monkeypatch.setattr("mdmameta.sensitivity.question.bounds", None)
    assert question.judge(EFFECTS.with_y(EFFECTS.y)) is first
    assert question.nearest(EFFECTS).estimate.level == 0.95
