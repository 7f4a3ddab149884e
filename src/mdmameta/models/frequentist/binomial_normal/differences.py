"""Derivatives of the quadrature itself, by differences, where nodes are few."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.quadrature import Marginal, values

#: Step of the differences, in units of the predictor: what they leave out is of the
#: order of its square.
STEP = 1e-3


def differences(of: Problem, at: Point, nodes: int, start: FloatArray) -> Marginal:
    """Log-likelihood by a fixed number of nodes, and its own derivatives.

    With one node (Laplace's approximation) these are not the derivatives of
    the integral, which `marginal` gives. All trials' own parameters are moved
    at once, so that the cost does not depend on their number. Beyond an edge of
    possible risks, the likelihood is continued in a straight line.

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
    r, step = own + at.shared.size, STEP * of.family.unit

    def moved(steps: FloatArray) -> FloatArray:
        alpha = np.full(of.k, step * steps[0] if own else 0.0)
        there = at.moved(alpha, step * steps[own:])
        with np.errstate(invalid="ignore"):  # −∞ less −∞ is no slope
            return np.asarray(values(of, there, nodes, modes)[0] - centre)

    E = np.eye(r)
    up, down = _continued(*(np.array([moved(s * e) for e in E]).T for s in (1, -1)))
    H = np.zeros((of.k, r, r))
    H[:, np.arange(r), np.arange(r)] = up + down
    for i, j in combinations(range(r), 2):
        apart = up[:, i] + up[:, j] + down[:, i] + down[:, j]
        both = moved(E[i] + E[j]) + moved(-E[i] - E[j])
        H[:, i, j] = H[:, j, i] = np.where(np.isfinite(both), both - apart, 0.0) / 2
    return Marginal(
        value=centre,
        modes=modes,
        gradient=(up - down) / (2 * step),
        information=-H / step**2,
    )


def _continued(up: FloatArray, down: FloatArray) -> tuple[FloatArray, FloatArray]:
    one, other = np.isfinite(up), np.isfinite(down)
    return (
        np.where(one, up, np.where(other, -down, 0.0)),
        np.where(other, down, np.where(one, -up, 0.0)),
    )
