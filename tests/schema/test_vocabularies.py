import pytest

from mdmameta.schema import TABLES, Column, data_package, disagreements, meanings
from mdmameta.schema.vocabularies import vocabularies

HEADERS = {name: table.names for name, table in TABLES.items()}
CHOSEN = [(t, c) for t in TABLES.values() for c in t.columns if c.allowed]


@pytest.mark.parametrize(("table", "column"), CHOSEN, ids=lambda item: item.name)
def test_every_value_of_a_vocabulary_has_a_meaning(table, column):
    words = meanings(table, column)
    assert list(words) == list(column.allowed)
    assert all(words.values())


def test_every_column_with_a_vocabulary_is_governed_by_one():
    governed = [name for item in vocabularies(HEADERS) for name in item["columns"]]
    assert {f"{t.name}.{c.name}" for t, c in CHOSEN} <= set(governed)
    assert len(governed) == len(set(governed))


def test_names_of_vocabularies_are_unique():
    names = [item["name"] for item in vocabularies(HEADERS)]
    assert len(names) == len(set(names))


def test_one_name_with_two_meanings_is_two_vocabularies():
    found = {item["name"]: item for item in vocabularies(HEADERS)}
    assert "sources.status" in found
    assert "studies.status" in found
    assert len(found["verification"]["columns"]) > 10


def test_terms_that_are_rows_point_at_their_table():
    found = {item["name"]: item for item in vocabularies(HEADERS)}
    assert found["timepoints"]["field"] == "timepoint"
    assert "studies.primary_timepoint" in found["timepoints"]["columns"]
    assert {"weeks", "weeks_since_dose", "blinded", "crossover"} <= set(
        found["timepoints"]["described_by"]
    )
    assert {"min", "max", "direction", "rater"} <= set(
        found["instruments"]["described_by"]
    )


def test_a_package_with_another_meaning_disagrees():
    package = data_package(HEADERS, {})
    package["vocabularies"][-1]["terms"][0]["meaning"] = "something else"
    package["vocabularies"].append({"name": "colours"})
    columns = [fault.column for fault in disagreements(package, HEADERS)]
    last = package["vocabularies"][-2]["name"]
    assert columns == [f"vocabularies: {last}", "vocabularies: colours"]


def test_a_value_without_meaning_is_not_passed_over():
    with pytest.raises(KeyError, match="purple"):
        meanings(TABLES["arms"], Column(name="role", meaning="x", allowed=("purple",)))
