import pandas as pd
import pytest

from mdmameta.figures import alt_text, timeline
from mdmameta.figures.timeline import span


@pytest.fixture
def events():
    return pd.DataFrame(
        {
            "date": ["2024-08-09", "2021", None, "2024-06", ""],
            "label": ["Letter", "Trial $a$", "Trial B", "Vote\u202e", "Trial C"],
            "kind": ["decision", "report", "report", "vote", "report"],
        }
    )


def test_events_stand_in_the_order_of_their_dates(events, drawn):
    marks = drawn(timeline(events), "_mm_event")
    x = [mark.get_xdata()[0] for mark in marks]
    y = [mark.get_ydata()[0] for mark in marks]
    assert x == sorted(x)
    assert y == sorted(y)
    assert len(marks) == 3


def test_a_date_is_as_long_as_it_is_exact():
    lengths = [high - low for low, high in map(span, ["2024", "2024-06", "2024-06-04"])]
    assert lengths == pytest.approx([1, 1 / 12, 0])


def test_what_has_no_date_is_said_and_not_drawn(events, words):
    figure = timeline(events)
    assert "Without a date: Trial B; Trial C." in words(figure)
    assert alt_text(figure).endswith("Without a date: Trial B; Trial C.")


def test_kinds_differ_in_shape(events, drawn):
    marks = drawn(timeline(events), "_mm_event")
    assert len({mark.get_marker() for mark in marks}) == 3


def test_labels_are_text_and_do_not_meet(events, words, unreadable):
    figure = timeline(events)
    assert {"2021 Trial $a$", "2024-06 Vote"} <= set(words(figure))
    assert unreadable(figure) == []


def test_no_events_make_an_empty_timeline(events):
    assert alt_text(timeline(events.iloc[:0])) == "Timeline of 0 events: ."
