"""Certainty follows the declared rules and the numbers of the report."""

from types import SimpleNamespace

import pytest

from mdmameta import load_evidence
from mdmameta.reporting import certainty
from mdmameta.reporting.results import Results


def judged(kind):
    return SimpleNamespace(verdict=SimpleNamespace(kind=kind))


@pytest.fixture(scope="module")
def real():
    return Results(load_evidence("data/raw"))


@pytest.fixture
def results(real):
    """Real contrasts, with verdicts that a test sets."""
    kinds = dict.fromkeys(["blinding", "dropout", "prior_use"], "robust")
    binary = ["ptsd-response", "ptsd-remission"]
    return SimpleNamespace(
        evidence=real.evidence,
        effects=real.effects,
        fits=real.fits,
        deciding=real.deciding,
        binary_dropout=binary,
        sensitivity={name: judged(kind) for name, kind in kinds.items()},
        analysis=lambda _name: judged("robust"),
    )


def steps(results, domain, at=0):
    finding = certainty.findings(results)[at]
    (found,) = (one for one in finding.reasons if one.domain == domain)
    return found


def test_each_verdict_that_is_not_robust_is_a_step(results):
    assert steps(results, "risk of bias").steps == 0
    results.sensitivity["blinding"] = judged("fragile")
    assert steps(results, "risk of bias").steps == 1
    results.sensitivity["prior_use"] = judged("not identified")
    assert steps(results, "indirectness").steps == 1


def test_the_evidence_has_the_computed_numbers(results, real):
    fit = real.fits["ptsd-primary", "reml-kh"]
    told = steps(results, "inconsistency")
    assert f"I² = {fit.heterogeneity.i2:.0f}%" in told.evidence
    assert told.source == "ptsd-primary/reml-kh#i2; ptsd-primary/bayes#pi_low"
    bias = results.evidence.risk_of_bias.set_index("study_id")["overall"]
    low = fit.effects.frame["study_id"].map(bias == "Low").to_numpy(bool)
    share = f"{fit.weights[low].sum():.0f}% of the weight"
    assert share in steps(results, "risk of bias").evidence


def test_trials_without_a_result_are_named(results):
    found = steps(results, "publication bias")
    assert found.steps == 1
    assert "MP-4, Canada (unpublished)" in found.evidence
    assert "Mithoefer 2011" not in found.evidence


def test_few_people_or_few_events_are_imprecise(results):
    scores, events = (steps(results, "imprecision", at) for at in (0, 1))
    assert "242 people" in scores.evidence
    assert scores.steps == 1
    assert "events" in events.evidence
    assert events.steps >= 1


def test_an_outcome_of_events_has_an_absolute_difference(results):
    frame = certainty.summary(results).frame
    assert frame.loc[0, "per 1000"] == "–"
    assert (frame.loc[1:, "per 1000"] != "–").all()


def test_the_rules_stand_below_the_summary_and_every_domain_is_judged(results):
    assert certainty.summary(results).notes[-1].startswith("By declared rules")
    assert len(certainty.reasons(results).frame) == 5 * len(certainty.FINDINGS)


def test_where_a_judgement_is_found_is_said_in_words(results):
    places = certainty.reasons(results).frame["found in"]
    assert "Lost blinding; Dropout: Response" in places.str.cat(sep="\n")
    assert not places.str.contains(r"[a-z]_[a-z]|#|table:|/").any()
