"""Documents are joined over their ids, and know whose people they hold."""

from __future__ import annotations

import pytest

from mdmameta.lineage import overlap
from mdmameta.lineage.documents import library
from mdmameta.records import Evidence
from mdmameta.schema import TABLES


def changed(evidence: Evidence, table: str, where: str, **cells: object) -> Evidence:
    frames = {name: evidence.to_frame(name) for name in TABLES}
    at = frames[table].query(where).index
    for column, cell in cells.items():
        frames[table].loc[at, column] = cell
    return Evidence.from_frames(frames, path=evidence.path, digest="")


def test_source_ids_of_one_doi_or_document_are_one_document(graph) -> None:
    one = graph.library["P3_SYPRES_DATA"]
    assert set(one.ids) == {"SYPRES_REL", "P3_SYPRES_DATA"}
    assert graph.library["SYPRES_REL"] is one


def test_ids_are_joined_through_a_third_that_shares_with_both(graph) -> None:
    evidence = graph.evidence
    three = "source_id in ['BLOSSOM_MP8', 'MAPS_MP8']"
    joined = changed(evidence, "sources", three, document_id="one")
    ids = set(library(joined)["MAPS_MP8"].ids)
    assert ids == {"MP8_2018", "BLOSSOM_MP8", "MAPS_MP8"}


@pytest.mark.parametrize(
    "name",
    [
        "10.1007/s00213-019-05249-5",
        "doi:10.1007/S00213-019-05249-5",
        "https://doi.org/10.1007/s00213-019-05249-5",
        "POOL2019",
    ],
)
def test_a_document_is_found_by_id_and_by_doi_however_written(graph, name) -> None:
    assert graph.library.find(name).ids == ("POOL2019",)


def test_a_retraction_is_a_mark_with_its_date(graph) -> None:
    assert graph.library["TAPER2021"].marks[0] == "RETRACTED 2024-08"
    assert graph.library["MP1_2011"].marks == ()


def test_the_standing_of_one_id_is_that_of_the_document(graph) -> None:
    where = "source_id == 'P3_SYPRES_DATA'"
    gone = changed(graph.evidence, "sources", where, status="retracted",
                   status_date="2026-01-02")  # fmt: skip
    assert library(gone)["SYPRES_REL"].marks == ("RETRACTED 2026-01-02",)


def test_a_pooled_paper_holds_the_people_of_its_trials(graph) -> None:
    pooled = graph.library["LTFU2020"]
    assert set(pooled.trials) == {"MP1", "MP2", "MP4", "MP8", "MP9", "MP12"}
    assert pooled.pools
    assert not graph.library["MP1_2011"].pools


def test_a_registry_number_says_whose_people_a_document_holds(graph) -> None:
    shared = overlap(graph.evidence).set_index(["source_id", "study_id"])
    assert shared.loc[("RETR_2019", "MP4"), "how"] == "registry number"


def test_a_claim_about_a_trial_makes_nobody_hold_its_people(graph) -> None:
    assert "MP4" not in graph.library["MAPS_MP9"].trials
    assert graph.library["SEED_004"].trials != graph.library["POOL2019"].trials


def test_a_concern_about_a_document_is_a_mark_with_its_date(graph) -> None:
    asked = changed(
        graph.evidence,
        "sources",
        "source_id == 'kvam2025'",
        concern="Registered late.",
        concern_date="2026-02",
    )
    marks = library(asked)["kvam2025"].marks
    assert marks == ("CONCERN 2026-02: Registered late.",)


def test_every_concern_of_the_tables_has_a_date_and_a_document(graph) -> None:
    studies = graph.evidence.studies.query("concern != ''")
    assert studies["concern_date"].tolist() == ["2024-08-10"]
    assert (studies["concern_source_id"] != "").all()


def test_a_concern_about_a_trial_marks_documents_that_hold_its_people(graph) -> None:
    for source in ("GORMAN2020", "CRICK_MP4", "POOL2019"):
        marks = graph.library[source].marks
        assert any(
            text.startswith("holds people of MP4: CONCERN 2024-08-10: ")
            for text in marks
        )
    assert graph.library["P3_MITCHELL2021"].marks == ()
