"""How well numbers were read, and what retractions touch, as tables of the report."""

from __future__ import annotations

import pytest

from mdmameta.analyses import SETS
from mdmameta.reporting import strength
from mdmameta.tables.numbers import GAP, pooled


@pytest.fixture(scope="module")
def levels(results):
    return strength.levels_table(results)


def test_every_set_says_what_its_weight_rests_on(results, levels) -> None:
    frame = levels.to_frame().set_index("contrast set")
    assert list(frame.index) == [one.title for one in SETS.values()]
    primary = frame.loc[SETS["ptsd-primary"].title]
    assert primary["weight by level"] == "100% from another team's extraction"
    assert primary["all rows"] == pooled(results.deciding("ptsd-primary"))


def test_a_set_without_a_refit_shows_a_gap_and_its_reason(levels) -> None:
    frame = levels.to_frame().set_index("contrast set")
    title = SETS["ptsd-primary"].title
    assert frame.loc[title, "rows read in a text"] == GAP
    assert frame.loc[title, "k from texts"] == "0"
    told = [
        note
        for note in levels.notes
        if f"{title} (12 from another team's extraction)" in note
    ]
    assert len(told) == 1
    assert told[0].startswith("No refit: none of the rows behind it was read in a text")
    gaps = frame.index[frame["rows read in a text"] == GAP]
    assert [sum(f"{gap} (" in note for note in levels.notes) for gap in gaps] == [
        1
    ] * len(gaps)


def test_what_sets_share_is_said_once(levels) -> None:
    reasons = [note.rpartition(": ")[0] for note in levels.notes]
    assert len(set(reasons)) == len(reasons)


def test_each_retracted_document_stands_with_what_rests_on_it(results) -> None:
    frame = strength.retractions_table(results).to_frame().set_index("source")
    assert frame.loc["POOL2019", "contrast set"] == "none rests on it"
    assert "MP4; MP8" in frame.loc["POOL2019", "people of"]
    taper = frame.loc["TAPER2021"]
    assert taper["status"] == "retracted 2024-08"
    assert taper["contrast set"] == SETS["ptsd-change"].title
    assert taper["with it"] == pooled(results.deciding("ptsd-change"))
    assert taper["verdict"] == "excludes zero, unchanged"
    assert taper["without it"] != taper["with it"]
