"""What a model of counts maximises: with, without and instead of a common effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.counts import OF_TIME, Counts
from mdmameta.models.frequentist.binomial_normal.families import (
    Binomial,
    Family,
    LinearBinomial,
    LogBinomial,
    Poisson,
)
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem

#: Family of the arms of each measure.
FAMILIES: dict[str, type[Binomial | LogBinomial | LinearBinomial | Poisson]] = {
    "OR": Binomial,
    "RR": LogBinomial,
    "RD": LinearBinomial,
    "IRR": Poisson,
    "PLO": Binomial,
    "PLN": LogBinomial,
    "PR": LinearBinomial,
    "IRLN": Poisson,
}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Setup:
    """Three likelihoods of the same counts, and where to begin.

    Parameters
    ----------
    common
        All trials share the coefficients, without heterogeneity.
    full
        With normal heterogeneity, whose SD τ is the last scale.
    separate
        Each trial has a contrast of its own; None when every arm then has its
        own best value, so that nothing need be maximised.
    start
        A point of ``common`` with a finite likelihood.
    """

    common: Problem
    full: Problem
    separate: Problem | None
    start: Point


def entries(*places: tuple[int, int]) -> NDArray[np.intp]:
    """Places of a triangular factor as an array, shape (s, 2).

    Examples
    --------
    >>> entries().shape, entries((0, 0), (1, 1)).tolist()
    ((0, 2), [[0, 0], [1, 1]])
    """
    return np.array(places, dtype=np.intp).reshape(-1, 2)


def arms(counts: Counts) -> Family:
    """Likelihood of all arms as they are.

    Parameters
    ----------
    counts
        With their measure.
    """
    return FAMILIES[counts.measure](counts.x, counts.size)


def level(counts: Counts, *, pooled: bool) -> FloatArray:
    """Predictor of a trial's arms together, shape (k,); of all trials if pooled.

    Parameters
    ----------
    counts
        With their measure.
    pooled
        Whether the trials share one.
    """
    x, size = counts.x.sum(axis=1), counts.size.sum(axis=1)
    if pooled:
        x, size = np.full_like(x, x.sum()), np.full_like(size, size.sum())
    if counts.measure in OF_TIME:
        return np.asarray(np.log((x + 0.5) / size))
    p = (x + 0.5) / (size + 1)
    scales = {"OR": np.log(p / (1 - p)), "RR": np.log(p), "RD": p}
    return np.asarray(
        scales[
            {"PLO": "OR", "PLN": "RR", "PR": "RD"}.get(counts.measure, counts.measure)
        ]
    )


def coding_column(coding: float, k: int) -> FloatArray:
    """Code of the active and the control arm, shape (k, 2); they differ by 1.

    Examples
    --------
    >>> coding_column(0.5, 1)
    array([[ 0.5, -0.5]])
    """
    return np.tile([coding, coding - 1.0], (k, 1))
