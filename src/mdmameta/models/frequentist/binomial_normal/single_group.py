"""Counts of single groups or conditional ones: one count a trial."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.counts import Counts
from mdmameta.models.frequentist.binomial_normal.families import Binomial, Family
from mdmameta.models.frequentist.binomial_normal.hypergeometric import Hypergeometric
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.setup import (
    Setup,
    arms,
    entries,
    level,
)


def single_group(counts: Counts, X: FloatArray) -> Setup:
    """Each trial's events given its size, with a normal level.

    Parameters
    ----------
    counts
        Of one arm a trial.
    X
        Design of the level, shape (k, p).
    """
    beta = np.linalg.lstsq(X, level(counts, pooled=True), rcond=None)[0]
    offset = np.zeros((counts.k, 1))
    return _setup(arms(counts), offset, X, np.asarray(beta, dtype=np.float64))


def conditional(counts: Counts, X: FloatArray, *, exact: bool) -> Setup:
    """Events of the active arm given those of both, with a normal contrast.

    Parameters
    ----------
    counts
        Of two arms a trial.
    X
        Design of the contrast, shape (k, p).
    exact
        Whether odds are those of the noncentral hypergeometric distribution;
        else of the binomial, good for rare events, and exact for rates.

    References
    ----------
    Stijnen, Hamza and Özdemir 2010, doi:10.1002/sim.4040.
    """
    (a, c), (n1, n2) = counts.x.T, counts.size.T
    start = np.zeros(X.shape[1])
    if exact and counts.measure == "OR":
        family = Hypergeometric.of(a, n1, c, n2)
        return _setup(family, np.zeros((counts.k, 1)), X, start)
    offset = np.log(n1 / n2)[:, None]
    return _setup(Binomial(a[:, None], (a + c)[:, None]), offset, X, start)


def _setup(
    family: Family, offset: FloatArray, X: FloatArray, beta: FloatArray
) -> Setup:
    k = len(X)

    def of(q: int) -> Problem:
        places = entries(*[(i, i) for i in range(q)])
        return Problem(
            family=family,
            offset=offset,
            X=X[:, None, :],
            D=np.ones((k, 1, q)),
            entries=places,
        )

    start = Point(np.zeros(k), beta, np.zeros(0))
    return Setup(common=of(0), full=of(1), separate=None, start=start)
