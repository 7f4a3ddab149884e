"""Intervals of the coefficients of log τ² by the likelihood."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from mdmameta.models.frequentist.location_scale.likelihood import (
    Problem,
    log_likelihood,
)
from mdmameta.models.frequentist.location_scale.maximum import Maximum, maximise

#: The search for a limit doubles its step this often before the limit is called
#: infinite: with a step of 1 in log τ², a factor of e to the 255.
DOUBLINGS = 8


def profile_limits(
    of: Problem, at: Maximum, index: int, level: float
) -> tuple[float, float]:
    """Values of a coefficient that a likelihood ratio test does not reject.

    Parameters
    ----------
    of, at
        The model and its maximum.
    index
        Position of the coefficient.
    level
        Probability of the interval.

    Returns
    -------
    tuple of float
        Infinite where the likelihood never falls far enough.
    """
    drop = float(chdtri(1, 1 - level)) / 2
    return _limit(of, at, index, drop, -1), _limit(of, at, index, drop, 1)


def _limit(of: Problem, at: Maximum, index: int, drop: float, side: int) -> float:
    column, rest = of.Z[:, index], np.delete(of.Z, index, axis=1)

    def above(value: float) -> float:
        held = replace(of, Z=rest, offset=of.offset + value * column)
        best = maximise(held).log_likelihood if rest.size else _alone(held)
        return best - (at.log_likelihood - drop)

    step = side / float(np.sqrt(np.mean(column**2)))
    near = float(at.alpha[index])
    for _ in range(DOUBLINGS):
        far = near + step
        if above(far) < 0:
            return float(brentq(above, near, far, xtol=1e-8 * abs(step), rtol=1e-10))
        near, step = far, 2 * step
    return side * np.inf


def _alone(held: Problem) -> float:
    return log_likelihood(held, np.zeros(0))
