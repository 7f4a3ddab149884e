"""Contrasts of everybody randomised under priors of how the missing differ."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.missing_kernels import Mixed, linked, mixed_mean, mixed_risk
from mdmameta.effects.missing_prior import (
    AT_RANDOM,
    Contrast,
    Priors,
    by_reason,
    counts,
    effects_of,
    missing_fractions,
)
from mdmameta.effects.observed_arms import ObservedArms
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

EventMeasure = Literal["OR", "RR", "RD"]
MeanMeasure = Literal["MD", "SMD", "ROM"]
MissingParameter = Literal["difference", "ratio"]


def missing_events(
    table: pd.DataFrame,
    measure: EventMeasure = "OR",
    prior: Priors = AT_RANDOM,
    *,
    draws: int | None = None,
    seed: int | None = None,
) -> Effects:
    """Adjust contrasts of risks for missing outcomes by informative odds ratios.

    Parameters
    ----------
    table
        ai, n1i, ci, n2i: events and people observed in the active and control arm;
        missing1, missing2: people missing (or missing1_REASON, missing2_REASON for
        each reason that ``prior`` names); study, if there.
    measure
        "OR" and "RR" (logarithms) or "RD".
    prior
        Of the log IMOR; one for all missing, or one by reason, taken as independent.
    draws, seed
        None adds the prior's variance by a Taylor series; a number draws from the
        prior and takes the mean and total variance, which is exact in the limit.

    Returns
    -------
    Effects
        With the columns of the table as moderators.

    Raises
    ------
    EffectsError
        For a column absent, counts that do not fit, an infinite prior mean that
        leaves a risk of 0 or 1 on a log scale, or draws without a seed.

    References
    ----------
    Higgins, White & Wood 2008, doi:10.1177/1740774508091600; White, Higgins &
    Wood 2008, doi:10.1002/sim.3008.

    Examples
    --------
    >>> from mdmameta.effects.missing_prior import MissingPrior
    >>> table = pd.DataFrame({"ai": [45], "n1i": [52], "missing1": [1],
    ...                       "ci": [29], "n2i": [42], "missing2": [9]})
    >>> failure = MissingPrior(mean=(-np.inf, -np.inf))
    >>> np.exp(missing_events(table, "RR", failure).y).round(2)
    array([1.49])
    """
    check_option("measure", measure, EventMeasure)
    priors = by_reason(prior)
    a, n1, c, n2 = (counts(table, name) for name in ("ai", "n1i", "ci", "n2i"))
    for events, n, name in ((a, n1, "ai"), (c, n2, "ci")):
        if (events > n).any():
            row = int(np.flatnonzero(events > n)[0])
            raise EffectsError(
                f"{name} = {events[row]:g} in row {row} (counted from 0); allowed: at "
                f"most the {n[row]:g} people observed. Correct the row."
            )
    half = (((a == 0) | (a == n1) | (c == 0) | (c == n2)) / 2).astype(float)
    arms = [
        (
            (events + half) / (n + 2 * half),
            n + 2 * half,
            *missing_fractions(table, n, at, priors),
        )
        for at, (events, n) in enumerate(((a, n1), (c, n2)))
    ]

    def contrast(deltas: FloatArray) -> Contrast:
        first, second = (
            linked(measure, mixed_risk(*arm, np.exp(deltas[..., at, :, None])))
            for at, arm in enumerate(arms)
        )
        return _minus(first, second)

    return effects_of(table, measure, contrast, priors, draws, seed, "log IMOR")


def missing_means(
    table: pd.DataFrame,
    measure: MeanMeasure = "MD",
    prior: Priors = AT_RANDOM,
    *,
    parameter: MissingParameter = "difference",
    draws: int | None = None,
    seed: int | None = None,
) -> Effects:
    """Adjust contrasts of means for missing outcomes (IMDoM and IMRoM).

    Parameters
    ----------
    table
        m1i, sd1i, n1i, m2i, sd2i, n2i of those observed; missing1, missing2 (or by
        reason) and study as in `missing_events`.
    measure
        "MD", "SMD" (Hedges' g, in SD of those observed) or "ROM" (log ratio).
    prior
        Of the parameter.
    parameter
        "difference": mean of the missing minus that of the observed, in points of
        the scale, for SMD in SD of those observed. "ratio": log ratio of the two
        means, for scales from a true zero.
    draws, seed
        See `missing_events`.

    Returns
    -------
    Effects

    Raises
    ------
    EffectsError
        As `missing_events`, and for means that are not positive with ratios.

    References
    ----------
    Mavridis et al. 2015, doi:10.1002/sim.6365.

    Examples
    --------
    >>> from mdmameta.effects.missing_prior import MissingPrior
    >>> table = pd.DataFrame({"m1i": [20.0], "sd1i": [8.0], "n1i": [45],
    ...     "missing1": [5], "m2i": [26.0], "sd2i": [8.0], "n2i": [40],
    ...     "missing2": [10]})
    >>> missing_means(table, "MD", MissingPrior(mean=(4.0, 0.0))).y
    array([-5.6])
    """
    check_option("measure", measure, MeanMeasure)
    check_option("parameter", parameter, MissingParameter)
    priors, ratio = by_reason(prior), parameter == "ratio"
    arms = ObservedArms.of(table, positive=ratio or measure == "ROM")
    sds = (arms.pooled_sd,) * 2 if measure == "SMD" else arms.s
    unit = arms.pooled_sd if measure == "SMD" and not ratio else 1.0
    missing = [missing_fractions(table, n, at, priors) for at, n in enumerate(arms.n)]

    def contrast(deltas: FloatArray) -> Contrast:
        first, second = (
            mixed_mean(m, sd**2 / n, *missing[at], deltas[..., at, :, None] * unit,
                       ratio=ratio)
            for at, (m, sd, n) in enumerate(zip(arms.m, sds, arms.n, strict=True))
        )  # fmt: skip
        if measure == "ROM":
            return _minus(_log(first), _log(second))
        found = _minus(first, second)
        return found if measure == "MD" else arms.standardised(found, ratio=ratio)

    named = "log ratio of means" if ratio else "difference of means"
    return effects_of(table, measure, contrast, priors, draws, seed, named)


def _log(arm: Mixed) -> Mixed:
    m = arm.value
    if not (m > 0).all():
        raise EffectsError(
            "the prior takes the mean of an arm to 0 or below, of which there is no "
            "logarithm; give a prior nearer to no difference, or measure='MD'."
        )
    c = arm.variance / m**2  # half of it is the second-order bias of the log
    return Mixed(np.log(m) + c / 2, c, arm.slopes / m[..., None, :])


def _minus(first: Mixed, second: Mixed) -> Contrast:
    y, v = first.value - second.value, first.variance + second.variance
    return y, v, first.slopes, -second.slopes
