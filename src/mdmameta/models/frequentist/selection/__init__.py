"""Selection models: results that enter by their p-values."""

from mdmameta.models.frequentist.selection.model import SelectionModel
from mdmameta.models.frequentist.selection.result import Selection, SelectionFit

__all__ = ["Selection", "SelectionFit", "SelectionModel"]
