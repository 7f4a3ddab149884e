"""Meta-analysis and reproducible reports with the source of every number."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Public name -> module that defines it. Resolved on first use, so that
#: ``import mdmameta`` costs nothing.
_HOME = {
    "BayesianMetaRegression": "mdmameta.models.bayesian",
    "BayesianRandomEffects": "mdmameta.models.bayesian",
    "BergerDeely": "mdmameta.models.bayesian",
    "BinomialNormal": "mdmameta.models.frequentist",
    "BinomialNormalFit": "mdmameta.models.frequentist",
    "ClusterRobust": "mdmameta.models.frequentist",
    "CommonEffect": "mdmameta.models.frequentist",
    "Conventional": "mdmameta.models.bayesian",
    "Diagnostics": "mdmameta.models.fit",
    "DuMouchel": "mdmameta.models.bayesian",
    "Effects": "mdmameta.effects.table",
    "Estimate": "mdmameta.models.fit",
    "Evidence": "mdmameta.records",
    "ExactGrid": "mdmameta.models.bayesian",
    "ExactPosterior": "mdmameta.models.bayesian",
    "ExactRegression": "mdmameta.models.bayesian",
    "Exponential": "mdmameta.models.bayesian",
    "Fit": "mdmameta.models.fit",
    "Flat": "mdmameta.models.bayesian",
    "HalfCauchy": "mdmameta.models.bayesian",
    "HalfLogistic": "mdmameta.models.bayesian",
    "HalfNormal": "mdmameta.models.bayesian",
    "HalfStudentT": "mdmameta.models.bayesian",
    "Heterogeneity": "mdmameta.models.fit",
    "InformationGain": "mdmameta.models.bayesian",
    "InverseGamma": "mdmameta.models.bayesian",
    "Jeffreys": "mdmameta.models.bayesian",
    "Ledger": "mdmameta.claims",
    "LikelihoodRatio": "mdmameta.models.frequentist",
    "LogNormal": "mdmameta.models.bayesian",
    "LogStudentT": "mdmameta.models.bayesian",
    "Lomax": "mdmameta.models.bayesian",
    "MantelHaenszel": "mdmameta.models.frequentist",
    "MetaRegression": "mdmameta.models.frequentist",
    "MissingPrior": "mdmameta.effects",
    "Mixture": "mdmameta.models.bayesian",
    "Multilevel": "mdmameta.models.frequentist",
    "Multivariate": "mdmameta.models.frequentist",
    "Normal": "mdmameta.models.bayesian",
    "OverallJeffreys": "mdmameta.models.bayesian",
    "PValueFunction": "mdmameta.models.frequentist",
    "Peto": "mdmameta.models.frequentist",
    "RandomEffects": "mdmameta.models.frequentist",
    "Replicability": "mdmameta.sensitivity",
    "RobustCorrelated": "mdmameta.models.frequentist",
    "RobustHierarchical": "mdmameta.models.frequentist",
    "SelectionModel": "mdmameta.models.frequentist",
    "SingleArmEffects": "mdmameta.effects.table",
    "SquareRoot": "mdmameta.models.bayesian",
    "StudentT": "mdmameta.models.bayesian",
    "Subgroups": "mdmameta.models.frequentist",
    "Uniform": "mdmameta.models.bayesian",
    "UniformI2": "mdmameta.models.bayesian",
    "UniformShrinkage": "mdmameta.models.bayesian",
    "aggregate": "mdmameta.effects",
    "audit": "mdmameta.audit",
    "back_transform": "mdmameta.effects",
    "baujat": "mdmameta.sensitivity",
    "begg": "mdmameta.sensitivity",
    "che_sensitivity": "mdmameta.models.frequentist",
    "check_tables": "mdmameta.records",
    "contrasts": "mdmameta.effects",
    "cumulative": "mdmameta.sensitivity",
    "delta_method": "mdmameta.effects",
    "depression_effects": "mdmameta.effects",
    "difference_from_test": "mdmameta.effects",
    "effect_from_wald": "mdmameta.effects",
    "effect_size": "mdmameta.effects",
    "effective_sample_size": "mdmameta.models.bayesian",
    "egger": "mdmameta.sensitivity",
    "exact_grid": "mdmameta.models.bayesian",
    "excess_significance": "mdmameta.sensitivity",
    "fail_safe_n": "mdmameta.sensitivity",
    "fit_many": "mdmameta.models.frequentist",
    "fit_of_mean": "mdmameta.models.frequentist",
    "fit_priors": "mdmameta.models.bayesian",
    "forest": "mdmameta.figures",
    "funnel": "mdmameta.figures",
    "gosh": "mdmameta.sensitivity",
    "harbord": "mdmameta.sensitivity",
    "influence": "mdmameta.sensitivity",
    "information_gain": "mdmameta.models.bayesian",
    "labbe": "mdmameta.sensitivity",
    "leave_one_out": "mdmameta.sensitivity",
    "likelihood_interval": "mdmameta.models.frequentist",
    "likelihood_ratio_test": "mdmameta.models.frequentist",
    "likelihoods": "mdmameta.models.frequentist",
    "limit_meta_analysis": "mdmameta.sensitivity",
    "load_evidence": "mdmameta.records",
    "mean_sd_from_quantiles": "mdmameta.effects",
    "missing_events": "mdmameta.effects",
    "missing_means": "mdmameta.effects",
    "number_needed": "mdmameta.effects",
    "number_needed_from_ratio": "mdmameta.effects",
    "number_needed_from_smd": "mdmameta.effects",
    "p_value_function": "mdmameta.models.frequentist",
    "permutation_test": "mdmameta.sensitivity",
    "pet_peese": "mdmameta.sensitivity",
    "peters": "mdmameta.sensitivity",
    "predict": "mdmameta.models.frequentist",
    "predict_exact": "mdmameta.models.bayesian",
    "probability_of_superiority": "mdmameta.effects",
    "proportion_interval": "mdmameta.effects",
    "ptsd_binary_effects": "mdmameta.effects",
    "ptsd_effects": "mdmameta.effects",
    "r_squared": "mdmameta.models.frequentist",
    "radial": "mdmameta.sensitivity",
    "read_effects_csv": "mdmameta.effects",
    "reproduction_ledger": "mdmameta.claims",
    "rho_sensitivity": "mdmameta.models.frequentist",
    "rhodes_prior": "mdmameta.models.bayesian",
    "robust": "mdmameta.models.frequentist",
    "sampling_covariance": "mdmameta.effects",
    "share_beyond": "mdmameta.models.frequentist",
    "small_study_effects": "mdmameta.sensitivity",
    "smd_from_test": "mdmameta.effects",
    "subgroups": "mdmameta.models.frequentist",
    "trace_tau": "mdmameta.models.bayesian",
    "trim_and_fill": "mdmameta.sensitivity",
    "turner_prior": "mdmameta.models.bayesian",
    "two_trials": "mdmameta.sensitivity",
    "unit_information_sd": "mdmameta.models.bayesian",
    "usable_rows": "mdmameta.models.inputs",
    "variance_inflation": "mdmameta.models.frequentist",
    "wald_test": "mdmameta.models.frequentist",
    "with_covariance": "mdmameta.effects",
}
_MODULES = (
    "claims",
    "errors",
    "figures",
    "lineage",
    "reporting",
    "sensitivity",
    "tables",
    "testing",
)

__all__ = ["__version__", *sorted(_HOME), *_MODULES]


def __getattr__(name: str) -> Any:
    """Import a public name or subpackage the first time it is asked for."""
    if name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    elif name in _MODULES:
        value = import_module(f"mdmameta.{name}")
    else:
        raise AttributeError(f"module 'mdmameta' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
