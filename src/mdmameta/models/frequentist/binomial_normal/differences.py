"""Derivatives of the quadrature itself, by differences, where nodes are few."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mdmameta.effects.checks import FloatArray
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.quadrature import Marginal, values

#: Step of the differences: what they leave out is of the order of its square.
STEP = 1e-3


def differences(of: Problem, at: Point, nodes: int, start: FloatArray) -> Marginal:
    """Log-likelihood by a fixed number of nodes, and its own derivatives.

    With one node (Laplace's approximation) these are not the derivatives of
    the integral, which `marginal` gives. All trials' own parameters are moved
    at once, so that the cost does not depend on their number.

    Parameters
    ----------
    of, at, nodes, start
        As for `marginal`.

    Returns
    -------
    Marginal
    """
    centre, modes = values(of, at, nodes, start)
    own = int(of.own is not None)
    r = own + at.shared.size

    def moved(steps: FloatArray) -> FloatArray:
        alpha = np.full(of.k, STEP * steps[0] if own else 0.0)
        there = at.moved(alpha, STEP * steps[own:])
        return values(of, there, nodes, modes)[0]

    E = np.eye(r)
    up, down = (np.array([moved(sign * e) for e in E]).T for sign in (1, -1))
    H = np.zeros((of.k, r, r))
    H[:, np.arange(r), np.arange(r)] = up + down - 2 * centre[:, None]
    for i, j in combinations(range(r), 2):
        both = moved(E[i] + E[j]) + moved(-E[i] - E[j])
        mixed = both - up[:, i] - up[:, j] - down[:, i] - down[:, j] + 2 * centre
        H[:, i, j] = H[:, j, i] = mixed / 2
    return Marginal(
        value=centre,
        modes=modes,
        gradient=(up - down) / (2 * STEP),
        information=-H / STEP**2,
    )
