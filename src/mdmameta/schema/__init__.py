"""One typed description per table of evidence, for anybody's trials."""

from mdmameta.schema.column import Column, Table
from mdmameta.schema.package import data_package, disagreements
from mdmameta.schema.tables import REQUIRED, TABLES
from mdmameta.schema.vocabularies import meanings, vocabularies

__all__ = [
    "REQUIRED",
    "TABLES",
    "Column",
    "Table",
    "data_package",
    "disagreements",
    "meanings",
    "vocabularies",
]
