"""Harms are shown as people of people, each row with its method."""

from __future__ import annotations

from mdmameta.reporting.harms_page import harms_table


def test_harms_are_people_of_people_with_a_method(results) -> None:
    frame = harms_table(results.sensitivity["robustness"]).to_frame()
    assert frame["control"].str.contains("/").all()
    assert (frame["odds ratio"] == "one arm counted").sum() == 2
    assert frame["event"].is_unique
