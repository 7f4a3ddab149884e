"""Fits and evidence as printable tables; one module formats every number."""

from mdmameta.tables.models import (
    cautions_table,
    coefficients_table,
    effects_table,
    model_comparison,
)
from mdmameta.tables.printable import Table, as_table

__all__ = [
    "Table",
    "as_table",
    "cautions_table",
    "coefficients_table",
    "effects_table",
    "model_comparison",
]
