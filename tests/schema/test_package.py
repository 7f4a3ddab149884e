from mdmameta.schema import TABLES, data_package, disagreements

HEADERS = {name: table.names for name, table in TABLES.items()}


def test_every_column_is_described_with_type_and_meaning():
    package = data_package(HEADERS, {"name": "x"})
    for resource, table in zip(package["resources"], TABLES.values(), strict=True):
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(table.names)
        assert all(field["type"] and field["description"] for field in fields)


def test_foreign_keys_point_at_columns_that_exist():
    for resource in data_package(HEADERS, {})["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            reference = key["reference"]
            assert reference["fields"][0] in TABLES[reference["resource"]].names


def test_a_package_agrees_with_its_own_tables():
    assert disagreements(data_package(HEADERS, {}), HEADERS) == []


def test_another_type_a_missing_and_an_extra_column_are_each_named():
    package = data_package(HEADERS, {})
    fields = package["resources"][2]["schema"]["fields"]
    fields[3]["type"] = "string"
    fields[4]["name"] = "dose_words"
    columns = [fault.column for fault in disagreements(package, HEADERS)]
    assert columns == ["dose_mg", "dose_text", "dose_words"]


def test_a_lost_foreign_key_is_named():
    package = data_package(HEADERS, {})
    del package["resources"][2]["schema"]["foreignKeys"]
    assert [f.column for f in disagreements(package, HEADERS)] == ["foreignKeys"]


def test_resources_that_are_no_tables_of_evidence_are_left_alone():
    package = data_package({}, {})
    package["resources"].append({"name": "weather"})
    assert disagreements(package, {}) == []
