import pandas as pd
import pytest

from mdmameta.errors import OptionError
from mdmameta.records import load_evidence
from mdmameta.records.status import source_status, weakest


def test_a_retraction_travels_to_the_rows_that_rest_on_it(place):
    status = load_evidence(place).status_of().set_index("row_id")
    assert status.loc["arm-T2-low", ["status", "flagged"]].tolist() == [
        "retracted",
        "NOTICE",
    ]
    assert status.loc["con-1", "status"] == "current"


def test_a_retraction_travels_over_ids_that_are_one_document(place, edit):
    edit("sources.csv", 2, "doi", "10.1000/2")
    evidence = load_evidence(place)
    assert evidence.source_status == {"PAPER": "retracted", "NOTICE": "retracted"}
    assert set(evidence.status_of(["con-1", "bin-1"])["status"]) == {"retracted"}


def test_the_case_of_a_doi_does_not_matter(place, edit):
    edit("sources.csv", 2, "doi", "10.1000/x")
    edit("sources.csv", 3, "doi", "10.1000/X")
    assert load_evidence(place).source_status["PAPER"] == "retracted"


def test_a_computed_cell_makes_its_row_derived_at_best(place):
    status = load_evidence(place).status_of(["arm-T2-low", "arm-T2-drug", "bin-3"])
    assert status["verification"].tolist() == ["derived", "secondary", "unverified"]


def test_rows_are_answered_in_the_order_asked(place):
    asked = ["bin-1", "arm-T1-drug", "con-2"]
    assert load_evidence(place).status_of(asked)["row_id"].tolist() == asked


def test_rows_without_a_name_get_one(place):
    assert "studies-3" in set(load_evidence(place).status_of()["row_id"])


def test_an_unknown_row_is_an_error_that_says_where_to_look(place):
    with pytest.raises(OptionError, match=r"row called 'con-9'.*to_frame"):
        load_evidence(place).status_of(["con-9"])


def test_the_weakest_of_nothing_is_nothing():
    assert weakest([]) == ""


def test_a_retraction_travels_along_a_chain_of_ids_of_one_document():
    sources = pd.DataFrame(
        {
            "source_id": ["A", "B", "C", "D"],
            "document_id": ["paper", "paper", "", ""],
            "doi": ["", "10.1/X", "10.1/x", ""],
            "status": ["current", "current", "retracted", "current"],
        }
    )
    found = source_status(sources)
    assert found == dict.fromkeys("ABC", "retracted") | {"D": "current"}
