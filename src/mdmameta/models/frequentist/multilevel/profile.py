"""Profile likelihood of one variance or correlation, and its interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtri

from mdmameta.errors import ModelError
from mdmameta.models.frequentist.multilevel.components import Component
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.problem import (
    Problem,
    held_at,
    maximise,
    refitted,
)
from mdmameta.models.frequentist.multilevel.structures import (
    EDGE,
    correlation_bounds,
    has_searched,
    pair_first,
    searched,
    with_correlation,
    with_first_correlation,
    with_variance,
)
from mdmameta.models.frequentist.multilevel.terms import Term

#: Doublings of a variance before its upper limit is taken as infinite.
DOUBLINGS = 60

#: Correlations at which a profile over two parameters begins.
GRID = 7

#: Relative width at which the search for a limit ends.
XTOL = 1e-10

Profile = Callable[[float], float]


def profile_interval(
    of: Estimation, component: Component, level: float
) -> tuple[float, float]:
    """Interval of a component that its profile likelihood does not reject.

    Parameters
    ----------
    of
        A model estimated.
    component
        One of its variances or correlations.
    level
        Probability of the interval.

    Returns
    -------
    tuple of float
        A limit is 0, or the bound of a correlation, when nothing beyond is
        rejected; the upper one infinite when no variance is. NaN for what is
        held at 0.

    Raises
    ------
    ModelError
        For a term of which an inner level is held at 0, or an HCS whose
        correlation is below what all its inner levels could have.

    References
    ----------
    Hardy and Thompson 1996,
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    """
    term = of.problem.terms[component.term]
    if term.q == 0 or np.isnan(component.value):
        return np.nan, np.nan
    drop = float(chdtri(1, 1 - level)) / 2
    height = of.maximum.value - drop
    profile = profile_of(of, component)

    def above(value: float) -> float:
        return profile(value) - height

    if component.correlation:
        low, high = correlation_bounds(term)
        if term.kind == "UN":
            low = -1.0
        return (
            _limit(above, component.value, low + EDGE, low),
            _limit(above, component.value, high - EDGE, high),
        )
    return _variance_limits(above, component.value, of.problem.unit**2)


def profile_of(of: Estimation, component: Component) -> Profile:
    """Log-likelihood, up to a constant, maximised over all other parameters.

    Parameters
    ----------
    of, component
        As in `profile_interval`.
    """
    term, unit = of.problem.terms[component.term], of.problem.unit
    _check_whole(term)
    _check_range(of, component.term)
    if component.correlation:
        return _over_correlation(of.problem, component, term)
    inner = _over_variance(of.problem, component, term)
    return lambda value: inner(value / unit**2)


def _over_correlation(problem: Problem, component: Component, term: Term) -> Profile:
    if term.kind == "UN":
        first = pair_first(term, *component.places)
        return _value(problem, component.term, first, with_first_correlation)
    return _value(problem, component.term, term, with_correlation)


def _over_variance(problem: Problem, component: Component, term: Term) -> Profile:
    place = component.places[0] if component.places else 0
    if term.kind == "CS" or searched(term.kind, len(term.inner_labels)):
        return _searching(problem, component.term, term, place)
    if term.kind in ("UN", "HCS"):
        term, place = pair_first(term, place, place), 0
    return _value(
        problem, component.term, term, lambda t, value: with_variance(t, place, value)
    )


def _value(
    problem: Problem, place: int, term: Term, hold: Callable[[Term, float], Term]
) -> Profile:
    whole = refitted(problem, held_at(problem, place, term))

    def at(value: float) -> float:
        return maximise(whole, held_at(whole, place, hold(term, value))).value

    return at


def _searching(problem: Problem, place: int, term: Term, inner: int) -> Profile:
    low, high = correlation_bounds(term)

    def at(value: float) -> float:
        def deficit(rho: float) -> float:
            held = with_variance(with_correlation(term, rho), inner, value)
            return -maximise(problem, held_at(problem, place, held)).value

        grid = np.linspace(low + EDGE, high - EDGE, GRID)
        values = [deficit(rho) for rho in grid]
        best = int(np.argmin(values))
        bracket = grid[max(best - 1, 0)], grid[min(best + 1, GRID - 1)]
        found = minimize_scalar(deficit, bounds=bracket, method="bounded")
        return -min(float(found.fun), values[best])

    return at


def _check_whole(term: Term) -> None:
    n = len(term.inner_labels)
    free = n if searched(term.kind, n) else n * (n + 1) // 2
    if term.kind in ("UN", "HCS") and term.q != free:
        raise ModelError(
            f"a profile of {term.name!r} needs every inner level in two groups or "
            "more; leave out the inner level that has one."
        )


def _check_range(of: Estimation, place: int) -> None:
    term, G = of.covariances()[place]
    if not has_searched(term):
        return
    there = np.flatnonzero(np.diag(G) > 0)
    if there.size < 2:
        return
    a, b = there[:2]
    if G[a, b] / np.sqrt(G[a, a] * G[b, b]) < correlation_bounds(term)[0] - EDGE:
        names = [term.inner_labels[i] for i in range(len(G)) if i not in there]
        raise ModelError(
            f"{term.name!r} has no profiles: the variance of {', '.join(names)} is 0, "
            "and the others correlate by less than all could. Leave it out."
        )


def _variance_limits(above: Profile, value: float, unit: float) -> tuple[float, float]:
    low = 0.0 if above(0.0) >= 0 else _root(above, 0.0, value)
    high = max(2 * value, 0.01 * unit)
    for _ in range(DOUBLINGS):
        if above(high) < 0:
            return low, _root(above, value, high)
        high *= 2
    return low, np.inf


def _limit(above: Profile, value: float, end: float, bound: float) -> float:
    if abs(value - bound) <= 2 * EDGE or above(end) >= 0:
        return bound
    return _root(above, *sorted((value, end)))


def _root(above: Profile, low: float, high: float) -> float:
    # At the estimate itself rounding may put the profile a hair below its peak.
    return float(brentq(above, low, high, xtol=XTOL * max(high, 1e-12), rtol=1e-10))
