from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BayesianRandomEffects,
    Flat,
    HalfCauchy,
    HalfNormal,
    Normal,
    StudentT,
)
from mdmameta.models.bayesian.cautions import unsound
from mdmameta.models.diagnostics import Diagnostics
from mdmameta.models.fit import Fit, Model
from reference_cases import load

SET = load("mdma_primary")["effects"]["g"]
PUBLISHED = load("mdma_bayes")["published"]
EFFECTS = Effects.from_arrays(SET["yi"], SET["vi"], study=SET["slab"], measure="SMD")
MODEL = BayesianRandomEffects()


@pytest.fixture(scope="module")
def fit() -> Fit:
    return MODEL.fit(EFFECTS)


def codes(fit: Fit) -> list[str]:
    return [caution.code for caution in fit.warnings]


def test_the_published_numbers_come_out(fit):
    assert fit.estimate.value == pytest.approx(PUBLISHED["mean"], abs=1e-4)
    assert fit.estimate.se == pytest.approx(PUBLISHED["sd"], abs=1e-4)
    assert fit.exact.tau.median == pytest.approx(PUBLISHED["tau_median"], abs=5e-4)
    predictive = (fit.estimate.pi_low, fit.estimate.pi_high)
    assert predictive == pytest.approx((-1.34, -0.07), abs=0.005)


def test_a_bayesian_fit_has_no_test(fit):
    e, row = fit.estimate, fit.coefficients.iloc[0]
    assert np.isnan([e.statistic, e.df, e.p_value]).all()
    assert np.isnan(row[["statistic", "df", "p_value"]].astype(float)).all()
    assert fit.vcov == pytest.approx(np.array([[e.se**2]]))
    assert fit.params["Intercept"] == e.value


def test_q_knows_no_prior_and_the_rest_belongs_together(fit):
    h, w = fit.heterogeneity, 1 / EFFECTS.v
    q = w @ (EFFECTS.y - w @ EFFECTS.y / w.sum()) ** 2
    assert (h.q, h.q_df) == (pytest.approx(q), 5)
    assert h.tau2 == pytest.approx(fit.exact.tau.mean**2 + fit.exact.tau.sd**2)
    typical = 5 * w.sum() / (w.sum() ** 2 - (w**2).sum())
    assert h.i2 == pytest.approx(100 * h.tau2 / (h.tau2 + typical))
    assert h.h2 == pytest.approx(1 / (1 - h.i2 / 100))
    assert h.tau2_ci == pytest.approx(np.square(fit.exact.tau.interval(0.95)))


def test_heterogeneity_is_the_same_from_a_diagonal_matrix(fit):
    matrix = MODEL.fit(Effects.from_arrays(EFFECTS.y, V=np.diag(EFFECTS.v)))
    ours, theirs = matrix.heterogeneity, fit.heterogeneity
    names = ("tau2", "i2", "h2", "q", "q_p")
    assert [getattr(ours, n) for n in names] == pytest.approx(
        [getattr(theirs, n) for n in names]
    )


def test_shrunken_effects_lie_between_their_study_and_the_mean(fit):
    table = fit.shrunken()
    assert list(table) == ["study", "value", "se", "ci_low", "ci_high"]
    assert list(table["study"]) == SET["slab"]
    share = (table["value"] - fit.estimate.value) / (EFFECTS.y - fit.estimate.value)
    assert share.between(0, 1).all()
    assert (table["se"] < np.sqrt(EFFECTS.v)).all()


def test_rows_that_are_not_used_have_no_weight(fit):
    effects = Effects.from_arrays(
        [*SET["yi"], np.nan, 3.0],
        [*SET["vi"], 0.1, np.inf],
        study=[*SET["slab"], "x", "y"],
    )
    other = MODEL.fit(effects)
    assert other.weights[-2:] == pytest.approx([0, 0])
    assert other.weights[:6] == pytest.approx(fit.weights)
    assert repr(other.estimate) == repr(fit.estimate)
    assert codes(other) == ["rows-dropped", "no-information"]


def test_weights_leave_the_share_of_the_prior(fit):
    assert 95 < fit.weights.sum() < 100
    flat = BayesianRandomEffects(mu=Flat()).fit(EFFECTS)
    assert flat.weights.sum() == pytest.approx(100)


def test_one_study_is_fitted_and_said_to_rest_on_the_priors():
    fit = MODEL.fit(EFFECTS.take([0]))
    assert np.isfinite([fit.estimate.ci_low, fit.estimate.pi_high]).all()
    assert np.isnan([fit.heterogeneity.i2, fit.heterogeneity.h2]).all()
    assert (fit.heterogeneity.q, fit.heterogeneity.q_p) == (pytest.approx(0), 1)
    assert codes(fit) == ["single-study"]


def test_an_answer_that_follows_the_prior_is_not_identified():
    vague = Effects.from_arrays([0.5, -0.5], [30.0, 40.0])
    assert "not-identified" in codes(MODEL.fit(vague))
    flat = BayesianRandomEffects(mu=Flat()).fit(vague)
    assert "not-identified" not in codes(flat)


