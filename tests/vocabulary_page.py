"""The page of vocabularies: rewrites ``docs/vocabularies.md`` from schema and tables.

Run it after changing the schema or a table of terms::

    python tests/vocabulary_page.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.raw import RawTable, read_tables
from mdmameta.schema import vocabularies

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "vocabularies.md"

#: Columns of the tables of terms that say nothing about the term.
_LEFT_OUT = ("source_id", "locator", "row_id", "derived_columns")

_HEAD = """# Vocabularies

Every column of the raw tables that may hold only certain values, with the meaning of
each value. A value outside its vocabulary is a fault, which `mdmameta validate` reports
with file, row, what is allowed and what to do. The same vocabularies stand in
`data/raw/datapackage.json` under `vocabularies`. The page is written by
`tests/vocabulary_page.py`, and a test fails when it is out of date.
"""


def page() -> str:
    """The whole page."""
    tables = read_tables(ROOT / "data" / "raw")
    headers = {name: raw.header for name, raw in tables.items() if raw.header}
    sections = [_section(item, tables) for item in vocabularies(headers)]
    return "\n".join([_HEAD, *sections])


def _section(item: Mapping[str, Any], tables: Mapping[str, RawTable]) -> str:
    places = ", ".join(f"`{place}`" for place in item["columns"])
    lines = [f"## {item['name'].replace('_', ' ')}", "", f"Governs {places}.", ""]
    lines += _listed(item, tables) if "resource" in item else _fixed(item)
    return "\n".join([*lines, ""])


def _fixed(item: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| value | meaning |", "| --- | --- |")
    for term in item["terms"]:
        yield f"| `{term['value']}` | {term['meaning']} |"


def _listed(item: Mapping[str, Any], tables: Mapping[str, RawTable]) -> Iterator[str]:
    raw = tables[item["resource"]]
    names = [name for name in raw.header if name not in _LEFT_OUT]
    yield f"The terms are the rows of `{raw.table.file}`."
    yield ""
    yield f"| {' | '.join(name.replace('_', ' ') for name in names)} |"
    yield f"|{' --- |' * len(names)}"
    for row in raw.frame[names].itertuples(index=False):
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return "" if pd.isna(cell) else f"{cell:g}"
    return str(cell).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
