import pytest

from mdmameta import load_evidence
from mdmameta.errors import OptionError
from mdmameta.figures import score_course, timeline_events


@pytest.fixture(scope="module")
def evidence():
    return load_evidence("data/raw")


def test_every_trial_and_every_act_is_an_event_with_its_row(evidence):
    events = timeline_events(evidence)
    rows = {*evidence.studies["row_id"], *evidence.regulators["row_id"]}
    assert rows <= set(events["row_id"])
    flagged = evidence.sources["status"].isin(["retracted", "corrected"])
    assert len(events) == len(rows) + flagged.sum()


def test_a_year_stands_beside_a_report_once(evidence):
    reports = timeline_events(evidence).query("kind == 'trial report' and date != ''")
    assert "Mithoefer" in set(reports["label"])
    years = zip(reports["label"], reports["date"], strict=True)
    assert not any(label.endswith(date) for label, date in years)


def test_a_trial_without_a_year_has_no_date(evidence):
    events = timeline_events(evidence).set_index("row_id")
    unknown = evidence.studies.loc[evidence.studies["year"].isna(), "row_id"]
    assert (events.loc[unknown, "date"] == "").all()


def test_scores_after_a_crossover_are_not_controlled(evidence):
    course = score_course(evidence, "CAPS-IV")
    late = course[course["weeks"] > 30]
    assert len(late) > 0
    assert not late["controlled"].any()
    assert course.loc[course["study"] == "MP2", "controlled"].all()


def test_an_instrument_without_means_is_refused(evidence):
    with pytest.raises(OptionError, match=r"there are: .*CAPS-5"):
        score_course(evidence, "HAM-D")
