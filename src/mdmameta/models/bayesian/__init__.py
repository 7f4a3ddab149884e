"""Bayesian random effects: exact by quadrature, or sampled with PyMC."""

from mdmameta.models.bayesian.exact import ExactPosterior
from mdmameta.models.bayesian.mean_priors import Flat, Mixture, Normal, StudentT
from mdmameta.models.bayesian.random_effects import BayesianRandomEffects
from mdmameta.models.bayesian.reference_priors import (
    BergerDeely,
    Conventional,
    DuMouchel,
    Jeffreys,
    OverallJeffreys,
    SquareRoot,
    UniformI2,
    UniformShrinkage,
)
from mdmameta.models.bayesian.skewed_priors import (
    Exponential,
    HalfLogistic,
    InverseGamma,
    LogStudentT,
    Lomax,
)
from mdmameta.models.bayesian.tau_priors import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogNormal,
    Uniform,
)

__all__ = [
    "BayesianRandomEffects",
    "BergerDeely",
    "Conventional",
    "DuMouchel",
    "ExactPosterior",
    "Exponential",
    "Flat",
    "HalfCauchy",
    "HalfLogistic",
    "HalfNormal",
    "HalfStudentT",
    "InverseGamma",
    "Jeffreys",
    "LogNormal",
    "LogStudentT",
    "Lomax",
    "Mixture",
    "Normal",
    "OverallJeffreys",
    "SquareRoot",
    "StudentT",
    "Uniform",
    "UniformI2",
    "UniformShrinkage",
]
