"""Frames to Evidence: linked and checked, every fault reported at once."""

from mdmameta.records.evidence import Evidence
from mdmameta.records.load import check_tables, load_evidence

__all__ = ["Evidence", "check_tables", "load_evidence"]
