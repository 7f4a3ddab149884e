"""Shares of weight by verification, and refits to what was read in a text."""

from __future__ import annotations

import pytest

from mdmameta.effects.origin import READ_IN_TEXT
from mdmameta.lineage import levels
from mdmameta.lineage.levels import restricted
from mdmameta.records import Evidence
from mdmameta.schema import TABLES


@pytest.fixture(scope="module")
def found(graph):
    return levels(graph)


def test_every_pooled_estimate_states_its_shares(results, found) -> None:
    assert [one.id for one in found.rows] == [record["id"] for record in results.rows]
    for one, record in zip(found.rows, results.rows, strict=True):
        assert dict(one.shares) == pytest.approx(record["weight_by_verification"])


def test_the_primary_set_cannot_be_refitted_and_says_why_as_data(found) -> None:
    one = found["ptsd-primary/reml-kh"]
    assert one.alone is None
    assert one.shares == {"secondary": pytest.approx(100)}
    assert one.reason.code == "no-text"
    assert str(one.reason) == (
        "No refit: none of the 12 rows behind it was read in a text (12 secondary)."
    )


def test_a_refit_rests_on_nothing_but_rows_read_in_a_text(found) -> None:
    refitted = [one for one in found.rows if one.alone is not None]
    assert {one.id.split("/")[0] for one in refitted} >= {
        "ptsd-change",
        "ptsd-response",
    }
    for one in refitted:
        assert {p.verification for p in one.alone.effects.provenance} <= {*READ_IN_TEXT}
        assert one.alone.k < one.fit.k
        assert one.reason is None


def test_rows_with_a_computed_column_are_not_read_in_a_text(graph) -> None:
    left = restricted(graph.evidence)
    assert not (left.continuous["derived_columns"] != "").any()
    assert set(left.binary["verification"]) <= set(READ_IN_TEXT)
    assert len(left.arms) == len(graph.evidence.arms)


def test_one_arm_read_in_a_text_is_not_enough_and_the_reason_counts_it(graph) -> None:
    frames = {name: graph.evidence.to_frame(name) for name in TABLES}
    row = frames["continuous"]["row_id"] == "con-MP1-125-caps4-m2s2-endpoint"
    frames["continuous"].loc[row, "verification"] = "text"
    evidence = Evidence.from_frames(frames, path=graph.evidence.path, digest="")
    reason = levels(evidence, ["ptsd-primary"]).rows[0].reason
    assert str(reason) == (
        "No refit: only 1 of the 12 rows behind it were read in a text (1 text, 11 "
        "secondary), and no trial has both arms on such rows."
    )


def test_the_table_has_a_column_a_level_and_gaps_where_there_is_no_refit(found) -> None:
    frame = found.to_frame().set_index("id")
    row = frame.loc["ptsd-change/reml-kh"]
    shares = row["share_two_texts"] + row["share_secondary"] + row["share_derived"]
    assert shares == pytest.approx(100)
    assert frame["text_value"].isna().equals(frame["reason_code"] == "no-text")
    assert found.to_dict()["levels"][0]["text_value"] is None
