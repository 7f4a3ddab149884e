"""Controlled vocabularies: what each value that a column may take means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mdmameta.schema.column import Column, Table
from mdmameta.schema.meanings import MEANINGS
from mdmameta.schema.tables import TABLES

__all__ = ["meanings", "vocabularies"]

#: Tables whose rows are the terms of a vocabulary, and the column of the term.
_TERM_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "instruments": "instrument",
        "timepoints": "timepoint",
        "analysis_sets": "analysis_set",
        "definitions": "definition_code",
    }
)


def meanings(table: Table, column: Column) -> dict[str, str]:
    """Return what each value means that a column may take.

    Parameters
    ----------
    table, column
        A column with a vocabulary, and the table it belongs to.

    Returns
    -------
    dict
        Value to meaning, in the order of the vocabulary; empty for free text.

    Raises
    ------
    KeyError
        A value has no meaning: the vocabulary is not finished.

    Examples
    --------
    >>> arms = TABLES["arms"]
    >>> meanings(arms, arms.column("role"))["open_label"]
    'everybody knew that it was the drug; in no contrast'
    """
    known = MEANINGS.get(f"{table.name}.{column.name}") or MEANINGS.get(column.name, {})
    return {value: known[value] for value in column.allowed}


def _written(
    headers: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, header in headers.items():
        table = TABLES[name]
        for column in table.columns:
            if column.allowed and column.name in header:
                yield f"{name}.{column.name}", column.name, meanings(table, column)


def _fixed(headers: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, name, words in _written(headers):
        terms = [{"value": value, "meaning": text} for value, text in words.items()]
        same = [item for item in found if item["terms"] == terms]
        if same:
            same[0]["columns"].append(place)
        else:
            found.append({"name": name, "columns": [place], "terms": terms})
    repeated = {item["name"] for item in found if _times(found, item["name"]) > 1}
    for item in found:
        if item["name"] in repeated:
            item["name"] = item["columns"][0]
    return found


def _times(found: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(item["name"] == name for item in found)


def _users(headers: Mapping[str, Sequence[str]], target: str, field: str) -> list[str]:
    return [
        f"{name}.{column.name}"
        for name, header in headers.items()
        for column in TABLES[name].columns
        if column.name in header and _uses(name, column, target, field)
    ]


def _uses(name: str, column: Column, target: str, field: str) -> bool:
    if target == "timepoints":
        return name != target and column.name in ("timepoint", "primary_timepoint")
    return column.refers == f"{target}.{field}"


def vocabularies(headers: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """List the controlled vocabularies of tables.

    Parameters
    ----------
    headers
        Columns that each table has in its file, by name of the table.

    Returns
    -------
    list of dict
        Vocabularies whose terms the schema fixes have ``terms``, each with its
        ``value`` and ``meaning``; those whose terms are rows of a table have its
        name as ``resource``, the column of the term as ``field`` and what the
        table says of each term as ``described_by``. All have a ``name`` and the
        ``columns`` that they govern.

    Examples
    --------
    >>> found = vocabularies({"arms": ["study_id", "role", "dose_mg"]})
    >>> found[0]["name"], found[0]["columns"], found[0]["terms"][0]["value"]
    ('role', ['arms.role'], 'active')
    """
    listed = [
        {
            "name": name,
            "columns": _users(headers, name, field),
            "resource": name,
            "field": field,
            "described_by": [item for item in headers[name] if item != field],
        }
        for name, field in _TERM_TABLES.items()
        if name in headers
    ]
    return [*listed, *_fixed(headers)]
