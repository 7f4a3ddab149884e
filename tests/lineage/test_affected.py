"""What rests on a document, and what is left without it."""

from __future__ import annotations

import json

import pytest

import mdmameta as mm
from mdmameta.analyses import MODELS, SETS
from mdmameta.errors import OptionError
from mdmameta.lineage import impact
from mdmameta.lineage.names import resolve_source
from mdmameta.lineage.without import rows_resting_on
from mdmameta.records import Evidence
from mdmameta.schema import TABLES


@pytest.fixture(scope="module")
def taper(graph):
    return impact(graph, "TAPER2021")


@pytest.fixture(scope="module")
def extraction(graph):
    return impact(graph, "SYPRES_REL")


def test_a_retracted_source_touches_the_estimates_it_helped_to_compute(taper) -> None:
    frame = taper.to_frame().set_index("id")
    assert list(frame.index) == [f"ptsd-change/{m}" for m in SETS["ptsd-change"].models]
    assert set(frame["k_before"] - frame["k_after"]) == {1}
    assert taper.source.marks == ("RETRACTED 2024-08",)
    assert taper.to_dict()["effects"] == {
        "ptsd-change": {"effect:ptsd-change/MP9": "gone"}
    }


def test_a_refit_is_what_the_set_gives_without_the_trial(results, taper) -> None:
    refit, effects = taper.refits[0], results.effects["ptsd-change"]
    by_hand = MODELS["reml-kh"].fit(effects.take(effects.frame["study_id"] != "MP9"))
    now, was = by_hand.estimate, results.fits["ptsd-change", "reml-kh"].estimate
    assert refit.after.estimate.value == pytest.approx(now.value)
    assert refit.after.estimate.ci_high == pytest.approx(now.ci_high)
    assert refit.shift == pytest.approx(now.value - was.value)


def test_all_ids_of_a_document_go_together_and_a_doi_works(graph, extraction) -> None:
    for name in ("P3_SYPRES_DATA", "10.5281/ZENODO.19233985"):
        named = resolve_source(graph, name)
        rows = rows_resting_on(graph, named.kind, named.key)
        assert tuple(rows) == extraction.rows
    sets = {one.name for one in extraction.sets}
    assert sets >= {"ptsd-primary", "ptsd-response"}


def test_nothing_left_is_said_and_is_no_estimate(extraction) -> None:
    rows = {refit.id: refit.to_dict() for refit in extraction.refits}
    row = rows["ptsd-primary/bayes"]
    assert (row["k_after"], row["after"], row["shift"]) == (0, None, None)
    assert row["reason"].startswith("nothing is left")
    assert row["verdict_after"] == "no estimate"
    assert row["verdict_changes"]


def test_rows_that_another_document_gives_can_be_kept(graph, extraction) -> None:
    kept = rows_resting_on(graph, "document", "SYPRES_REL", keep_corroborated=True)
    assert set(kept) < set(extraction.rows)
    for row in set(extraction.rows) - set(kept):
        assert len(graph.rows.sources(row)) > 1
        assert "derived_columns" not in graph.rows.cells(row)


def test_a_computed_row_is_not_kept_for_its_other_source(graph) -> None:
    kept = impact(graph, "TAPER2021", keep_corroborated=True)
    assert "con-MP9-125-caps4-m2s2-change" in kept.rows


def test_a_source_of_no_row_touches_nothing(graph) -> None:
    found = impact(graph, "KNAPP2003")
    assert (found.rows, found.sets, found.to_frame().empty) == ((), (), True)
    assert "No pooled estimate rests on it." in str(found)


def test_a_document_behind_an_analysis_alone_touches_the_analysis(graph) -> None:
    found = impact(graph, "HROBJARTSSON2014")
    assert found.sets == ()
    assert [one.name for one in found.analyses] == ["blinding", "dropout"]
    assert found.analyses[0].before == "fragile"


def test_the_verdict_of_an_analysis_is_computed_when_asked_for(graph) -> None:
    one = impact(graph, "HROBJARTSSON2014", analyses=True).analyses[0]
    assert one.after in {"robust", "fragile", "not identified"}
    assert one.reason == ""


def test_analyses_whose_set_is_gone_cannot_be_done(graph) -> None:
    found = impact(graph, "SYPRES_REL", analyses=True)
    reasons = {one.name: one.reason for one in found.analyses}
    assert reasons["blinding"].startswith("cannot be done without it: k = 0")


def test_people_of_a_trial_are_found_in_other_documents_with_marks(graph) -> None:
    marks = {node.id: node.marks for node in impact(graph, "MP4").people}
    assert "RETRACTED 2024-08-10" in marks["POOL2019"]
    assert any("CONCERN" in text for text in marks["GORMAN2020"])


def test_claims_that_use_its_rows_are_named(taper) -> None:
    assert {"p2-18", "p2-25"} <= set(taper.claims)


@pytest.mark.parametrize("wrong", ["TAPR2021", "10.1/none", "ptsd-primary/reml-kh"])
def test_what_is_no_document_or_trial_is_refused(graph, wrong) -> None:
    with pytest.raises(OptionError, match="no document or trial is called"):
        impact(graph, wrong)


def test_impact_finds_every_set_that_would_warn_of_a_retraction(graph) -> None:
    frames = {name: graph.evidence.to_frame(name) for name in TABLES}
    at = frames["sources"]["source_id"] == "P3_MITCHELL2023"
    frames["sources"].loc[at, ["status", "status_date"]] = ["retracted", "2026-11-20"]
    frames["sources"].loc[~at, "status"] = "current"
    evidence = Evidence.from_frames(frames, path=graph.evidence.path, digest="")
    warned = {
        name
        for name, one in SETS.items()
        if any(o.source_status == "retracted" for o in one.build(evidence).provenance)
    }
    assert {one.name for one in impact(graph, "P3_M2023_TABLE1").sets} == warned


def test_an_impact_is_json_a_table_and_text(taper) -> None:
    document = json.loads(taper.to_json())
    assert document["estimates"][0]["id"] == "ptsd-change/reml-kh"
    assert document["decided"][0]["verdict_changes"] is False
    assert "ptsd-change (SMD): k 7 -> 6; excludes zero -> excludes zero" in str(taper)
    assert repr(taper) == f"<Impact of TAPER2021: {len(taper.rows)} rows, 3 estimates>"
    assert mm.lineage.impact is impact
