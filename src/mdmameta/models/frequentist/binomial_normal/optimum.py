"""The maximum of a likelihood with heterogeneity, from several starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.ascent import (
    Summit,
    climb,
    climb_to_edge,
    with_expected_errors,
)
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.quadrature import values
from mdmameta.models.frequentist.binomial_normal.setup import Setup

#: Nodes a dimension at which the search begins.
FIRST_NODES = 9
#: Nodes a dimension at which the doubling ends, by number of random effects.
MOST_NODES = {0: 9, 1: 144, 2: 72}
#: The same where the link lets impossible values cut the integral off.
MOST_NODES_CUT_OFF = {0: 9, 1: 72, 2: 36}
#: Change of the log-likelihood on doubling nodes that ends the doubling.
STABLE = 1e-8
#: SDs of true effects at which the search begins, in typical standard errors.
STARTS = (0.5, 2.0)
#: Rise above the likelihood without heterogeneity that counts as one.
ABOVE = 1e-8


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Optimum:
    """A maximum, and how well it is known.

    Parameters
    ----------
    problem
        What was maximised; without heterogeneity when that is not worse.
    summit
        Where, with derivatives.
    nodes
        A dimension.
    error
        Change of the log-likelihood when nodes are doubled; NaN when their
        number was fixed.
    """

    problem: Problem
    summit: Summit
    nodes: int
    error: float

    @property
    def covariance(self) -> FloatArray:
        """Covariance of a trial's random effects, shape (q, q); the contrast last."""
        L = self.problem.factor(self.summit.point.scales)
        return np.asarray(L @ L.T)

    @property
    def log_likelihood(self) -> float:
        """At the maximum, with all constants."""
        return self.summit.at.total


def without_heterogeneity(setup: Setup, nodes: int | None) -> Optimum:
    """Maximum when trials share the coefficients.

    Parameters
    ----------
    setup
        The counts.
    nodes
        A dimension; None for as many as are needed.
    """
    of, start = setup.common, setup.start
    if of.q == 0 and of.family.abrupt:
        return _optimum(of, climb_to_edge(of, start), FIRST_NODES, 0.0)
    if of.q == 0:
        summit = with_expected_errors(of, climb(of, start, FIRST_NODES))
        return _optimum(of, summit, nodes or FIRST_NODES, 0.0)
    return _enough(of, climb(of, start, _first(nodes)), nodes)


def with_heterogeneity(
    setup: Setup, common: Optimum, scale: float, nodes: int | None
) -> Optimum:
    """Maximum over the SD of true effects as well, which may be 0.

    Parameters
    ----------
    setup
        The counts.
    common
        Maximum without heterogeneity, from which the search starts.
    scale
        Typical standard error.
    nodes
        A dimension; None for as many as are needed.
    """
    of = setup.full
    found = [climb(of, _start(of, common, scale * s), FIRST_NODES) for s in STARTS]
    best = _enough(of, max(found, key=lambda s: s.at.total), nodes)
    if best.log_likelihood <= _at_zero(of, common, nodes) + ABOVE:
        return _optimum(
            of, _flat(of, common, best.nodes, nodes), best.nodes, best.error
        )
    return best


def _start(of: Problem, common: Optimum, tau: float) -> Point:
    """Make the maximum without heterogeneity a point with it."""
    point = common.summit.point
    scales = np.zeros(len(of.entries))
    scales[: point.scales.size] = point.scales
    scales[-1] = tau
    return Point(point.alpha, point.beta, scales)


def _flat(of: Problem, common: Optimum, used: int, nodes: int | None) -> Summit:
    """Give the maximum without heterogeneity as one with an SD of 0."""
    start = _start(of, common, 0.0)
    if not of.family.abrupt:
        return climb(of, start, used, approximate=bool(nodes))
    # At an edge, there are no differences on both sides of 0.
    at, more = common.summit.at, len(of.entries) - len(common.problem.entries)
    wider = replace(
        at,
        modes=np.pad(at.modes, ((0, 0), (0, of.q - at.modes.shape[1]))),
        gradient=np.pad(at.gradient, ((0, 0), (0, more))),
        information=np.pad(at.information, ((0, 0), (0, more), (0, more))),
    )
    vcov = np.pad(common.summit.vcov, (0, more), constant_values=np.nan)
    return replace(common.summit, point=start, at=wider, vcov=vcov)


def _at_zero(of: Problem, common: Optimum, nodes: int | None) -> float:
    if nodes is None:
        return common.log_likelihood
    start = np.zeros((of.k, of.q))
    return float(values(of, _start(of, common, 0.0), nodes, start)[0].sum())


def _first(nodes: int | None) -> int:
    return FIRST_NODES if nodes is None else max(nodes, FIRST_NODES)


def _enough(of: Problem, summit: Summit, nodes: int | None) -> Optimum:
    """Climb on with as many nodes as the likelihood needs, or as were asked for."""
    if nodes is not None:
        approximate = climb(of, summit.point, nodes, approximate=True)
        return _optimum(of, approximate, nodes, np.nan)
    used, error = FIRST_NODES, _error(of, summit, FIRST_NODES)
    while error > STABLE and 2 * used <= _most(of):
        used *= 2
        summit = climb(of, summit.point, used)
        error = _error(of, summit, used)
    return _optimum(of, summit, used, error)


def _most(of: Problem) -> int:
    return (MOST_NODES_CUT_OFF if of.cut_off else MOST_NODES)[of.q]


def _error(of: Problem, summit: Summit, nodes: int) -> float:
    twice = values(of, summit.point, 2 * nodes, summit.at.modes)[0]
    return abs(float(twice.sum()) - summit.at.total)


def _optimum(of: Problem, summit: Summit, nodes: int, error: float) -> Optimum:
    return Optimum(problem=of, summit=summit, nodes=nodes, error=error)
