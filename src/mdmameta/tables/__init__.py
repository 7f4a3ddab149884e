"""Fits and evidence as printable tables; one module formats every number."""

from mdmameta.tables.characteristics import (
    outcomes_table,
    populations_table,
    risk_of_bias_table,
)
from mdmameta.tables.evidence import (
    arms_table,
    sources_table,
    study_flow_table,
    trials_table,
    verification_table,
)
from mdmameta.tables.grade import Finding, Reason, grade_table, reasons_table
from mdmameta.tables.models import (
    cautions_table,
    coefficients_table,
    effects_table,
    model_comparison,
)
from mdmameta.tables.printable import Table, as_table
from mdmameta.tables.sensitivity import (
    part_table,
    refits_table,
    tipping_table,
    verdicts_table,
)

__all__ = [
    "Finding",
    "Reason",
    "Table",
    "arms_table",
    "as_table",
    "cautions_table",
    "coefficients_table",
    "effects_table",
    "grade_table",
    "model_comparison",
    "outcomes_table",
    "part_table",
    "populations_table",
    "reasons_table",
    "refits_table",
    "risk_of_bias_table",
    "sources_table",
    "study_flow_table",
    "tipping_table",
    "trials_table",
    "verdicts_table",
    "verification_table",
]
