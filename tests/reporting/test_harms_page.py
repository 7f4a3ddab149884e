"""Harms are shown as people of people, each row with its method."""

from __future__ import annotations

from mdmameta.reporting.harms_page import harms_table


def test_harms_are_people_of_people_with_a_method(results) -> None:
    frame = harms_table(results.sensitivity["robustness"], results.evidence).to_frame()
    assert frame["control"].str.contains("/").all()
    assert (frame["odds ratio"] == "one arm counted").sum() == 2
    assert frame["event"].is_unique


def test_an_event_is_named_as_the_table_of_instruments_names_it(results) -> None:
    table, instruments = results.sensitivity["robustness"], results.evidence.instruments
    shown = harms_table(table, results.evidence).to_frame()["event"]
    labels = instruments.set_index("instrument")["label"]
    events = set(table.parts["harms"]["outcome"])
    assert "aesi_qt_prolongation" in events
    for event in events:
        assert any(text.startswith(f"{labels[event]}, ") for text in shown)
