"""Borrowing and conflict, against closed forms and simulation."""

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    BayesianRandomEffects,
    HalfNormal,
    Jeffreys,
    Mixture,
    Normal,
    Uniform,
)
from mdmameta.models.bayesian.borrowing import borrow, map_prior
from mdmameta.models.bayesian.conflict import TAIL, as_surprising, prior_data_conflict
from mdmameta.models.bayesian.information import of_prior

OLD = Effects.from_arrays(y=[-1.1, -0.9], v=[0.2, 0.3], study=["A", "B"])
NEW = Effects.from_arrays(y=[-0.7, -0.6], v=[0.05, 0.05], study=["C", "D"])
TIGHT = HalfNormal(1e-7)


def test_the_map_prior_is_the_prediction_of_the_exact_engine() -> None:
    prior = of_prior(map_prior(OLD))
    exact = BayesianRandomEffects().fit(OLD).exact.predictive
    assert np.allclose(
        prior.quantile([0.01, 0.5]), exact.quantile([0.01, 0.5]), atol=1e-8
    )


def test_without_heterogeneity_borrowing_all_is_pooling() -> None:
    pooled = Effects.from_arrays(y=[*OLD.y, *NEW.y], v=[*OLD.v, *NEW.v])
    together = BayesianRandomEffects(tau=TIGHT).fit(pooled).estimate
    row = borrow(NEW, OLD, tau=TIGHT, weights=(1,)).to_frame().loc[0]
    assert row["value"] == pytest.approx(together.value, abs=1e-7)
    assert row["se"] == pytest.approx(together.se, abs=1e-7)


def test_weight_zero_borrows_nothing() -> None:
    row = borrow(NEW, OLD, weights=(0,), unit_sd=2).to_frame().loc[0]
    alone = BayesianRandomEffects().fit(NEW).estimate
    assert row["value"] == pytest.approx(alone.value)
    assert row["posterior_weight"] == 0
    assert row["prior_ess"] == pytest.approx(4)


def test_the_posterior_weight_is_the_mixtures_own_update() -> None:
    frame = borrow(NEW, OLD, weights=(0.5,)).to_frame()
    ends = borrow(NEW, OLD, weights=(0, 1)).to_frame()["value"]
    w = frame["posterior_weight"][0]
    assert frame["value"][0] == pytest.approx(w * ends[1] + (1 - w) * ends[0])


def test_trials_that_disagree_are_seen_and_less_trusted() -> None:
    far = NEW.with_y(NEW.y + 2.5)
    agree, differ = borrow(NEW, OLD, weights=(0.5,)), borrow(far, OLD, weights=(0.5,))
    assert agree.conflict > 0.5
    assert differ.conflict < 0.05
    weights = [b.to_frame()["posterior_weight"][0] for b in (agree, differ)]
    assert weights[1] < 0.5 < weights[0]


def test_a_normal_prior_without_spread_has_the_closed_p_value() -> None:
    one = Effects.from_arrays(y=[0.9], v=[0.04])
    p = prior_data_conflict(one, mu=Normal(0, 0.3), tau=Uniform(0, 1e-9))
    assert p == pytest.approx(2 * norm.sf(0.9 / np.sqrt(0.09 + 0.04)), abs=1e-8)


def test_surprise_under_two_humps_agrees_with_simulation() -> None:
    prior = of_prior(Mixture(((0.3, Normal(-1, 0.2)), (0.7, Normal(1, 0.4)))))
    rng = np.random.default_rng(3)
    first = rng.uniform(size=200_000) < 0.3
    draws = np.where(first, rng.normal(-1, 0.2, 200_000), rng.normal(1, 0.4, 200_000))
    share = (prior.density(draws) < prior.density(0.4)).mean()
    assert as_surprising(prior, 0.4) == pytest.approx(share, abs=0.004)


def test_conflict_is_uniform_over_data_that_the_prior_predicts() -> None:
    rng = np.random.default_rng(8)
    y = rng.normal(rng.normal(0, 1, (300, 1)), np.sqrt(0.05), (300, 2))
    p = [
        prior_data_conflict(NEW.with_y(row), mu=Normal(0, 1), tau=Uniform(0, 1e-6))
        for row in y
    ]
    assert np.mean(np.array(p) < 0.2) == pytest.approx(0.2, abs=0.07)


def test_a_trial_in_both_sets_or_a_weight_beyond_one_is_refused() -> None:
    with pytest.raises(OptionError, match="twice"):
        borrow(NEW, NEW)
    with pytest.raises(OptionError, match="probability"):
        map_prior(OLD, weight=1.2)


def test_what_lies_beyond_every_prediction_is_as_surprising_as_can_be_told() -> None:
    prior = of_prior(Normal(0, 1))
    near, far, farther = (as_surprising(prior, x) for x in (6.0, 8.0, 80.0))
    assert near == pytest.approx(2 * norm.sf(6.0), abs=3 * TAIL)
    assert far == farther == 2 * TAIL < near


def test_conflict_needs_a_spread_that_can_be_predicted_from() -> None:
    with pytest.raises(OptionError, match="no quantiles, or is improper"):
        prior_data_conflict(NEW, mu=Normal(0, 1), tau=Jeffreys())


def test_borrowing_names_its_weights_and_the_conflict() -> None:
    found = borrow(NEW, OLD, weights=(0, 0.5))
    assert repr(found) == f"<Borrowing at 2 weights, conflict {found.conflict:.3g}>"
