from pathlib import Path

import numpy as np
import pytest

from mdmameta.effects import ptsd_binary_effects, ptsd_effects
from mdmameta.models.frequentist import RandomEffects
from mdmameta.records import load_evidence
from mdmameta.sensitivity import blinding, dropout, prior_use

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(RAW)


@pytest.fixture(scope="module")
def blinded(evidence):
    return blinding(
        ptsd_effects(evidence),
        RandomEffects(),
        evidence.guesses(unverified=True),
        priors=evidence.bias_priors,
    )


def test_with_the_same_u_knapp_hartung_would_tip_beyond_a_published_bias(blinded):
    rows = blinded.parts["tipping_by_interval"].query("u_from == 'same u'")
    kh, adhoc, bayes = rows["bound_over_u"]
    assert (kh, adhoc, bayes) == pytest.approx((-0.64, -0.49, -0.48), abs=0.01)
    assert kh < -0.56 < adhoc


def test_unverified_guesses_stand_in_the_title(blinded):
    assert "UNVERIFIED" in blinded.label
    assert blinded.verdict.numbers["trials_with_counts"] == 1


def test_a_difference_of_about_one_sd_between_control_types_could_be_seen(blinded):
    detectable = blinded.parts["control_type"]["detectable"][0]
    assert detectable == pytest.approx(1.0, abs=0.1)


def test_verified_guesses_alone_identify_nothing(evidence):
    table = blinding(ptsd_effects(evidence), RandomEffects(), evidence.guesses())
    assert table.verdict.kind == "not identified"


def test_the_imbalance_of_one_trial_is_compatible_with_chance(evidence):
    table = prior_use(ptsd_effects(evidence), RandomEffects(), evidence.shares())
    row = table.parts["imbalance"].set_index("study").loc["MAPP1"]
    assert (row["n_prior_active"], row["n_prior_control"]) == (18, 11)
    assert round(row["p_value"], 2) == 0.18
    assert table.parts["shares"]["basis"].value_counts()["unknown"] == 2


def test_response_by_trial_is_as_published_under_each_assumption(evidence):
    effects = ptsd_binary_effects(evidence, outcome="response")
    table = dropout(effects, RandomEffects(), evidence.flow(outcome="response"))
    ratio = table.parts["by_trial"].set_index(["study", "scenario"])["risk_ratio"]
    scenarios = ["available case", "missing = failure", "worst case"]
    np.testing.assert_allclose(
        ratio["MAPP2"][scenarios], [1.25, 1.49, 1.14], atol=0.005
    )
    np.testing.assert_allclose(
        ratio["MAPP1"][scenarios], [1.417, 1.539, 1.18], atol=0.001
    )
    assert "NOT conservative" in table.verdict.text


def test_both_phase_three_trials_lost_more_controls(evidence):
    table = dropout(ptsd_effects(evidence), RandomEffects(), evidence.flow())
    rows = table.parts["fractions"].set_index("study").loc[["MAPP1", "MAPP2"]]
    lost = [(rows[f"f_{a}"] * rows[f"n_{a}"]).sum() for a in ("active", "control")]
    assert lost == pytest.approx([5, 16])
    assert "controls lost more" in table.verdict.text


def test_a_set_of_medium_doses_uses_the_flow_of_its_arms(evidence):
    effects = ptsd_effects(evidence, arms="medium-dose")
    table = dropout(effects, RandomEffects(interval="wald"), evidence.flow())
    n = table.parts["fractions"].set_index("study")["n_active"]
    assert (n["MP8"], n["MP12"]) == (7, 9)
