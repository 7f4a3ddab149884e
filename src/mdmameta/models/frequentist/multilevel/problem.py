"""One estimation: rows in blocks, random terms, and where the likelihood peaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import minimize_scalar

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.blocks import Stack, stacks
from mdmameta.models.frequentist.multilevel.likelihood import Solution, solve
from mdmameta.models.frequentist.multilevel.maximum import (
    Maximum,
    Surface,
    climb,
    highest,
)
from mdmameta.models.frequentist.multilevel.structures import (
    EDGE,
    correlation_bounds,
    has_searched,
    with_correlation,
    without_inner_level,
)
from mdmameta.models.frequentist.multilevel.terms import Term, joined, pairs
from mdmameta.models.frequentist.regression import orthogonalise

#: Correlations that the search of HCS begins with: the peak may be one of two.
GRID = 9

#: Factor of a standard deviation that a start makes small.
NEARLY_NONE = 0.05

#: Least share of the residual variance that a start gives to random effects.
LEAST = 0.05


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """Rows and random terms of one model, in units in which all are near 1.

    Outcomes are residuals of ordinary least squares over their standard
    deviation and columns of the design are orthonormal, which changes no
    likelihood beyond a constant and loses no digits.

    Parameters
    ----------
    y, X, v, V
        As observed: (k,), (k, p), (k,), and (k, k) or None.
    terms
        Random terms.
    restricted
        For the restricted likelihood.
    """

    y: FloatArray
    X: FloatArray
    v: FloatArray
    V: FloatArray | None
    terms: tuple[Term, ...]
    restricted: bool

    @cached_property
    def basis(self) -> tuple[FloatArray, FloatArray]:
        """Orthonormal design, and its coefficients as those of X."""
        return orthogonalise(self.X)

    @cached_property
    def residuals(self) -> FloatArray:
        """Outcomes without what ordinary least squares explains."""
        Q = self.basis[0]
        rest: FloatArray = self.y - Q @ (Q.T @ self.y)
        return rest

    @cached_property
    def unit(self) -> float:
        """Standard deviation that outcomes are divided by."""
        k, p = self.X.shape
        spread = float(self.residuals @ self.residuals) / max(k - p, 1)
        return float(np.sqrt(max(spread, 1e-3 * float(np.median(self.v)))))

    @cached_property
    def of(self) -> tuple[Stack, ...]:
        """Blocks of rows."""
        square = self.unit**2
        V = None if self.V is None else self.V / square
        y = self.residuals / self.unit
        return stacks(y, self.basis[0], self.v / square, V, self.terms)

    def surface(self, terms: tuple[Term, ...]) -> Surface:
        """Likelihood over the parameters of the terms, some perhaps held."""
        signs = [np.isin(np.arange(term.q), term.positive) for term in terms]
        positive = np.concatenate(signs) if signs else np.zeros(0, dtype=bool)
        return Surface(self.of, joined(terms), self.restricted, positive)

    def solution(self, c: FloatArray) -> Solution:
        """Regression at components in these units."""
        return solve(self.of, c)

    def starts(self, terms: tuple[Term, ...]) -> FloatArray:
        """Parameters to climb from, one start a row."""
        square = self.unit**2
        free = max(1 - float(np.median(self.v)) / square, LEAST)
        j = max(sum(term.q > 0 for term in terms), 1)
        shares = [np.full(len(terms), free / j), np.full(len(terms), LEAST**2)]
        if j > 1:
            mostly = np.full((len(terms), len(terms)), 0.1 * free / (j - 1))
            np.fill_diagonal(mostly, 0.9 * free)
            shares += list(mostly)
        found = []
        for share in shares:
            parts = [
                _start(term, part) for term, part in zip(terms, share, strict=True)
            ]
            found.append(np.concatenate(parts) if parts else np.zeros(0))
        return np.array(found + _lopsided(terms, found[0]))


def _start(term: Term, variance: float) -> FloatArray:
    n, root = len(term.inner_labels), np.sqrt(variance)
    if term.kind in ("UN", "HCS") and term.q == n * (n + 1) // 2:
        L = np.linalg.cholesky(0.5 * np.eye(n) + 0.5)
        return np.asarray(root * L[np.tril_indices(n)], dtype=float)
    if term.kind == "CS" and term.q == 2:
        return np.asarray(root * np.sqrt([0.5 * (n + 1), 0.5]), dtype=float)
    return np.full(term.q, root)


def _lopsided(terms: tuple[Term, ...], theta: FloatArray) -> list[FloatArray]:
    """Make starts where an inner level has nearly no variance, or ρ is negative."""
    found, column = [], 0
    for term in terms:
        n, at = len(term.inner_labels), column + np.arange(term.q)
        whole = term.kind in ("UN", "HCS") and term.q == n * (n + 1) // 2
        rows = [at[[b == a for b, _ in pairs(n)]] for a in range(n)] if whole else []
        rows += [at[[i]] for i in term.positive]
        for row in rows:
            found.append(theta.copy())
            found[-1][row] *= NEARLY_NONE
        if whole:
            found.append(theta.copy())
            found[-1][at[[a != b for a, b in pairs(n)]]] *= -1
        column += term.q
    return found


def maximise(problem: Problem, terms: tuple[Term, ...] | None = None) -> Maximum:
    """Find the highest likelihood over all free parameters.

    Parameters
    ----------
    problem
        Rows and terms.
    terms
        The same terms with some parameters held; those of the problem when
        left out.
    """
    terms = problem.terms if terms is None else terms
    for place, term in enumerate(terms):
        if has_searched(term) and not term.positive:
            return over_correlations(problem, terms, place)
    return highest(problem.surface(terms), problem.starts(terms))


def over_correlations(problem: Problem, terms: tuple[Term, ...], place: int) -> Maximum:
    """Maximise also over the one correlation of a term.

    Parameters
    ----------
    problem, terms
        As in `maximise`.
    place
        Of the term of structure CS or HCS.
    """
    low, high = correlation_bounds(terms[place])
    low, high = low + EDGE, high - EDGE

    def held(rho: float) -> tuple[Term, ...]:
        term = with_correlation(terms[place], rho)
        return (*terms[:place], term, *terms[place + 1 :])

    grid = np.linspace(low, high, GRID)
    ends = _along(problem, [held(rho) for rho in grid])
    best = int(np.argmax([end.value for end in ends]))

    latest = ends[best]

    def at(rho: float) -> Maximum:
        nonlocal latest
        latest = climb(problem.surface(held(rho)), latest.theta)
        return latest

    bracket = grid[max(best - 1, 0)], grid[min(best + 1, GRID - 1)]
    found = minimize_scalar(
        lambda rho: -at(rho).value, bounds=bracket, method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    inside = [at(float(found.x)), ends[best]]
    return max(inside + _faces(problem, terms, place, best), key=lambda m: m.value)


def _along(problem: Problem, path: list[tuple[Term, ...]]) -> list[Maximum]:
    """Maximise at each of several terms, of which neighbours differ little.

    Every start is climbed from in the middle and at both ends; then along the path
    and back, from where the neighbour ended.
    """
    if any(has_searched(term) and not term.positive for term in path[0]):
        return [maximise(problem, terms) for terms in path]
    known = {i: maximise(problem, path[i]) for i in (0, len(path) // 2, len(path) - 1)}
    for way in (range(len(path)), reversed(range(len(path)))):
        theta = np.zeros(0)
        for i in way:
            found = [known[i]] if i in known else []
            if theta.size:
                found.append(climb(problem.surface(path[i]), theta))
            known[i] = max(found, key=lambda end: end.value)
            theta = known[i].theta
    return [known[i] for i in range(len(path))]


def _faces(
    problem: Problem, terms: tuple[Term, ...], place: int, best: int
) -> list[Maximum]:
    """Maximise with a variance of HCS at 0, where others may correlate by less.

    Of n levels all correlations are above −1/(n − 1), of fewer they may be lower.
    """
    term = terms[place]
    if best > 0 or term.kind == "CS":
        return []
    found = []
    for i in range(len(term.inner_labels)):
        held = without_inner_level(term, i)
        if held.q == term.q - 1:
            found.append(maximise(problem, (*terms[:place], held, *terms[place + 1 :])))
    return found


def held_at(problem: Problem, place: int, term: Term) -> tuple[Term, ...]:
    """Terms of a problem with one of them replaced."""
    return (*problem.terms[:place], term, *problem.terms[place + 1 :])


def refitted(problem: Problem, terms: tuple[Term, ...]) -> Problem:
    """Return the same rows with other terms, blocks computed anew."""
    return replace(problem, terms=terms)
