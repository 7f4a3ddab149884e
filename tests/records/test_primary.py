import pytest

from mdmameta.records import check_tables


@pytest.mark.parametrize("time", ["", "week 9", "week 8; week 18"])
def test_a_trial_with_scores_has_exactly_one_primary_time(place, edit, time):
    edit("studies.csv", 2, "primary_timepoint", time)
    (fault,) = check_tables(place)
    assert (fault.file, fault.row, fault.column) == (
        "studies.csv",
        2,
        "primary_timepoint",
    )
    assert fault.allowed == "exactly one of: week 8"


def test_a_primary_time_that_is_nearly_right_gets_a_suggestion(place, edit):
    edit("studies.csv", 2, "primary_timepoint", "Week 8")
    assert "Did you mean week 8?" in check_tables(place)[0].cure


def test_a_trial_without_scores_needs_no_primary_time(place):
    assert check_tables(place) == []


def test_the_primary_instrument_has_scores(place, edit):
    edit("studies.csv", 2, "primary_instrument", "response")
    (fault,) = check_tables(place)
    assert fault.column == "primary_instrument"


def test_two_instruments_need_a_primary_one(place, edit):
    path = place / "instruments.csv"
    text = path.read_text(encoding="utf-8") + "OTHER,Other,scale,lower,-99,99\n"
    path.write_text(text, encoding="utf-8")
    edit("continuous.csv", 4, "instrument", "OTHER")
    edit("studies.csv", 2, "primary_instrument", "")
    (fault,) = check_tables(place)
    assert fault.allowed == "one of: SCALE, OTHER"
