"""Bayesian random effects: exact by quadrature, or sampled with PyMC."""

from mdmameta.models.bayesian.exact import ExactPosterior
from mdmameta.models.bayesian.priors import (
    Flat,
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogNormal,
    Normal,
    StudentT,
    Uniform,
)
from mdmameta.models.bayesian.random_effects import BayesianRandomEffects

__all__ = [
    "BayesianRandomEffects",
    "ExactPosterior",
    "Flat",
    "HalfCauchy",
    "HalfNormal",
    "HalfStudentT",
    "LogNormal",
    "Normal",
    "StudentT",
    "Uniform",
]
