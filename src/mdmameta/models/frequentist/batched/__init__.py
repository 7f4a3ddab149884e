"""Many data sets fitted at once."""

from mdmameta.models.frequentist.batched.fits import ManyFits, fit_many
from mdmameta.models.frequentist.batched.solve import INTERVALS
from mdmameta.models.frequentist.batched.tau2 import BATCHED

__all__ = ["BATCHED", "INTERVALS", "ManyFits", "fit_many"]
