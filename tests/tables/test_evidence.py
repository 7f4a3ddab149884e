from pathlib import Path

import pytest

from mdmameta.errors import OptionError
from mdmameta.records import load_evidence
from mdmameta.tables import (
    arms_table,
    sources_table,
    study_flow_table,
    trials_table,
    verification_table,
)

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(RAW)


def test_every_trial_has_its_row_and_years_have_no_comma(evidence):
    frame = trials_table(evidence).frame
    assert len(frame) == len(evidence.studies)
    assert not frame["year"].str.contains(",").any()
    assert frame["year"].str.fullmatch(r"\d{4}|–").all()


def test_trials_come_in_the_order_asked_for(evidence):
    frame = trials_table(evidence, ["MAPP2", "MP1"]).frame
    assert [text.split(":")[0] for text in frame["trial"]] == ["MAPP2", "MP1"]


def test_a_concern_about_a_trial_stands_below_the_table(evidence):
    notes = trials_table(evidence, ["MP4"]).notes
    assert len(notes) == 1
    assert notes[0].startswith("MP-4, Canada (unpublished): ")


def test_the_id_of_a_trial_is_not_said_twice(evidence):
    trials = trials_table(evidence, ["MP1", "MP4", "MPLONG"]).frame["trial"]
    assert list(trials) == [
        *("MP1: Mithoefer 2011", "MP-4, Canada (unpublished)", "MPLONG follow-up")
    ]


def test_an_unknown_trial_is_refused_with_the_known_ones(evidence):
    with pytest.raises(OptionError, match=r"'NOPE' is not in the tables.*MAPP1"):
        arms_table(evidence, ["NOPE"])


def test_arms_show_gaps_and_name_retracted_sources(evidence):
    table = arms_table(evidence, ["MP1"])
    randomised = evidence.arms.query("study_id == 'MP1'")["n_randomised"]
    assert (table.frame["randomised"] == "–").tolist() == randomised.isna().tolist()
    assert any("rests on a retracted source" in note for note in table.notes)


def test_only_flagged_sources_can_be_shown(evidence):
    flagged = sources_table(evidence, only_flagged=True).frame
    assert set(flagged["status"]) & {"current"} == set()
    assert len(flagged) == (evidence.sources["status"] != "current").sum()
    assert len(sources_table(evidence).frame) == len(evidence.sources)


def test_verification_counts_add_up_to_all_rows(evidence):
    frame = verification_table(evidence).frame.set_index("table")
    rows = frame.drop(index="all").astype(int)
    assert rows.loc["continuous"].sum() == len(evidence.continuous)
    assert rows.sum().tolist() == frame.loc["all"].astype(int).tolist()


def test_the_flow_of_studies_shows_its_gaps(evidence):
    frame = study_flow_table(evidence).frame
    assert len(frame) == len(evidence.study_flow)
    gaps = frame["n"] == "–"
    assert (frame.loc[gaps, "why there is no count"] == "no source").all()
    assert gaps.any()
