"""Random effects on several levels, or correlated between outcomes."""

from mdmameta.models.frequentist.multilevel.che import che_sensitivity
from mdmameta.models.frequentist.multilevel.model import Multilevel
from mdmameta.models.frequentist.multilevel.multivariate import Multivariate
from mdmameta.models.frequentist.multilevel.result import MultilevelFit

__all__ = [
    "Multilevel",
    "MultilevelFit",
    "Multivariate",
    "che_sensitivity",
]
