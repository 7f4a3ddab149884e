import pytest

from mdmameta.records import check_tables
from mdmameta.records.links import split


@pytest.mark.parametrize(
    ("file", "column", "text", "meant"),
    [
        ("continuous.csv", "source_id", "PAPPER", "PAPER"),
        ("continuous.csv", "source_id", "NOTICE;PAPR", "PAPER"),
        ("binary.csv", "outcome", "respons", "response"),
        ("continuous.csv", "instrument", "SCALA", "SCALE"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(place, edit, file, column, text, meant):
    edit(file, 2, column, text)
    fault = check_tables(place)[0]
    assert (fault.file, fault.row, fault.column) == (file, 2, column)
    assert fault.found == repr(text.split(";")[-1])
    assert f"Did you mean {meant}?" in fault.cure


@pytest.mark.parametrize("column", ["study_id", "arm_id"])
def test_an_unknown_trial_or_arm_is_a_fault(place, edit, column):
    edit("binary.csv", 5, column, "Z9")
    found = [fault for fault in check_tables(place) if fault.found == "'Z9'"]
    assert [(fault.row, fault.column) for fault in found] == [(5, column)]


def test_an_arm_of_another_trial_is_a_fault(place, edit):
    edit("binary.csv", 5, "study_id", "T1")
    (fault,) = check_tables(place)
    assert fault.found == "'T2-drug', an arm of 'T2'"


def test_a_row_name_used_in_two_tables_is_a_fault(place, edit):
    edit("binary.csv", 2, "row_id", "con-1")
    (fault,) = check_tables(place)
    assert fault.found == "'con-1', as in continuous.csv, row 2"


def test_two_rows_that_say_the_same_are_a_fault_unless_one_is_set_aside(place, edit):
    edit("continuous.csv", 4, "stat", "endpoint")
    edit("continuous.csv", 4, "mean", "21")
    (fault,) = check_tables(place)
    assert (fault.row, fault.column) == (4, None)
    assert "as in row 2" in fault.found
    edit("continuous.csv", 4, "preferred", "no")
    assert check_tables(place) == []


@pytest.mark.parametrize(
    ("line", "scope"), [(2, "study"), (2, "pooled"), (6, "arm"), (6, "pooled")]
)
def test_scope_and_arm_agree(place, edit, line, scope):
    edit("binary.csv", line, "scope", scope)
    (fault,) = check_tables(place)
    assert (fault.row, fault.column) == (line, "scope")


def test_a_computed_column_exists(place, edit):
    edit("arms.csv", 2, "derived_columns", "n_randomized")
    (fault,) = check_tables(place)
    assert fault.found == "'n_randomized'"


def test_one_doi_is_one_document(place):
    path = place / "sources.csv"
    rows = "source_id,document_id,kind,citation,doi,status\n"
    rows += "PAPER,a,article,A,10.1000/x,current\n"
    rows += "NOTICE,b,article,B,10.1000/X,current\n"
    path.write_text(rows, encoding="utf-8")
    (fault,) = check_tables(place)
    assert (fault.row, fault.column) == (3, "document_id")


def test_spaces_around_a_separator_do_not_matter():
    assert split(" A ;B;; ") == ("A", "B")


@pytest.mark.parametrize("header", ["", "study_id,arm_id,role,source_id,locator\n"])
def test_names_are_not_missed_one_by_one_in_a_table_without_its_columns(place, header):
    (place / "arms.csv").write_text(header.replace("arm_id,", ""), encoding="utf-8")
    assert {fault.file for fault in check_tables(place)} == {"arms.csv"}


def test_a_table_without_rows_is_said_once_for_each_column_that_needs_it(place):
    path = place / "instruments.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0], encoding="utf-8")
    faults = check_tables(place)
    assert [(f.file, f.column) for f in faults] == [
        ("studies.csv", "primary_instrument"),
        ("continuous.csv", "instrument"),
        ("binary.csv", "outcome"),
    ]
    assert faults[1].found == "3 cells filled in, and instruments.csv has no rows"


def test_an_arm_without_a_name_owns_no_rows(place, edit):
    edit("arms.csv", 4, "arm_id", "")
    faults = check_tables(place)
    assert (faults[0].file, faults[0].found) == ("arms.csv", "an empty cell")
    assert {fault.found for fault in faults[1:]} == {"'T2-drug'"}


def test_two_rows_that_say_the_same_in_a_table_without_judgement(place, edit):
    rows = (place / "prior_use.csv").read_text("utf-8").splitlines()
    again = rows[1].replace("pri-1", "pri-9")
    (place / "prior_use.csv").write_text("\n".join([*rows, again]) + "\n", "utf-8")
    (fault,) = check_tables(place)
    assert (fault.file, fault.row) == ("prior_use.csv", 5)
    assert fault.cure == "Take one out."
