"""Derivatives of the quadrature itself, by differences, where nodes are few."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.problem import (
    Point,
    Problem,
    side_by_side,
)
from mdmameta.models.frequentist.binomial_normal.quadrature import Marginal, values

#: Step of the differences, in units of the predictor: what they leave out is of the
#: order of its square.
STEP = 1e-3

#: Trials times nodes that are evaluated at once: some megabytes.
MOST_AT_ONCE = 100_000


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
    r, step = int(of.own is not None) + at.shared.size, STEP * of.family.unit
    E, pairs = np.eye(r), list(combinations(range(r), 2))
    two = np.array([E[i] + E[j] for i, j in pairs]).reshape(-1, r)
    steps = np.concatenate([E, -E, two, -two])
    with np.errstate(invalid="ignore"):  # −∞ less −∞ is no slope
        rises = (_moved(of, at, step * steps, nodes, modes) - centre).T
    up, down = _continued(rises[:, :r], rises[:, r : 2 * r])
    H = np.zeros((of.k, r, r))
    H[:, np.arange(r), np.arange(r)] = up + down
    forth, back = np.split(rises[:, 2 * r :], 2, axis=1)
    for (i, j), both in zip(pairs, (forth + back).T, strict=True):
        apart = up[:, i] + up[:, j] + down[:, i] + down[:, j]
        H[:, i, j] = H[:, j, i] = np.where(np.isfinite(both), both - apart, 0.0) / 2
    return Marginal(
        value=centre,
        modes=modes,
        gradient=(up - down) / (2 * step),
        information=-H / step**2,
    )


def _moved(
    of: Problem, at: Point, steps: FloatArray, nodes: int, modes: FloatArray
) -> FloatArray:
    """Log-likelihoods of the trials after each of s steps, shape (s, k)."""
    own = int(of.own is not None)
    points = [
        at.moved(np.full(of.k, step[0] if own else 0.0), step[own:]) for step in steps
    ]
    at_once = max(1, MOST_AT_ONCE // (of.k * nodes**of.q))
    found = []
    for first in range(0, len(points), at_once):
        some = points[first : first + at_once]
        many, there = side_by_side(of, some)
        value = values(many, there, nodes, np.tile(modes, (len(some), 1)))[0]
        found.append(value.reshape(len(some), of.k))
    return np.concatenate(found)


def _continued(up: FloatArray, down: FloatArray) -> tuple[FloatArray, FloatArray]:
    one, other = np.isfinite(up), np.isfinite(down)
    return (
        np.where(one, up, np.where(other, -down, 0.0)),
        np.where(other, down, np.where(one, -up, 0.0)),
    )
