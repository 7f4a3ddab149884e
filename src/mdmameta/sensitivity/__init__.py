"""Sensitivity analyses: effects and a model in, a table of refits out."""

from mdmameta.sensitivity.baujat import baujat
from mdmameta.sensitivity.blinding import blinding
from mdmameta.sensitivity.blinding_indices import Index, bang_index, james_index
from mdmameta.sensitivity.control_type import detectable_difference
from mdmameta.sensitivity.cumulative import cumulative
from mdmameta.sensitivity.deciding import Decision, decide, deciding_fit
from mdmameta.sensitivity.dose_response import dose_response
from mdmameta.sensitivity.dropout import dropout
from mdmameta.sensitivity.gosh import Gosh, gosh
from mdmameta.sensitivity.guess_intervals import bang_exact, james_bootstrap
from mdmameta.sensitivity.guess_outcomes import correct_guess_curve
from mdmameta.sensitivity.guess_synthesis import guess_synthesis
from mdmameta.sensitivity.guesses import guesses_from_percentages
from mdmameta.sensitivity.influence import influence
from mdmameta.sensitivity.influence_set import Influence
from mdmameta.sensitivity.joint_model import BiasPriors, JointBias
from mdmameta.sensitivity.joint_naive import NaivePriors
from mdmameta.sensitivity.labbe import Labbe, labbe
from mdmameta.sensitivity.leave_one_out import leave_one_out
from mdmameta.sensitivity.multiverse import Multiverse, multiverse
from mdmameta.sensitivity.permutation import PermutationTest, permutation_test
from mdmameta.sensitivity.prior_use import prior_use
from mdmameta.sensitivity.radial import Radial, radial
from mdmameta.sensitivity.raters import rater_differences
from mdmameta.sensitivity.refits import Refits
from mdmameta.sensitivity.replicability import Replicability, two_trials
from mdmameta.sensitivity.residuals import rstandard, rstudent
from mdmameta.sensitivity.share_power import FutureTrials, trials_needed
from mdmameta.sensitivity.small_study import (
    AsymmetryTest,
    ExcessSignificance,
    FailSafeN,
    LimitMetaAnalysis,
    PetPeese,
    PUniformStar,
    SmallStudyEffects,
    TrimAndFill,
    begg,
    deeks,
    egger,
    excess_significance,
    fail_safe_n,
    harbord,
    limit_meta_analysis,
    macaskill,
    p_uniform_star,
    pet_peese,
    peters,
    schwarzer,
    small_study_effects,
    trim_and_fill,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict

__all__ = [
    "AsymmetryTest",
    "BiasPriors",
    "Decision",
    "ExcessSignificance",
    "FailSafeN",
    "FutureTrials",
    "Gosh",
    "Index",
    "Influence",
    "JointBias",
    "Labbe",
    "LimitMetaAnalysis",
    "Multiverse",
    "NaivePriors",
    "PUniformStar",
    "PermutationTest",
    "PetPeese",
    "Radial",
    "Refits",
    "Replicability",
    "SensitivityTable",
    "SmallStudyEffects",
    "TippingPoint",
    "TrimAndFill",
    "Verdict",
    "bang_exact",
    "bang_index",
    "baujat",
    "begg",
    "blinding",
    "correct_guess_curve",
    "cumulative",
    "decide",
    "deciding_fit",
    "deeks",
    "detectable_difference",
    "dose_response",
    "dropout",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "gosh",
    "guess_synthesis",
    "guesses_from_percentages",
    "harbord",
    "influence",
    "james_bootstrap",
    "james_index",
    "labbe",
    "leave_one_out",
    "limit_meta_analysis",
    "macaskill",
    "multiverse",
    "p_uniform_star",
    "permutation_test",
    "pet_peese",
    "peters",
    "prior_use",
    "radial",
    "rater_differences",
    "rstandard",
    "rstudent",
    "schwarzer",
    "small_study_effects",
    "trials_needed",
    "trim_and_fill",
    "two_trials",
]
