"""Both arms' counts, with a normal level and a normal contrast of each trial."""

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

#: SD of the levels at which the search begins.
FIRST_SIGMA = 0.5


def unconditional_random(
    counts: Counts, X: FloatArray, coding: float, *, correlated: bool
) -> Setup:
    """Predictors α + a_i + c_j (μ + u_i) + g_j x_iᵀβ, a_i ~ N(0, σ²); metafor's UM.RS.

    g is 1 in the active arm and 0 in the control, so that moderators of the
    contrast leave the level of the controls as it is. The coefficients are μ and
    β and then α; the scales are σ and τ, with the covariance divided by σ between
    them when correlated.

    Parameters
    ----------
    counts
        Of two arms a trial.
    X
        Design of the contrast, shape (k, p).
    coding
        c of the active arm; that of the control is 1 less.
    correlated
        Whether levels and contrasts may be.

    References
    ----------
    Jackson et al. 2018, doi:10.1002/sim.7588 (model 5 with coding 1/2).
    """
    c = coding_column(coding, counts.k)
    ones, family = np.ones_like(c), arms(counts)
    active = coding_column(1.0, counts.k)
    # With c for μ, α is the level between the arms; the model is the same.
    coded = np.where((X == 1).all(axis=0), c[:, :, None], active[:, :, None])
    contrast = coded * X[:, None, :]
    both = np.concatenate([contrast, ones[:, :, None]], axis=2)
    places = entries((0, 0), (1, 0), (1, 1)) if correlated else entries((0, 0), (1, 1))

    def of(D: FloatArray, own: FloatArray | None = None) -> Problem:
        two = D.shape[2] == 2
        return Problem(
            family=family,
            offset=np.zeros_like(c),
            X=both if own is None else ones[:, :, None],
            D=D,
            entries=places if two else entries((0, 0)),
            own=own,
        )

    first = np.append(np.zeros(X.shape[1]), level(counts, pooled=True)[0])
    sigma = FIRST_SIGMA * (0.1 if counts.measure == "RD" else 1.0)
    one = ones[:, :, None]
    return Setup(
        common=of(one),
        full=of(np.stack([ones, c], axis=2)),
        separate=of(one, own=active),
        start=Point(np.zeros(counts.k), first, np.array([sigma])),
    )