@pytest.mark.parametrize("measure", ["MD", "RD"])
def test_default_priors_on_another_scale_are_answered_by_a_caution(measure):
    points = Effects.from_arrays([-12.0, -9.0], [9.0, 16.0], measure=measure)
    cautions = {c.code: c for c in MODEL.fit(points).warnings}
    assert "Normal(0, 1), HalfNormal(0.5)" in cautions["prior-scale"]
    half = BayesianRandomEffects(mu=Normal(0, 20)).fit(points).warnings
    assert "(HalfNormal(0.5))" in {c.code: c for c in half}["prior-scale"]
    own = BayesianRandomEffects(mu=Normal(0, 20), tau=HalfNormal(8)).fit(points)
    assert codes(own) == []


def test_an_infinite_mean_of_tau2_is_said():
    fit = BayesianRandomEffects(tau=HalfCauchy(1)).fit(EFFECTS.take([0]))
    assert "infinite-moment" in codes(fit)
    assert fit.heterogeneity.tau2 == np.inf


def test_a_sound_fit_has_no_problems_and_keeps_its_posterior(fit):
    assert fit.diagnostics.problems() == ()
    assert 0 < fit.diagnostics.error < 1e-8
    assert fit.exact.mu.mean == fit.estimate.value
    assert fit.posterior is None
    assert fit.seed is None


def test_the_level_moves_every_interval():
    wide, narrow = (replace(MODEL, level=x).fit(EFFECTS) for x in (0.99, 0.5))
    assert wide.estimate.level == 0.99
    assert wide.estimate.ci_low < narrow.estimate.ci_low
    assert wide.estimate.pi_high > narrow.estimate.pi_high
    assert wide.heterogeneity.tau2_ci[1] > narrow.heterogeneity.tau2_ci[1]
    assert wide.shrunken()["ci_low"][0] < narrow.shrunken()["ci_low"][0]


def test_the_order_of_studies_does_not_matter(fit):
    turned = MODEL.fit(EFFECTS.take([5, 3, 1, 0, 2, 4]))
    assert turned.estimate.ci_low == pytest.approx(fit.estimate.ci_low, abs=1e-12)


def test_a_fit_survives_a_journey_to_another_process(fit):
    copy = pickle.loads(pickle.dumps(fit))
    assert copy.estimate.ci_low == fit.estimate.ci_low
    assert copy.shrunken().equals(fit.shrunken())


def test_the_label_names_the_priors_and_what_was_changed():
    assert isinstance(MODEL, Model)
    assert repr(MODEL) == (
        "BayesianRandomEffects(mu=Normal(0, 1), tau=HalfNormal(0.5), engine='exact')"
    )
    sampled = BayesianRandomEffects(engine="nuts", seed=3, level=0.9)
    assert repr(sampled).endswith("engine='nuts', seed=3, level=0.9)")


def test_wrong_options_are_named_before_any_fit():
    with pytest.raises(OptionError, match="Did you mean 'nuts'"):
        BayesianRandomEffects(engine="NUTS")
    with pytest.raises(OptionError, match="needs seed="):
        BayesianRandomEffects(engine="nuts")
    with pytest.raises(OptionError, match="level=95"):
        BayesianRandomEffects(level=95)
    with pytest.raises(OptionError, match="mu=0: the exact engine"):
        BayesianRandomEffects(mu=0)
    with pytest.raises(OptionError, match="tau=1 has no method"):
        BayesianRandomEffects(tau=1)


def test_no_usable_row_is_an_error():
    with pytest.raises(ModelError, match="k = 0"):
        MODEL.fit(Effects.from_arrays([np.nan], [0.1]))


@pytest.mark.parametrize("tau", [Normal(0, 1), StudentT(3, 0, 1)])
def test_a_prior_of_the_mean_is_refused_for_a_standard_deviation(tau):
    with pytest.raises(OptionError, match=r"is a prior of the mean.*HalfNormal"):
        BayesianRandomEffects(tau=tau)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"seed": -1}, "seed=-1 is not a whole number of at least 0"),
        ({"seed": 1.5}, "seed=1.5 is not a whole number"),
        ({"draws": 0}, "draws=0 is not a whole number of at least 4"),
        ({"chains": 0}, "chains=0"),
        ({"target_accept": 95}, "target_accept=95 is not a rate"),
        ({"tau": Flat()}, "tau=Flat"),
    ],
)
def test_the_sampler_refuses_settings_before_it_starts(setting, said):
    with pytest.raises(OptionError, match=said):
        BayesianRandomEffects(**{"engine": "nuts", "seed": 1, **setting})


def test_a_fit_that_must_not_be_reported_says_so_in_its_warnings():
    (caution,) = unsound(Diagnostics(r_hat=1.2, ess_bulk=900, ess_tail=30))
    assert caution.code == "unsound"
    assert "r-hat 1.200" in caution
    assert "tail effective sample size 30" in caution
    assert unsound(Diagnostics(r_hat=1.001)) == ()
