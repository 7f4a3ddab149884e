"""One typed description per table of evidence, for anybody's trials."""

from mdmameta.schema.column import Column, Table
from mdmameta.schema.package import data_package, disagreements
from mdmameta.schema.tables import REQUIRED, TABLES

__all__ = [
    "REQUIRED",
    "TABLES",
    "Column",
    "Table",
    "data_package",
    "disagreements",
]
