import pytest
from numpy.testing import assert_array_equal

from mdmameta.errors import OptionError
from mdmameta.records import load_evidence

nan = float("nan")


def test_guesses_have_one_row_an_arm_and_hide_leads(place):
    guesses = load_evidence(place).guesses()
    assert guesses["arm"].tolist() == ["T1-drug", "T1-placebo", "T2-drug", "T2-low"]
    assert_array_equal(guesses["n_guess_active"], [7, nan, nan, nan])
    assert guesses["row_id"].tolist() == ["gue-1", "", "", ""]


def test_leads_are_shown_when_asked_for_and_labelled(place):
    guesses = load_evidence(place).guesses(unverified=True)
    assert_array_equal(guesses["n_guess_active"], [7, 2, nan, nan])
    assert guesses["verification"].tolist() == ["text", "unverified", "", ""]
    assert guesses["control_type"].tolist() == ["inactive"] * 2 + ["low_dose"] * 2


def test_the_share_of_a_trial_stands_in_a_row_without_arm(place):
    shares = load_evidence(place).shares()
    assert shares["arm"].tolist() == ["T1-drug", "T1-placebo", "", "T2-drug", "T2-low"]
    assert_array_equal(shares["share"], [nan, nan, 0.4, 0.2, 0.4])


def test_a_share_without_counts_comes_from_its_percentage(place, edit):
    edit("prior_use.csv", 3, "n_prior", "")
    edit("prior_use.csv", 3, "pct_prior", "25")
    shares = load_evidence(place).shares().set_index("arm")
    assert shares.loc["T2-drug", "share"] == 0.25


def test_three_kinds_of_loss_stay_apart_and_leads_stay_out(place):
    flow = load_evidence(place).flow().set_index("arm")
    assert_array_equal(flow["missing"], [1, 4, 0, 0])
    assert_array_equal(flow["left_study"], [nan, nan, 1, nan])
    assert flow["stopped_treatment"].isna().all()
    assert flow.loc["T2-drug", "row_id"] == "arm-T2-drug;bin-4"
    assert flow.loc["T2-low", "verification"] == "derived"


def test_the_standing_of_the_sources_travels_into_every_view(place, edit):
    edit("blinding.csv", 2, "source_id", "PAPER;NOTICE")
    evidence = load_evidence(place)
    assert evidence.flow()["status"].tolist() == ["current"] * 3 + ["retracted"]
    assert evidence.guesses()["status"].tolist() == ["retracted", "", "", ""]
    assert set(evidence.shares()["status"]) == {"current", ""}


def test_losses_in_rows_that_are_set_aside_are_not_counted(place, edit):
    edit("binary.csv", 5, "preferred", "no")
    assert load_evidence(place).flow()["left_study"].isna().all()


def test_flow_of_an_outcome_counts_those_behind_its_result(place):
    evidence = load_evidence(place)
    assert_array_equal(evidence.flow(outcome="response")["assessed"], [9, 5, nan, nan])
    assert_array_equal(evidence.flow(outcome="SCALE")["assessed"], [9, 6, nan, nan])


def test_flow_of_an_unknown_outcome_names_the_known_ones(place):
    with pytest.raises(OptionError, match=r"'sleep'.*primary, SCALE, left_study"):
        load_evidence(place).flow(outcome="sleep")


def test_arms_that_are_in_no_contrast_are_in_no_view(place, edit):
    edit("arms.csv", 4, "role", "open_label")
    evidence = load_evidence(place)
    for view in (evidence.guesses(), evidence.shares(), evidence.flow()):
        assert "T2-drug" not in set(view["arm"])
