"""Averages over models with and without effect, heterogeneity and bias."""

from mdmameta.models.bayesian.averaging.average import ModelAverage, model_average
from mdmameta.models.bayesian.averaging.space import (
    InverseGammaSD,
    ModelSpace,
    Peese,
    Pet,
    PublicationWeights,
)

__all__ = [
    "InverseGammaSD",
    "ModelAverage",
    "ModelSpace",
    "Peese",
    "Pet",
    "PublicationWeights",
    "model_average",
]
