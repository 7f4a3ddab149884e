"""Both arms' counts, with a fixed level and a normal contrast of each trial."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.counts import Counts
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.setup import (
    Setup,
    arms,
    coding_column,
    entries,
    level,
)


def unconditional_fixed(counts: Counts, X: FloatArray, coding: float) -> Setup:
    """Predictors α_i + c_j (x_iᵀβ + u_i), u_i ~ N(0, τ²); metafor's UM.FS.

    Parameters
    ----------
    counts
        Of two arms a trial.
    X
        Design of the contrast, shape (k, p).
    coding
        c of the active arm; that of the control is 1 less.

    References
    ----------
    Jackson et al. 2018, doi:10.1002/sim.7588 (model 4 with coding 1/2).
    """
    c = coding_column(coding, counts.k)
    family = arms(counts)

    def of(q: int) -> Problem:
        return Problem(
            family=family,
            offset=np.zeros_like(c),
            X=c[:, :, None] * X[:, None, :],
            D=np.repeat(c[:, :, None], q, axis=2),
            entries=entries(*[(i, i) for i in range(q)]),
            own=np.ones_like(c),
        )

    start = Point(level(counts, pooled=False), np.zeros(X.shape[1]), np.zeros(0))
    return Setup(common=of(0), full=of(1), separate=None, start=start)
