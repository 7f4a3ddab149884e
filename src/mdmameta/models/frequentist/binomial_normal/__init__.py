"""Counts whose log odds or log rates differ normally between trials."""

from mdmameta.models.frequentist.binomial_normal.model import (
    BinomialNormal,
    HeterogeneityTests,
)

__all__ = ["BinomialNormal", "HeterogeneityTests"]
