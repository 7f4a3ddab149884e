"""Random effects on several levels, or correlated between outcomes."""

from mdmameta.models.frequentist.multilevel.che import che_sensitivity
from mdmameta.models.frequentist.multilevel.model import Multilevel
from mdmameta.models.frequentist.multilevel.multivariate import Multivariate
from mdmameta.models.frequentist.multilevel.result import (
    LogLikelihood,
    MultilevelFit,
    likelihood_ratio,
)

__all__ = [
    "LogLikelihood",
    "Multilevel",
    "MultilevelFit",
    "Multivariate",
    "che_sensitivity",
    "likelihood_ratio",
]
