"""Beliefs are stated, applied to the same contrasts, and solved for."""

from __future__ import annotations

import pytest

from mdmameta.analyses.assumptions import sids
from mdmameta.analyses.prior_beliefs import TAU, prior_beliefs
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import BayesianRandomEffects, Normal


@pytest.fixture(scope="module")
def beliefs(results):
    return prior_beliefs(results.effects["ptsd-primary"], sids(results.evidence))


def test_every_belief_is_fitted_to_every_difference_called_important(
    results, beliefs
) -> None:
    assert len(beliefs.named) == 4 * len(sids(results.evidence)) == len(beliefs.fits)


def test_the_default_belief_gives_the_fit_of_the_other_pages(results, beliefs) -> None:
    weak = beliefs.fit_of("weakly informative").estimate
    bayes = results.fits["ptsd-primary", "bayes"].estimate
    assert (weak.ci_low, weak.ci_high) == pytest.approx((bayes.ci_low, bayes.ci_high))


def test_a_sceptic_is_drawn_towards_none_and_an_enthusiast_less(beliefs) -> None:
    first = beliefs.named.iloc[:4].set_index("name")["value"]
    assert (
        abs(first["sceptical"]) < abs(first["enthusiastic"]) < abs(first["regulator"])
    )


def test_the_tipping_belief_takes_the_interval_to_zero(results, beliefs) -> None:
    row = beliefs.tipping.set_index("label").loc["zero"]
    effects = results.effects["ptsd-primary"]
    for prior in (Normal(0, row["sd"]), Normal(row["mean"], row["sceptic_sd"])):
        fit = BayesianRandomEffects(mu=prior, tau=TAU).fit(effects)
        assert fit.estimate.ci_high == pytest.approx(0, abs=1e-6)


def test_the_more_trust_in_phase_two_the_narrower_phase_three(beliefs) -> None:
    assert beliefs.borrowed.frame["se"].is_monotonic_decreasing
    assert beliefs.borrowed_fit.k == 2


def test_a_belief_that_nobody_stated_is_refused(beliefs) -> None:
    with pytest.raises(OptionError, match="no belief 'optimistic'"):
        beliefs.fit_of("optimistic")


def test_beliefs_need_a_difference_called_important(results) -> None:
    with pytest.raises(OptionError, match="difference called important"):
        prior_beliefs(results.effects["ptsd-primary"], {})
