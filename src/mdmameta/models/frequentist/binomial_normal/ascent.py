"""Newton's ascent of a likelihood in which every trial has a parameter of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.differences import differences
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.quadrature import Marginal, marginal

#: Steps; eight are usual.
STEPS = 80
#: Rise that a full step promises below which the top is reached.
TOP = 1e-18
#: The same for differences, whose rounding hides less.
TOP_BY_DIFFERENCES = 1e-9
#: Share of a step below which a fall is due to rounding or to too few nodes.
SHORTEST = 1e-3
#: Rise that a full step promises below which a search has ended at a maximum:
#: a standard error further on, the likelihood would rise by one half.
CONVERGED = 1e-5
#: Share of the log-likelihood that is rounding: less is no gain.
ROUNDING = 1e-15
#: Longest step of a parameter, in units of the linear predictor.
LONGEST = 2.0
#: Curvature of an own parameter below which it counts as flat.
FLAT = 1e-8
#: Counts in empty cells at an edge of possible risks, one search after the other: the
#: last hides no more than itself of the log-likelihood.
TOWARDS_THE_EDGE = tuple(10.0**-i for i in range(9))


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Summit:
    """Where an ascent ended.

    Parameters
    ----------
    point, at
        Parameters there, and the likelihood with its derivatives.
    vcov
        Of coefficients and scales, own ones accounted for, shape (r, r).
    rise
        What another full step promises; near 0 at a maximum.
    """

    point: Point
    at: Marginal
    vcov: FloatArray
    rise: float

    @property
    def converged(self) -> bool:
        """Whether the search ended at a maximum."""
        return self.rise < CONVERGED


def climb(
    of: Problem, start: Point, nodes: int, *, approximate: bool = False
) -> Summit:
    """Maximise the likelihood from a start, with halved steps where it falls.

    Own parameters of trials meet only the shared parameters, so that they are solved
    for one by one (a Schur complement) and cost grows linearly in trials.

    Parameters
    ----------
    of
        What is maximised.
    start
        With a finite likelihood.
    nodes
        Of the quadrature, a dimension.
    approximate
        Whether to climb what these nodes make of the likelihood, by
        differences, instead of the likelihood itself; for few nodes.
    """
    by_differences = approximate or of.abrupt
    evaluate = differences if by_differences else marginal
    top = TOP_BY_DIFFERENCES if by_differences else TOP
    point = start
    at = evaluate(of, point, nodes, np.zeros((of.k, of.q)))
    for _ in range(STEPS):
        alpha, shared, rise = _step(of, at)
        if rise < top:
            break
        new = _uphill(partial(evaluate, of), point, at, (alpha, shared), nodes)
        if new is None:
            break
        gain = new[1].total - at.total
        point, at = new
        if gain < ROUNDING * abs(at.total) and rise < CONVERGED:
            rise = _step(of, at)[2]
            break
    return Summit(point=point, at=at, vcov=_vcov(of, at), rise=rise)


def climb_to_edge(of: Problem, start: Point) -> Summit:
    """Maximise a likelihood without random effects whose maximum may be at an edge.

    An arm without events has its highest likelihood at a risk of 0. A little in
    its empty cell, less with each search, keeps the search inside (an interior
    point method); the variance is that of a maximum held at the edge.

    Parameters
    ----------
    of
        What is maximised, with q = 0.
    start
        With a finite likelihood.

    References
    ----------
    Boyd and Vandenberghe 2004, Convex Optimization, section 11.3.
    """
    point = start
    for weight in TOWARDS_THE_EDGE:
        filled = replace(of, family=of.family.inside(weight))
        summit = climb(filled, point, 1)
        point = summit.point
    summit = with_expected_errors(filled, summit)
    value = marginal(of, point, 1, summit.at.modes).value
    return replace(summit, at=replace(summit.at, value=value))


def with_expected_errors(of: Problem, summit: Summit) -> Summit:
    """Give a maximum the variance of a generalised linear model.

    That is the inverse of the expected information, as Fisher's scoring has it;
    with canonical links it is also that of the observed.

    Parameters
    ----------
    of
        What was maximised, with q = 0.
    summit
        Its maximum.
    """
    point = summit.point
    mean = replace(of, family=of.family.expected(of.fixed(point)))
    at = marginal(mean, point, 1, summit.at.modes)
    return replace(summit, vcov=_vcov(mean, at))


def _uphill(
    evaluate: Callable[[Point, int, FloatArray], Marginal],
    point: Point,
    at: Marginal,
    step: tuple[FloatArray, FloatArray],
    nodes: int,
) -> tuple[Point, Marginal] | None:
    share = min(1.0, LONGEST / max(np.abs(part).max(initial=1e-300) for part in step))
    while share > SHORTEST:
        there = point.moved(share * step[0], share * step[1])
        then = evaluate(there, nodes, at.modes)
        if then.total >= at.total:
            return there, then
        share /= 2
    return None


def _step(of: Problem, at: Marginal) -> tuple[FloatArray, FloatArray, float]:
    """Newton's step in own and shared parameters, and the rise it promises."""
    g, schur, a, b = reduced(of, at)
    values, axes = np.linalg.eigh(schur)
    size = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
    shared = axes @ ((axes.T @ g) / size)
    rise, alpha = float(g @ shared), np.zeros(of.k)
    if of.own is not None:
        alpha = (at.gradient[:, 0] - b @ shared) / a
        rise += float((at.gradient[:, 0] ** 2 / a).sum())
    return alpha, shared, rise


def reduced(
    of: Problem, at: Marginal
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Gradient and information of the shared parameters, own ones profiled out."""
    if of.own is None:
        empty = np.zeros((of.k, 0))
        return at.gradient.sum(axis=0), at.information.sum(axis=0), empty, empty
    a = np.maximum(np.abs(at.information[:, 0, 0]), FLAT)
    b = at.information[:, 0, 1:]
    g = at.gradient[:, 1:].sum(axis=0) - b.T @ (at.gradient[:, 0] / a)
    return g, at.information[:, 1:, 1:].sum(axis=0) - b.T @ (b / a[:, None]), a, b


def _vcov(of: Problem, at: Marginal) -> FloatArray:
    """Inverse information; directions without any get a huge variance."""
    values, axes = np.linalg.eigh(reduced(of, at)[1])
    floor = FLAT * max(float(np.abs(values).max(initial=0)), FLAT)
    return np.asarray((axes / np.maximum(values, floor)) @ axes.T)
