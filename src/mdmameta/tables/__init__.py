"""Fits and evidence as printable tables; one module formats every number."""

from mdmameta.tables.evidence import (
    arms_table,
    sources_table,
    study_flow_table,
    trials_table,
    verification_table,
)
from mdmameta.tables.models import (
    cautions_table,
    coefficients_table,
    effects_table,
    model_comparison,
)
from mdmameta.tables.printable import Table, as_table
from mdmameta.tables.sensitivity import part_table, refits_table, tipping_table

__all__ = [
    "Table",
    "arms_table",
    "as_table",
    "cautions_table",
    "coefficients_table",
    "effects_table",
    "model_comparison",
    "part_table",
    "refits_table",
    "sources_table",
    "study_flow_table",
    "tipping_table",
    "trials_table",
    "verification_table",
]
