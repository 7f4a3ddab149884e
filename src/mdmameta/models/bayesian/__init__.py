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

__all__ = [
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
