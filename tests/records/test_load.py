import json

import pytest

from mdmameta.errors import RecordError
from mdmameta.raw import read_tables
from mdmameta.records import check_tables, load_evidence
from mdmameta.schema import data_package


def test_sound_tables_of_another_drug_load(place):
    evidence = load_evidence(place)
    assert evidence.arms["arm_id"].tolist()[:2] == ["T1-drug", "T1-placebo"]
    assert evidence.bias_priors.empty
    assert "estimate" in evidence.bias_priors


def test_every_fault_is_in_one_error(place, edit):
    edit("sources.csv", 2, "status", "gone")
    edit("studies.csv", 2, "primary_timepoint", "week 9")
    edit("arms.csv", 2, "n_primary_assessed", "11")
    edit("continuous.csv", 2, "sd", "0")
    edit("continuous.csv", 3, "mean", "thirty")
    edit("continuous.csv", 4, "n", "1")
    edit("binary.csv", 2, "events", "12")
    edit("binary.csv", 3, "source_id", "PAPR")
    edit("blinding.csv", 2, "n_unsure", "5")
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    with pytest.raises(RecordError) as error:
        load_evidence(place)
    places = [(f.file, f.row, f.column) for f in error.value.faults]
    assert places == [
        ("sources.csv", 2, "status"),
        ("studies.csv", 2, "primary_timepoint"),
        ("arms.csv", 2, "n_primary_assessed"),
        ("continuous.csv", 2, "sd"),
        ("continuous.csv", 3, "mean"),
        ("continuous.csv", 4, "n"),
        ("binary.csv", 2, "events"),
        ("binary.csv", 3, "source_id"),
        ("blinding.csv", 2, "n_asked"),
    ]
    assert all(fault.allowed and fault.cure for fault in error.value.faults)
    assert before == {path.name: path.read_bytes() for path in place.iterdir()}


def test_the_message_names_place_finding_and_cure(place, edit):
    edit("continuous.csv", 2, "sd", "0")
    with pytest.raises(
        RecordError, match=r"continuous\.csv, row 2, column sd: found 0"
    ):
        load_evidence(place)


def test_missing_files_are_all_named(tmp_path):
    files = [fault.file for fault in check_tables(tmp_path)]
    assert files == ["sources.csv", "studies.csv", "arms.csv"]


def test_a_missing_directory_is_one_fault(tmp_path):
    with pytest.raises(RecordError, match="no such directory"):
        load_evidence(tmp_path / "nowhere")


def test_documents_trials_and_arms_are_enough(place):
    for name in ("instruments", "continuous", "binary", "blinding", "prior_use"):
        (place / f"{name}.csv").unlink()
    (place / "studies.csv").write_text(
        (place / "studies.csv").read_text(encoding="utf-8"), encoding="utf-8"
    )
    evidence = load_evidence(place)
    assert evidence.continuous.empty
    assert evidence.guesses()["n_asked"].isna().all()
    assert len(evidence.shares()) == len(evidence.flow()) == 4


def test_a_data_package_that_disagrees_is_a_fault(place):
    headers = {n: raw.header for n, raw in read_tables(place).items() if raw.header}
    package = data_package(headers, {"name": "mine"})
    path = place / "datapackage.json"
    path.write_text(json.dumps(package), encoding="utf-8")
    assert check_tables(place) == []
    package["resources"][4]["schema"]["fields"][8]["type"] = "string"
    path.write_text(json.dumps(package), encoding="utf-8")
    (fault,) = check_tables(place)
    assert (fault.file, fault.column) == ("datapackage.json", "sd")


def test_a_data_package_that_is_no_json_is_a_fault(place):
    (place / "datapackage.json").write_text("{", encoding="utf-8")
    assert check_tables(place)[0].file == "datapackage.json"
