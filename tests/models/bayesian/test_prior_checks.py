"""Priors that a model cannot use are refused when the model is made."""

from __future__ import annotations

import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    AdditiveBias,
    BayesianBinomialNormal,
    BayesianMultilevel,
    BayesianRandomEffects,
    BayesianRobustEffects,
    Flat,
    HalfNormal,
    Mixture,
    Normal,
    ProportionalBias,
    adjust,
    borrow,
    prior_predictive,
)
from mdmameta.models.bayesian.prior_checks import check_mean

EFFECTS = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])


@pytest.mark.parametrize("engine", ["exact", "nuts"])
def test_a_class_is_no_prior(engine):
    with pytest.raises(OptionError, match=r"mu=Normal is a class.*Normal\(0, 1\)"):
        BayesianRandomEffects(mu=Normal, engine=engine, seed=1)
    with pytest.raises(OptionError, match=r"tau=HalfNormal is a class"):
        BayesianRandomEffects(tau=HalfNormal, engine=engine, seed=1)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: BayesianRandomEffects(0.0, engine="nuts", seed=1), r"mu=0.0 is no"),
        (lambda: BayesianMultilevel(mu=HalfNormal(1), seed=1), r"mu=HalfNormal\(1\)"),
        (lambda: BayesianMultilevel(within=Flat(), seed=1), r"within=Flat\(\)"),
        (lambda: BayesianRobustEffects(tau=Normal(0, 1), seed=1), "tau=Normal"),
        (lambda: BayesianRobustEffects(nu=Normal(4, 1), seed=1), "nu is positive"),
        (lambda: BayesianBinomialNormal(mu=Normal, seed=1), "mu=Normal is a class"),
    ],
)
def test_sampled_models_refuse_priors_of_the_wrong_kind(make, match):
    with pytest.raises(OptionError, match=match):
        make()


def test_a_prior_of_ones_own_serves_as_a_mean_when_it_says_its_sd():
    class Mine:
        sd = 1.0

    check_mean(Mine())


def test_biases_have_normal_priors_and_one_term_is_enough():
    for make in (AdditiveBias, lambda prior: ProportionalBias("u", prior)):
        with pytest.raises(OptionError, match=r"HalfNormal\(1\) is not a Normal"):
            make(HalfNormal(1))
    term = AdditiveBias(Normal(-0.2, 0.1))
    assert (adjust(EFFECTS, term).y == adjust(EFFECTS, [term]).y).all()


def test_a_mixture_of_priors_without_weights_is_told_what_a_pair_is():
    with pytest.raises(OptionError, match="not a pair of a weight"):
        Mixture((Normal(0, 1),))


def test_unnamed_studies_on_both_sides_are_told_to_take_names():
    with pytest.raises(OptionError, match=r"name them in Effects.from_arrays\(study="):
        borrow(EFFECTS, EFFECTS)


def test_an_improper_prior_predicts_nothing():
    with pytest.raises(OptionError, match="need a proper one"):
        prior_predictive(EFFECTS, mu=Flat(), tau=HalfNormal(1), seed=1)
