"""Intervals of parameters by the likelihood of selected results."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from mdmameta.models.frequentist.selection.maximum import Maximum, Problem, maximise

#: The search for a limit doubles its step this often before the limit is
#: called infinite.
DOUBLINGS = 12


def profile_limits(
    problem: Problem, at: Maximum, index: int, level: float
) -> tuple[float, float]:
    """Values of a parameter that a likelihood ratio test does not reject.

    Parameters
    ----------
    problem, at
        The model and its maximum.
    index
        Position of the parameter.
    level
        Probability of the interval.

    Returns
    -------
    tuple of float
        Infinite where the likelihood never falls far enough; 0 where a variance
        or weight of 0 is not rejected.
    """
    drop = float(chdtri(1, 1 - level)) / 2
    return _limit(problem, at, index, drop, -1), _limit(problem, at, index, drop, 1)


def _limit(problem: Problem, at: Maximum, index: int, drop: float, side: int) -> float:
    last = at.theta

    def above(value: float) -> float:
        nonlocal last
        held = problem.fixing(index, value, at.theta)
        end = maximise(held, [last, at.theta])
        last = end.theta
        return end.log_likelihood - (at.log_likelihood - drop)

    lowest = -np.inf if (low := problem.bounds[index][0]) is None else low
    near, step = float(at.theta[index]), side * float(problem.scale[index])
    for _ in range(DOUBLINGS):
        far = max(near + step, lowest)
        if above(far) < 0:
            return float(brentq(above, near, far, xtol=1e-8 * abs(step), rtol=1e-10))
        if far == lowest:
            return lowest
        near, step = far, 2 * step
    return side * np.inf
