"""Models of classical meta-analysis, checked against metafor."""

from mdmameta.models.frequentist.common_effect import CommonEffect
from mdmameta.models.frequentist.mantel_haenszel import (
    MantelHaenszel,
    StratifiedTests,
)
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.peto import Peto
from mdmameta.models.frequentist.random_effects import RandomEffects

__all__ = [
    "CommonEffect",
    "MantelHaenszel",
    "MetaRegression",
    "Peto",
    "RandomEffects",
    "StratifiedTests",
]
