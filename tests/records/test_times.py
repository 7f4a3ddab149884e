from pathlib import Path

import pytest

from mdmameta.raw import read_tables
from mdmameta.records.times import time_faults

RAW = Path("data/raw")

TIMES = """\
study_id,timepoint,weeks,blinded,crossover
T1,week 8,8,yes,before
T2,week 8,8,yes,before
"""


@pytest.fixture
def timed(place):
    (place / "timepoints.csv").write_text(TIMES, encoding="utf-8")
    return place


def faults(place):
    return time_faults(read_tables(place))


def test_times_of_the_table_are_no_fault(timed):
    assert faults(timed) == []


def test_without_a_table_of_times_labels_are_free(place, edit):
    edit("continuous.csv", 2, "timepoint", "some day")
    assert faults(place) == []


def test_a_time_that_its_trial_does_not_have_is_a_fault_with_a_suggestion(timed, edit):
    edit("continuous.csv", 2, "timepoint", "wek 8")
    (fault,) = faults(timed)
    assert (fault.file, fault.row, fault.column) == ("continuous.csv", 2, "timepoint")
    assert fault.allowed == "the times of T1 in timepoints.csv"
    assert fault.cure.startswith("Did you mean week 8?")


def test_a_primary_time_is_looked_up_too(timed, edit):
    edit("studies.csv", 2, "primary_timepoint", "week 9")
    (fault,) = faults(timed)
    assert (fault.file, fault.column) == ("studies.csv", "primary_timepoint")


def test_other_weeks_than_those_of_the_label_are_a_fault(timed, edit):
    edit("continuous.csv", 3, "weeks", "9")
    (fault,) = faults(timed)
    assert (fault.row, fault.column) == (3, "weeks")
    assert fault.found == "9 for 'week 8'"


def test_empty_weeks_are_not_compared(timed, edit):
    edit("continuous.csv", 3, "weeks", "")
    assert faults(timed) == []
