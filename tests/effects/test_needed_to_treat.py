import numpy as np
import pytest

from mdmameta.effects.needed_to_treat import (
    number_needed,
    number_needed_from_ratio,
    number_needed_from_smd,
)
from mdmameta.errors import EffectsError


def test_an_interval_that_holds_no_effect_runs_through_infinity():
    found = number_needed(0.1, -0.05, 0.25)
    assert str(found) == "NNTB 10 (NNTB 4 to ∞ to NNTH 20)"
    assert found.through_infinity
    assert str(number_needed(-0.1, -0.2, -0.05)) == "NNTH 10 (NNTH 20 to NNTH 5)"


def test_a_bad_event_turns_benefit_and_harm():
    assert str(number_needed(-0.1, -0.2, 0.05, good=False)) == (
        "NNTB 10 (NNTB 5 to ∞ to NNTH 20)"
    )


def test_ratios_of_risks_and_odds_give_the_difference_they_mean():
    assert number_needed_from_ratio(1.5, 0.4).difference == pytest.approx(0.2)
    odds = (0.6 / 0.4) / (0.4 / 0.6)
    found = number_needed_from_ratio(odds, 0.4, odds=True)
    assert found.difference == pytest.approx(0.2)


def test_scores_cut_in_two_give_furukawas_number():
    rng = np.random.default_rng(7)
    control, active = rng.normal(size=400_000), rng.normal(0.5, 1, 400_000)
    cut = np.quantile(control, 0.8)
    simulated = (active > cut).mean() - 0.2
    found = number_needed_from_smd(0.5, 0.2)
    assert found.difference == pytest.approx(simulated, abs=0.003)
    pairs = (active > control).mean() - (active < control).mean()
    assert number_needed_from_smd(0.5).difference == pytest.approx(pairs, abs=0.005)


def test_no_difference_needs_infinitely_many():
    assert str(number_needed_from_smd(0.0)) == "∞"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: number_needed(1.2), "difference of 1.2"),
        (lambda: number_needed(0.1, 0.2, 0.3), "not inside"),
        (lambda: number_needed_from_ratio(3, 0.5), "risk above 1|above 1"),
        (lambda: number_needed_from_ratio(-1, 0.5), "of -1; allowed: 0"),
        (lambda: number_needed_from_smd(0.5, 1.0), "control_risk = 1"),
    ],
)
def test_impossible_numbers_are_refused(call, message):
    with pytest.raises(EffectsError, match=message):
        call()
