from pathlib import Path

import pytest

from mdmameta.errors import OptionError
from mdmameta.records import load_evidence
from mdmameta.tables import outcomes_table, populations_table, risk_of_bias_table

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(RAW)


def test_every_trial_has_its_participants_and_gaps_are_seen(evidence):
    frame = populations_table(evidence).frame
    assert not frame["participants"].str.contains(">=").any()
    assert frame["trial"].tolist() == evidence.studies["label"].tolist()
    gaps = (frame["women"] == "–").tolist()
    assert gaps == evidence.studies["pct_female"].isna().tolist()


def test_an_age_without_a_spread_is_printed_alone(evidence):
    frame = populations_table(evidence, ["MONSON2020", "MP1"]).frame
    assert frame["age, mean (SD)"].tolist() == ["47.0", "40.4 (7.2)"]


def test_outcomes_count_every_row_of_scores_and_events(evidence):
    frame = outcomes_table(evidence).frame
    counted = frame["rows"].str.replace(",", "").astype(int).sum()
    assert counted == len(evidence.continuous) + len(evidence.binary)


def test_an_outcome_says_which_direction_is_better(evidence):
    frame = outcomes_table(evidence, ["MAPP1"]).frame.set_index("measured")
    severity = evidence.instruments.set_index("instrument").loc["CAPS-5", "label"]
    assert frame.loc[severity, "better"] == "lower"
    assert "week 18" in frame.loc[severity, "times"]


def test_judgements_name_who_judged_and_what_others_say(evidence):
    table = risk_of_bias_table(evidence)
    assert len(table.frame) == len(evidence.risk_of_bias)
    assert (table.frame["judged by"] == "SYPRES, RoB 2").all()
    assert len(table.notes) == evidence.risk_of_bias["note"].nunique()


@pytest.mark.parametrize("make", [populations_table, outcomes_table])
def test_an_unknown_trial_is_refused(evidence, make):
    with pytest.raises(OptionError, match="'NOPE' is not in the tables"):
        make(evidence, ["NOPE"])
