"""Files to typed frames, unjudged: what was typed, and where it cannot be read."""

from mdmameta.raw.table import RawTable, digest, parse_table, read_table, read_tables

__all__ = ["RawTable", "digest", "parse_table", "read_table", "read_tables"]
