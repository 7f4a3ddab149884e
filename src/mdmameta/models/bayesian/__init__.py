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
from mdmameta.models.bayesian.bias_contribution import BiasTerm, Contribution
from mdmameta.models.bayesian.bias_terms import (
    AdditiveBias,
    BiasAdjusted,
    ProportionalBias,
    adjust,
)
from mdmameta.models.bayesian.binomial_normal import BayesianBinomialNormal
from mdmameta.models.bayesian.borrowing import Borrowing, MapPrior, borrow, map_prior
from mdmameta.models.bayesian.conflict import prior_data_conflict
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
from mdmameta.models.bayesian.multilevel import BayesianMultilevel
from mdmameta.models.bayesian.named_priors import (
    NamedPrior,
    TippingPrior,
    named_priors,
    tipping_prior_mean,
    tipping_prior_sd,
)
from mdmameta.models.bayesian.peaks import (
    least_bayes_factor_mu,
    least_bayes_factor_tau,
    peaks,
)
from mdmameta.models.bayesian.power_scaling import power_scaling
from mdmameta.models.bayesian.predictions import predict_exact
from mdmameta.models.bayesian.predictive_checks import (
    posterior_predictive,
    prior_predictive,
)
from mdmameta.models.bayesian.random_effects import BayesianRandomEffects
from mdmameta.models.bayesian.reference_priors import (
    BergerDeely,
    Conventional,
    Jeffreys,
    OverallJeffreys,
    SquareRoot,
)
from mdmameta.models.bayesian.robust_effects import BayesianRobustEffects
from mdmameta.models.bayesian.sampled.store import load_fit, save_fit
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
    "AdditiveBias",
    "BayesianBinomialNormal",
    "BayesianMetaRegression",
    "BayesianMultilevel",
    "BayesianRandomEffects",
    "BayesianRobustEffects",
    "BergerDeely",
    "BiasAdjusted",
    "BiasTerm",
    "Borrowing",
    "Contribution",
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
    "MapPrior",
    "Mixture",
    "ModelAverage",
    "ModelSpace",
    "NamedPrior",
    "Normal",
    "OverallJeffreys",
    "Peese",
    "Pet",
    "ProportionalBias",
    "PublicationWeights",
    "SquareRoot",
    "StudentT",
    "TippingPrior",
    "Uniform",
    "UniformI2",
    "UniformShrinkage",
    "adjust",
    "borrow",
    "effective_sample_size",
    "exact_grid",
    "fit_priors",
    "information_gain",
    "least_bayes_factor_mu",
    "least_bayes_factor_tau",
    "load_fit",
    "map_prior",
    "model_average",
    "named_priors",
    "peaks",
    "posterior_predictive",
    "power_scaling",
    "predict_exact",
    "prior_data_conflict",
    "prior_predictive",
    "rhodes_prior",
    "save_fit",
    "tipping_prior_mean",
    "tipping_prior_sd",
    "trace_tau",
    "turner_prior",
    "unit_information_sd",
]
