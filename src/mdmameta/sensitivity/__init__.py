"""Sensitivity analyses: effects and a model in, a table of refits out."""

from mdmameta.sensitivity.baujat import baujat
from mdmameta.sensitivity.blinding import blinding
from mdmameta.sensitivity.blinding_indices import Index, bang_index, james_index
from mdmameta.sensitivity.control_type import detectable_difference
from mdmameta.sensitivity.cumulative import cumulative
from mdmameta.sensitivity.deciding import Decision, decide, deciding_fit
from mdmameta.sensitivity.dropout import dropout
from mdmameta.sensitivity.gosh import Gosh, gosh
from mdmameta.sensitivity.guesses import guesses_from_percentages
from mdmameta.sensitivity.influence import Influence, influence
from mdmameta.sensitivity.labbe import Labbe, labbe
from mdmameta.sensitivity.leave_one_out import leave_one_out
from mdmameta.sensitivity.permutation import PermutationTest, permutation_test
from mdmameta.sensitivity.prior_use import prior_use
from mdmameta.sensitivity.radial import Radial, radial
from mdmameta.sensitivity.refits import Refits
from mdmameta.sensitivity.replicability import Replicability, two_trials
from mdmameta.sensitivity.residuals import rstandard, rstudent
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict

__all__ = [
    "Decision",
    "Gosh",
    "Index",
    "Influence",
    "Labbe",
    "PermutationTest",
    "Radial",
    "Refits",
    "Replicability",
    "SensitivityTable",
    "TippingPoint",
    "Verdict",
    "bang_index",
    "baujat",
    "blinding",
    "cumulative",
    "decide",
    "deciding_fit",
    "detectable_difference",
    "dropout",
    "gosh",
    "guesses_from_percentages",
    "influence",
    "james_index",
    "labbe",
    "leave_one_out",
    "permutation_test",
    "prior_use",
    "radial",
    "rstandard",
    "rstudent",
    "two_trials",
]
