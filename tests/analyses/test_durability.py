"""What comes after crossover is listed and never compared."""

from __future__ import annotations

from mdmameta.analyses.durability import durability


def test_only_times_after_crossover_are_listed(results) -> None:
    table = durability(results.evidence, ("CAPS-IV", "CAPS-5"))
    times = results.evidence.timepoints
    late = set(times.loc[times["crossover"] == "after", "timepoint"])
    assert len(table) > 0
    assert set(table["timepoint"]) <= late


def test_a_retracted_source_is_marked(results) -> None:
    table = durability(results.evidence, ("CAPS-IV", "CAPS-5"))
    marked = table.set_index("source_id")["status"]
    assert marked["LTFU2020"] == "retracted"
    assert set(marked.drop("LTFU2020")) == {"current"}


def test_each_arm_and_time_stands_once(results) -> None:
    table = durability(results.evidence, ("CAPS-IV",))
    assert not table.duplicated(["arm", "timepoint", "quantity"]).any()
