import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.figures import alt_text, durability

NAN = float("nan")


@pytest.fixture
def course():
    return pd.DataFrame(
        {
            "study": ["A"] * 5,
            "arm": ["drug", "drug", "drug", "placebo", "placebo"],
            "role": ["active"] * 3 + ["control"] * 2,
            "weeks": [0.0, 18.0, 52.0, 0.0, NAN],
            "mean": [44.0, 20.0, 18.0, 43.0, 30.0],
            "sd": [NAN, 12.0, 13.0, NAN, NAN],
            "n": [50.0, 42.0, 30.0, 50.0, 37.0],
            "controlled": [True, True, False, True, True],
        }
    )


def test_the_uncontrolled_part_is_shaded_from_the_last_comparison(course, drawn):
    (shade,) = drawn(durability(course), "_mm_uncontrolled")
    assert shade.get_x() == 18.0


def test_means_that_are_no_longer_controlled_are_open(course, drawn):
    with_points = [
        (mark.get_markerfacecolor(), len(mark.get_xdata()))
        for mark in drawn(durability(course), "_mm_mean")
    ]
    assert ("white", 1) in with_points


def test_rows_without_a_week_are_counted_as_left_out(course):
    text = alt_text(durability(course))
    assert "1 rows without week or mean are left out." in text
    assert "A: drug: week 0 44.0, week 18 20.0, week 52 18.0 (uncontrolled)." in text


def test_the_axis_may_go_on_where_nothing_is_known(course):
    course = course[course["controlled"]]
    assert durability(course, until=104).axes[0].get_xlim()[1] > 104


def test_an_empty_course_and_a_missing_column(course):
    assert alt_text(durability(course.iloc[:0])).startswith("Means over time of 0 arms")
    with pytest.raises(SensitivityError, match="lacks the column controlled"):
        durability(course.drop(columns="controlled"))
