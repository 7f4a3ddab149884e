"""The schema as a Frictionless Data Package, and its agreement with a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mdmameta.errors import Fault
from mdmameta.schema.column import Column, Table
from mdmameta.schema.tables import TABLES
from mdmameta.schema.vocabularies import vocabularies

__all__ = ["data_package", "disagreements"]

_FILE = "datapackage.json"
_TYPES = {"text": "string", "integer": "integer", "number": "number"}


def _constraints(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if column.required:
        found["required"] = True
    if column.unique:
        found["unique"] = True
    if column.allowed:
        found["enum"] = list(column.allowed)
    if column.minimum is not None:
        found["minimum"] = column.minimum
    if column.maximum is not None:
        found["maximum"] = column.maximum
    if column.above is not None:
        found["exclusiveMinimum"] = column.above
    if column.pattern:
        found["pattern"] = column.pattern
    return found


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type]}
    if column.many:
        field.update(type="list", itemType="string", delimiter=";")
    field["description"] = column.meaning
    if column.unit:
        field["unit"] = column.unit
    if column.default:
        field["default"] = column.default
    constraints = _constraints(column)
    if constraints:
        field["constraints"] = constraints
    return field


def _foreign_keys(columns: Sequence[Column]) -> list[dict[str, Any]]:
    keys = []
    for column in columns:
        if column.refers and not column.many:
            resource, field = column.refers.split(".")
            reference = {"resource": resource, "fields": [field]}
            keys.append({"fields": [column.name], "reference": reference})
    return keys


def _resource(table: Table, header: Sequence[str]) -> dict[str, Any]:
    columns = [table.column(name) for name in header if name in table.names]
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
    }
    if len(table.identity) == 1:
        schema["primaryKey"] = list(table.identity)
    foreign = _foreign_keys(columns)
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": table.name,
        "path": table.file,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": table.meaning,
        "schema": schema,
    }


def data_package(
    headers: Mapping[str, Sequence[str]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe tables as a Frictionless Data Package, version 2.

    Parameters
    ----------
    headers
        Columns that each table has in its file, by name of the table.
    about
        What code cannot know: name, title, licences, contributors, sources.

    Returns
    -------
    dict
        Ready to be written as JSON.

    References
    ----------
    Data Package standard, version 2: https://datapackage.org

    Examples
    --------
    >>> package = data_package({"arms": ["study_id", "arm_id"]}, {"name": "mine"})
    >>> package["resources"][0]["schema"]["foreignKeys"][0]["fields"]
    ['study_id']
    """
    resources = [
        _resource(table, headers[name])
        for name, table in TABLES.items()
        if name in headers
    ]
    profile = "https://datapackage.org/profiles/2.0/datapackage.json"
    return {
        "$schema": profile,
        **about,
        "resources": resources,
        "vocabularies": vocabularies(headers),
    }


def _compare(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("primaryKey", "foreignKeys", "missingValues"):
        if found.get(key) != wanted.get(key):
            yield Fault(
                file=_FILE,
                column=key,
                found=repr(found.get(key)),
                allowed=repr(wanted.get(key)),
                cure="Describe the table as it is.",
            )
    there = {field.get("name"): field for field in found.get("fields", [])}
    for field in wanted["fields"]:
        if there.pop(field["name"], None) != field:
            yield Fault(
                file=_FILE,
                column=field["name"],
                found="another description of the column, or none",
                allowed=repr(field),
                cure="Describe the column as it is.",
            )
    for name in there:
        yield Fault(
            file=_FILE,
            column=str(name),
            found="a column that the table does not have",
            allowed="the columns of the file",
            cure="Take it out of the description.",
        )


def _vocabulary_faults(
    found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> Iterator[Fault]:
    there = {item.get("name"): item for item in found}
    for item in wanted:
        if there.pop(item["name"], None) != item:
            yield Fault(
                file=_FILE,
                column=f"vocabularies: {item['name']}",
                found="another description of the vocabulary, or none",
                allowed=repr(item),
                cure="Describe the vocabulary as the schema has it.",
            )
    for name in there:
        yield Fault(
            file=_FILE,
            column=f"vocabularies: {name}",
            found="a vocabulary that no column uses",
            allowed="the vocabularies of the columns in the files",
            cure="Take it out of the description.",
        )


def disagreements(
    package: Mapping[str, Any], headers: Mapping[str, Sequence[str]]
) -> list[Fault]:
    """List where a data package says something else than the schema.

    Columns, keys and vocabularies are compared; resources that are no table of
    evidence are left alone.

    Examples
    --------
    >>> headers = {"arms": ["study_id", "arm_id"]}
    >>> disagreements(data_package(headers, {}), headers)
    []
    >>> disagreements({"resources": []}, headers)[0].found
    'no resource arms'
    """
    resources = {item.get("name"): item for item in package.get("resources", [])}
    faults: list[Fault] = []
    described = data_package(headers, {})
    for wanted in described["resources"]:
        found = resources.get(wanted["name"])
        if found is None:
            faults.append(
                Fault(
                    file=_FILE,
                    found=f"no resource {wanted['name']}",
                    allowed="a resource for every table in the directory",
                    cure="Describe the table.",
                )
            )
        else:
            faults.extend(_compare(found.get("schema", {}), wanted["schema"]))
    there = package.get("vocabularies", [])
    return [*faults, *_vocabulary_faults(there, described["vocabularies"])]
