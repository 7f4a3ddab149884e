"""Counts whose log odds or log rates differ normally between trials."""

from mdmameta.models.frequentist.binomial_normal.heterogeneity_tests import (
    HeterogeneityTests,
)
from mdmameta.models.frequentist.binomial_normal.model import BinomialNormal
from mdmameta.models.frequentist.binomial_normal.result import (
    BinomialNormalFit,
    Levels,
)

__all__ = ["BinomialNormal", "BinomialNormalFit", "HeterogeneityTests", "Levels"]
