"""Bayesian random effects: exact by quadrature, or sampled with PyMC."""

from mdmameta.models.bayesian.averaging import (
    InverseGammaSD,
    ModelAverage,
    ModelSpace,
    Peese,
    Pet,
    PublicationWeights,
    model_average,
)
from mdmameta.models.bayesian.empirical_priors import rhodes_prior, turner_prior
from mdmameta.models.bayesian.exact import ExactPosterior
from mdmameta.models.bayesian.exact_regression import ExactRegression
from mdmameta.models.bayesian.grid import ExactGrid, exact_grid, fit_priors
from mdmameta.models.bayesian.information import (
    InformationGain,
    effective_sample_size,
    information_gain,
    unit_information_sd,
)
from mdmameta.models.bayesian.mean_priors import Flat, Mixture, Normal, StudentT
from mdmameta.models.bayesian.meta_regression import BayesianMetaRegression
from mdmameta.models.bayesian.peaks import (
    least_bayes_factor_mu,
    least_bayes_factor_tau,
    peaks,
)
from mdmameta.models.bayesian.predictions import predict_exact
from mdmameta.models.bayesian.random_effects import BayesianRandomEffects
from mdmameta.models.bayesian.reference_priors import (
    BergerDeely,
    Conventional,
    Jeffreys,
    OverallJeffreys,
    SquareRoot,
)
from mdmameta.models.bayesian.shrinkage_priors import (
    DuMouchel,
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
from mdmameta.models.bayesian.tau_trace import trace_tau

__all__ = [
    "BayesianMetaRegression",
    "BayesianRandomEffects",
    "BergerDeely",
    "Conventional",
    "DuMouchel",
    "ExactGrid",
    "ExactPosterior",
    "ExactRegression",
    "Exponential",
    "Flat",
    "HalfCauchy",
    "HalfLogistic",
    "HalfNormal",
    "HalfStudentT",
    "InformationGain",
    "InverseGamma",
    "InverseGammaSD",
    "Jeffreys",
    "LogNormal",
    "LogStudentT",
    "Lomax",
    "Mixture",
    "ModelAverage",
    "ModelSpace",
    "Normal",
    "OverallJeffreys",
    "Peese",
    "Pet",
    "PublicationWeights",
    "SquareRoot",
    "StudentT",
    "Uniform",
    "UniformI2",
    "UniformShrinkage",
    "effective_sample_size",
    "exact_grid",
    "fit_priors",
    "information_gain",
    "least_bayes_factor_mu",
    "least_bayes_factor_tau",
    "model_average",
    "peaks",
    "predict_exact",
    "rhodes_prior",
    "trace_tau",
    "turner_prior",
    "unit_information_sd",
]
