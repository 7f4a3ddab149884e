"""Sensitivity analyses: effects and a model in, a table of refits out."""

from mdmameta.sensitivity.deciding import Decision, decide, deciding_fit
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict

__all__ = [
    "Decision",
    "SensitivityTable",
    "TippingPoint",
    "Verdict",
    "decide",
    "deciding_fit",
]
