"""Models of classical meta-analysis, checked against metafor."""

from mdmameta.models.frequentist.batched import ManyFits, fit_many
from mdmameta.models.frequentist.binomial_normal import (
    BinomialNormal,
    BinomialNormalFit,
    HeterogeneityTests,
)
from mdmameta.models.frequentist.cluster_robust import ClusterRobust, robust
from mdmameta.models.frequentist.common_effect import CommonEffect
from mdmameta.models.frequentist.explained import RSquared, r_squared
from mdmameta.models.frequentist.henmi_copas import henmi_copas
from mdmameta.models.frequentist.hypotheses import variance_inflation, wald_test
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.likelihood_ratio import (
    LikelihoodRatio,
    likelihood_ratio_test,
)
from mdmameta.models.frequentist.likelihoods import Likelihoods, likelihoods
from mdmameta.models.frequentist.location_scale import (
    LocationScale,
    LocationScaleFit,
    Scale,
)
from mdmameta.models.frequentist.mantel_haenszel import MantelHaenszel
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.multilevel import (
    Multilevel,
    MultilevelFit,
    Multivariate,
    che_sensitivity,
)
from mdmameta.models.frequentist.one_mean import fit_of_mean
from mdmameta.models.frequentist.p_values import PValueFunction, p_value_function
from mdmameta.models.frequentist.peto import Peto
from mdmameta.models.frequentist.predictions import predict
from mdmameta.models.frequentist.profile_likelihood import (
    LikelihoodInterval,
    likelihood_interval,
)
from mdmameta.models.frequentist.random_effects import RandomEffects
from mdmameta.models.frequentist.relative import RB, r_b
from mdmameta.models.frequentist.robust_variance import (
    RobustCorrelated,
    RobustHierarchical,
    rho_sensitivity,
)
from mdmameta.models.frequentist.selection import (
    Selection,
    SelectionFit,
    SelectionModel,
)
from mdmameta.models.frequentist.share import share_beyond
from mdmameta.models.frequentist.stratified_tests import StratifiedTests
from mdmameta.models.frequentist.subgroups import Subgroups, subgroups

__all__ = [
    "RB",
    "BinomialNormal",
    "BinomialNormalFit",
    "ClusterRobust",
    "CommonEffect",
    "HeterogeneityTests",
    "LikelihoodInterval",
    "LikelihoodRatio",
    "Likelihoods",
    "LocationScale",
    "LocationScaleFit",
    "LogLikelihood",
    "MantelHaenszel",
    "ManyFits",
    "MetaRegression",
    "Multilevel",
    "MultilevelFit",
    "Multivariate",
    "PValueFunction",
    "Peto",
    "RSquared",
    "RandomEffects",
    "RobustCorrelated",
    "RobustHierarchical",
    "Scale",
    "Selection",
    "SelectionFit",
    "SelectionModel",
    "StratifiedTests",
    "Subgroups",
    "che_sensitivity",
    "fit_many",
    "fit_of_mean",
    "henmi_copas",
    "likelihood_interval",
    "likelihood_ratio_test",
    "likelihoods",
    "p_value_function",
    "predict",
    "r_b",
    "r_squared",
    "rho_sensitivity",
    "robust",
    "share_beyond",
    "subgroups",
    "variance_inflation",
    "wald_test",
]
