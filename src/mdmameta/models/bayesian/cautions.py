"""Guard rails of Bayesian fits."""

from __future__ import annotations

import numpy as np

from mdmameta.models.diagnostics import Diagnostics
from mdmameta.models.fit import Caution

#: A posterior SD of at least this share of the prior SD means that the data
#: hardly moved the prior.
NOT_IDENTIFIED = 0.9

#: Measures on whose scale the default priors do not stand, and why.
OFF_SCALE = {
    "MD": "mean differences are in the units of an instrument",
    "RD": "risk differences lie between -1 and 1",
}


def not_identified(
    sd: float, prior_sd: float, what: str = "the mean"
) -> tuple[Caution, ...]:
    """Warn when the answer about μ, or a coefficient, follows its prior."""
    if not sd >= NOT_IDENTIFIED * prior_sd or np.isinf(prior_sd):
        return ()
    return (
        Caution(
            "not-identified",
            f"The posterior SD of {what} ({sd:.3g}) is at least {NOT_IDENTIFIED:g} "
            f"of its prior SD ({prior_sd:.3g}): the answer follows the prior.",
        ),
    )


def priors_off_scale(measure: str, defaults: tuple[str, ...]) -> tuple[Caution, ...]:
    """Warn when default priors meet a measure that they are not made for.

    Parameters
    ----------
    measure
        metafor's code.
    defaults
        The priors left at their defaults, as they print.
    """
    if measure not in OFF_SCALE or not defaults:
        return ()
    return (
        Caution(
            "prior-scale",
            f"Default priors ({', '.join(defaults)}) are meant for standardised mean "
            f"differences and log ratios, but {OFF_SCALE[measure]}: they are on the "
            "wrong scale here. Give mu= and tau= in the units of the effects.",
        ),
    )


def single_study(k: int) -> tuple[Caution, ...]:
    """Warn that one study says nothing about heterogeneity."""
    if k > 1:
        return ()
    return (
        Caution(
            "single-study",
            "Only one study: tau2 and the prediction interval rest on the priors; "
            "I2 cannot be estimated.",
        ),
    )


def split_unknown(rows: int, studies: int) -> tuple[Caution, ...]:
    """Warn that one effect a study cannot tell variances within studies.

    Parameters
    ----------
    rows, studies
        Numbers of effects and of studies.
    """
    if studies < rows or studies == 1:
        return ()
    return (
        Caution(
            "split-unknown",
            "Every study has one effect: the data tell the sum of the variances "
            "between and within studies, and their split follows the priors. Read "
            "tau2, or use BayesianRandomEffects, which has one variance.",
        ),
    )


def infinite_moment(tau2: float) -> tuple[Caution, ...]:
    """Warn when the posterior of τ has so long a tail that E τ² is infinite."""
    if np.isfinite(tau2):
        return ()
    return (
        Caution(
            "infinite-moment",
            "The posterior mean of tau2 is infinite under this prior of tau: read "
            "medians and intervals, or use a prior with a lighter tail.",
        ),
    )


def unsound(diagnostics: Diagnostics) -> tuple[Caution, ...]:
    """Warn when the numbers may not be believed as computed."""
    if not (found := diagnostics.problems()):
        return ()
    return (Caution("unsound", f"Not fit to be reported: {'; '.join(found)}."),)
