import pytest

from mdmameta.records import check_tables


def only_fault(place):
    faults = check_tables(place)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


@pytest.mark.parametrize(
    ("file", "line", "column", "text", "allowed"),
    [
        ("continuous.csv", 2, "sd", "0", "greater than 0"),
        ("continuous.csv", 2, "sd", "-3", "greater than 0"),
        ("continuous.csv", 3, "se", "0", "greater than 0"),
        ("continuous.csv", 2, "n", "1", "at least 2"),
        ("continuous.csv", 2, "n", "8.5", "a whole number"),
        ("continuous.csv", 2, "mean", "", "a number"),
        ("continuous.csv", 2, "locator", "", "any text"),
        ("continuous.csv", 4, "stat", "delta", "baseline, endpoint, change"),
        ("continuous.csv", 2, "verification", "sure", "two_texts, text, secondary"),
        ("arms.csv", 2, "role", "placebo", "active, medium, control, open_label"),
        ("sources.csv", 2, "status", "withdrawn", "current, corrected, retracted"),
        ("sources.csv", 2, "doi", "doi:10.1/x", "a DOI such as"),
        ("sources.csv", 3, "status_date", "10.8.2024", "YYYY-MM-DD"),
        ("prior_use.csv", 2, "pct_prior", "140", "at most 100"),
        ("blinding.csv", 2, "pct_correct", "-1", "at least 0"),
        ("binary.csv", 2, "events", "-1", "at least 0"),
        ("binary.csv", 2, "unit", "people", "participants, events"),
    ],
)
def test_a_cell_that_breaks_its_column_is_named(
    place, edit, file, line, column, text, allowed
):
    edit(file, line, column, text)
    fault = only_fault(place)
    assert (fault.file, fault.row, fault.column) == (file, line, column)
    assert allowed in fault.allowed
    assert fault.cure


def test_a_text_where_a_number_belongs_is_reported_once(place, edit):
    edit("continuous.csv", 2, "mean", "about 20")
    fault = only_fault(place)
    assert (fault.row, fault.column, fault.found) == (2, "mean", "'about 20'")


def test_a_missing_required_column_is_reported_once(place):
    path = place / "continuous.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",stat,", ",statt,"), encoding="utf-8")
    faults = check_tables(place)
    assert [fault.column for fault in faults] == ["statt", "stat"]
    assert "Did you mean stat?" in faults[0].cure


def test_an_id_that_occurs_twice_names_the_first(place, edit):
    edit("instruments.csv", 4, "instrument", "SCALE")
    fault = check_tables(place)[0]
    assert (fault.row, fault.found) == (4, "'SCALE', as in row 2")
