from __future__ import annotations

import pickle

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    Flat,
    HalfNormal,
    Normal,
    StudentT,
    predict_exact,
)
from mdmameta.models.frequentist import MetaRegression

EFFECTS = Effects.from_arrays(
    y=[-0.8, -0.1, -1.1, -0.2, -0.9, 0.3],
    v=[0.05, 0.04, 0.2, 0.25, 0.3, 0.1],
    moderators={"control": list("ppllpl"), "dose": [1.0, 2, 3, 1, 2, 3]},
)
PRIORS = {"Intercept": Normal(0, 1), "dose": Normal(0, 0.5)}
MODEL = BayesianMetaRegression("~ dose", PRIORS)


def codes(fit):
    return [caution.code for caution in fit.warnings]


def test_the_estimate_is_the_first_coefficient():
    fit = MODEL.fit(EFFECTS)
    assert fit.estimate.value == fit.params["Intercept"]
    assert fit.conf_int().loc["Intercept", "ci_low"] == fit.estimate.ci_low
    assert fit.estimate.pi_low < fit.estimate.ci_low
    assert fit.bse["dose"] == fit.exact.coefficient("dose").sd
    assert np.sqrt(np.diag(fit.vcov)) == pytest.approx(fit.bse.to_numpy())
    assert fit.weights.sum() == pytest.approx(100)
    assert codes(fit) == ["estimate-is-coefficient"]


def test_without_moderators_it_is_the_random_effects_model():
    ours = BayesianMetaRegression("~ 1", Normal(0, 1)).fit(EFFECTS)
    theirs = BayesianRandomEffects().fit(EFFECTS)
    for name in ("value", "se", "ci_low", "ci_high", "pi_low", "pi_high"):
        mine = getattr(ours.estimate, name)
        assert mine == pytest.approx(getattr(theirs.estimate, name), abs=1e-9)
    for name in ("tau2", "i2", "h2", "q", "q_df", "q_p"):
        mine = getattr(ours.heterogeneity, name)
        assert mine == pytest.approx(getattr(theirs.heterogeneity, name))
    assert ours.heterogeneity.tau2_ci == pytest.approx(theirs.heterogeneity.tau2_ci)
    assert np.allclose(ours.shrunken()["se"], theirs.shrunken()["se"])


def test_flat_priors_and_no_heterogeneity_give_the_common_effect_regression():
    tau = HalfNormal(1e-9)
    ours = BayesianMetaRegression("~ control + dose", Flat(), tau).fit(EFFECTS)
    theirs = MetaRegression("~ control + dose", tau2=0, interval="wald").fit(EFFECTS)
    assert ours.params.to_numpy() == pytest.approx(theirs.params.to_numpy(), abs=1e-9)
    assert ours.bse.to_numpy() == pytest.approx(theirs.bse.to_numpy())
    q = ("q", "q_df", "q_p")
    assert [getattr(ours.heterogeneity, n) for n in q] == pytest.approx(
        [getattr(theirs.heterogeneity, n) for n in q]
    )


def test_i2_of_a_regression_is_that_of_the_frequentist_one_at_the_same_tau2():
    ours = MODEL.fit(EFFECTS).heterogeneity
    theirs = MetaRegression("~ dose", tau2=ours.tau2).fit(EFFECTS).heterogeneity
    assert (ours.i2, ours.h2) == pytest.approx((theirs.i2, theirs.h2))


def test_predictions_are_at_the_moderators():
    fit = MODEL.fit(EFFECTS)
    frame = predict_exact(fit, {"dose": [0, 2]})
    assert frame["value"][0] == pytest.approx(fit.params["Intercept"])
    assert frame["pi_high"][0] == pytest.approx(fit.estimate.pi_high)
    assert frame["value"][1] == pytest.approx(fit.params @ [1, 2])
    assert len(predict_exact(fit)) == 6
    with pytest.raises(ModelError, match="no moderators with priors"):
        predict_exact(BayesianRandomEffects().fit(EFFECTS))


def test_a_coefficient_that_follows_its_prior_is_named():
    tight = {"Intercept": Normal(0, 1), "dose": Normal(0, 0.01)}
    fit = BayesianMetaRegression("~ dose", tight).fit(EFFECTS)
    assert "not-identified" in codes(fit)
    assert any("SD of dose" in caution for caution in fit.warnings)


def test_rows_without_a_moderator_are_dropped():
    frame = {"dose": [1.0, 2, np.nan, 1, 2, 3]}
    some = Effects.from_arrays(EFFECTS.y, EFFECTS.v, moderators=frame)
    fit = MODEL.fit(some)
    assert (fit.k, fit.weights[2], codes(fit)[0]) == (5, 0, "rows-dropped")


def test_a_model_is_a_value():
    same = BayesianMetaRegression("~ dose", dict(PRIORS))
    assert (same, hash(same)) == (MODEL, hash(MODEL))
    assert pickle.loads(pickle.dumps(MODEL)) == MODEL
    assert repr(MODEL) == (
        "BayesianMetaRegression('~ dose', priors={'Intercept': Normal(0, 1), "
        "'dose': Normal(0, 0.5)}, tau=HalfNormal(0.5), engine='exact')"
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"priors": StudentT(4)}, "priors holds StudentT"),
        ({"priors": {"dose": 1}}, "priors holds 1"),
        ({"engine": "nuts"}, "engine='nuts'"),
        ({"tau": Normal()}, "is a prior of the mean"),
        ({"tau": 1}, "no method log_density"),
        ({"formula": "dose +"}, "cannot be read"),
        ({"level": 95}, "level=95"),
    ],
)
def test_wrong_options_are_named_before_any_fit(settings, said):
    with pytest.raises(OptionError, match=said):
        BayesianMetaRegression(**{"formula": "~ dose", "priors": Flat(), **settings})


def test_every_term_needs_its_own_prior():
    model = BayesianMetaRegression("~ dose", {"Intercept": Normal(), "age": Normal()})
    with pytest.raises(OptionError, match=r"'Intercept', 'age'.*'Intercept', 'dose'"):
        model.fit(EFFECTS)
