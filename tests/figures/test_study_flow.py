import pandas as pd
import pytest

from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, study_flow
from mdmameta.figures.study_flow import BOXES

IDS = [name for box in BOXES.values() for name in box.ids]


@pytest.fixture
def counts():
    return pd.DataFrame(
        {"box_id": IDS, "label": IDS, "n": range(len(IDS)), "gap": ""}
    ).astype({"n": float})


def test_every_count_stands_in_the_diagram(counts, words, drawn):
    figure = study_flow(counts)
    said = "\n".join(words(figure))
    assert all(f"{name}\n(n = {n:.0f})" in said for n, name in enumerate(IDS))
    assert len(drawn(figure, "_mm_box")) == len(BOXES)


def test_a_missing_count_is_a_gap_and_not_a_zero(counts, words, drawn):
    counts.loc[0, ["n", "gap"]] = [float("nan"), "no source"]
    figure = study_flow(counts)
    assert "(n = –; no source)" in "\n".join(words(figure))
    edges = [box.get_linestyle() for box in drawn(figure, "_mm_box")]
    assert sum(edge not in ("-", "solid") for edge in edges) == 1
    assert "1 of them missing" in alt_text(figure)
    assert f"{IDS[0]}: no count (no source)" in alt_text(figure)


def test_streams_without_rows_are_left_out(counts, drawn):
    mine = counts[~counts["box_id"].str.contains("other$|websites|organ|citations")]
    figure = study_flow(mine)
    assert len(drawn(figure, "_mm_box")) < len(BOXES)
    assert figure.get_figwidth() < study_flow(counts).get_figwidth()


def test_every_arrow_ends_at_a_box():
    assert {end for box in BOXES.values() for end in box.to} <= set(BOXES)


def test_an_unknown_box_is_refused(counts):
    counts.loc[0, "box_id"] = "found_in_a_drawer"
    with pytest.raises(OptionError, match=r"found_in_a_drawer.*assessed"):
        study_flow(counts)


def test_no_text_leaves_its_box(unreadable):
    long = "Reports of studies included in previous version of review"
    counts = pd.DataFrame({"box_id": IDS, "label": long, "n": 1234.0, "gap": ""})
    assert unreadable(study_flow(counts)) == []
