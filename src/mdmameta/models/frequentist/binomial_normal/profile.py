"""Profile-likelihood interval of the variance of true effects."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.ascent import climb
from mdmameta.models.frequentist.binomial_normal.optimum import Optimum
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.setup import entries

#: SD of true effects beyond which a limit counts as infinite: on a log scale it
#: spreads odds over a factor of exp(200).
FARTHEST = 50.0
#: A limit of the SD is sought to this part of it.
TOLERANCE = 1e-9


def tau2_interval(
    best: Optimum, at_zero: float, scale: float, level: float
) -> tuple[float, float]:
    """Values of τ² that a likelihood ratio test does not reject.

    At each τ the likelihood is maximised over all other parameters.

    Parameters
    ----------
    best
        Maximum with heterogeneity.
    at_zero
        Log-likelihood without.
    scale
        Typical standard error: unit of the first steps.
    level
        Probability of the interval, by χ² with 1 degree of freedom.

    Returns
    -------
    tuple of float
        Limits; the upper one is infinite where no value is rejected.

    References
    ----------
    Hardy and Thompson 1996,
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    """
    tau = float(np.sqrt(best.covariance[-1, -1]))
    top = max(best.log_likelihood, at_zero)
    allowed = top - float(chdtri(1, 1 - level)) / 2
    profile = _Profile(best, allowed, held_point(best))
    low = 0.0
    if at_zero < allowed:
        low = _root(profile, 0.0, tau)
    below, step = tau, max(tau, scale)
    while profile.above(below + step) > 0:
        below, step = below + step, 2 * step
        if below > FARTHEST * max(scale, 1.0):
            return low**2, np.inf
    return low**2, _root(profile, below, below + step) ** 2


def _root(profile: _Profile, one: float, other: float) -> float:
    return float(brentq(profile.above, one, other, xtol=1e-12, rtol=TOLERANCE))


@dataclass(eq=False, slots=True)
class _Profile:
    """Highest log-likelihood at a τ, less what is allowed; each search goes on."""

    best: Optimum
    allowed: float
    point: Point

    def above(self, tau: float) -> float:
        approximate = bool(np.isnan(self.best.error))  # nodes were chosen
        of = held(self.best.problem, tau)
        summit = climb(of, self.point, self.best.nodes, approximate=approximate)
        self.point = summit.point
        return summit.at.total - self.allowed


def held(of: Problem, tau: float) -> Problem:
    """Hold the SD of true effects at a value.

    A covariance between levels and effects moves to the upper triangle of the
    factor, so that its last row is τ alone.

    Parameters
    ----------
    of
        With τ, and the covariance if any, last among its entries.
    tau
        Value of τ.
    """
    base = np.zeros((of.q, of.q))
    base[-1, -1] = tau
    free = [(int(i), int(j)) for i, j in of.entries if (i, j) != (of.q - 1, of.q - 1)]
    return replace(of, base=base, entries=entries(*[_upper(pair) for pair in free]))


def _upper(place: tuple[int, int]) -> tuple[int, int]:
    return min(place), max(place)


def held_point(best: Optimum) -> Point:
    """Parameters of the maximum for a likelihood with τ held.

    Parameters
    ----------
    best
        Maximum with heterogeneity.
    """
    point, of = best.summit.point, best.problem
    if of.q == 1:
        return replace(point, scales=np.zeros(0))
    return replace(point, scales=_remaining(best.covariance, len(of.entries) - 1))


def _remaining(G: FloatArray, number: int) -> FloatArray:
    """Entries of an upper factor of two random effects: SD and covariance / τ."""
    tau2 = G[1, 1]
    across = G[1, 0] / np.sqrt(tau2) if tau2 > 0 else 0.0
    return np.array([np.sqrt(max(G[0, 0] - across**2, 0.0)), across])[:number]
