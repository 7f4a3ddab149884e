"""The highest point of the likelihood of selected results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import least_squares
from mdmameta.models.frequentist.selection.likelihood import (
    Selected,
    Selection,
    log_likelihood,
)
from mdmameta.models.frequentist.selection.weight_functions import LARGEST

#: Least and largest value of each parameter; None for none.
Limits = list[tuple[float | None, ...]]

#: Stands for an infinite value in a search that cannot take one.
FORBIDDEN = 1e10

#: A slope that ends the climb, for steps of one standard error: the place is
#: then known to about as much of one.
FLAT = 1e-6

#: Options of a climb, and of one that may end beside a maximum that is known.
SEARCH = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000, "maxls": 40}
ROUGHLY = {"ftol": 1e-6, "gtol": 1e-3}

#: An early end this little below a known maximum may be on its slope, and the
#: parts of the way to it at which that is looked at.
NEAR, BETWEEN = 0.05, (0.25, 0.5, 0.75)

#: Step of the central differences that give the information, as a part of a
#: parameter's scale: the cube root of the rounding error.
STEP = 6e-6

#: A variance or weight of less than this many units is at its boundary.
BOUNDARY = 1e-7


@dataclass(frozen=True, eq=False)
class Problem:
    """What is maximised, over which parameters.

    Parameters
    ----------
    data, selection
        See `log_likelihood`.
    start
        A full vector of β, τ² and δ, shape (m,), with the fixed values.
    free
        Which of them are estimated, shape (m,).
    p
        Number of coefficients.
    """

    data: Selected
    selection: Selection
    start: FloatArray
    free: NDArray[np.bool_]
    p: int

    @property
    def scale(self) -> FloatArray:
        """Size of a change that matters, of each parameter, shape (m,)."""
        weighted = least_squares(self.data.y, self.data.v, self.data.X)
        variance = [float(np.median(self.data.v))]
        rest = np.ones(self.start.size - self.p - 1)
        return np.concatenate([np.sqrt(np.diag(weighted.vcov)), variance, rest])

    @property
    def bounds(self) -> list[tuple[float | None, float | None]]:
        """Least and largest values of each parameter."""
        rest = self.start.size - self.p - 1
        return [*[(None, None)] * self.p, (0.0, None), *[(0.0, LARGEST)] * rest]

    def value(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Log-likelihood and gradient at a full vector."""
        p = self.p
        with np.errstate(divide="ignore", invalid="ignore"):
            return log_likelihood(
                self.data, self.selection, theta[:p], float(theta[p]), theta[p + 1 :]
            )

    def fixing(self, index: int, value: float, start: FloatArray) -> Problem:
        """Return the problem with one more parameter held at a value."""
        held, free = start.copy(), self.free.copy()
        held[index], free[index] = value, False
        return replace(self, start=held, free=free)


@dataclass(frozen=True, eq=False, slots=True)
class Maximum:
    """Where the likelihood is highest.

    Parameters
    ----------
    theta
        β, τ² and δ, shape (m,).
    log_likelihood
        There.
    converged
        Whether the projected gradient vanishes there.
    at_bound
        Which free parameters lie at a bound, shape (m,).
    """

    theta: FloatArray
    log_likelihood: float
    converged: bool
    at_bound: NDArray[np.bool_]


def maximise(problem: Problem, starts: Iterable[FloatArray]) -> Maximum:
    """Climb from several starts and keep the highest point.

    Parameters
    ----------
    problem
        What is maximised.
    starts
        Full vectors, shape (m,) each.
    """
    found: list[Maximum] = []
    for start in starts:
        rough = _climb(problem, start, rough=True) if found else None
        if rough is None or not _is_known(problem, rough, found):
            found.append(_climb(problem, start if rough is None else rough.theta))
    return max(found, key=lambda end: end.log_likelihood)


def _is_known(problem: Problem, rough: Maximum, found: list[Maximum]) -> bool:
    """Whether a climb that ended early did so on the slope of a known maximum.

    It did when it lies little below one, and the likelihood rises all the way.
    """
    for end in found:
        if not 0 <= end.log_likelihood - rough.log_likelihood < NEAR:
            continue
        way = (rough.theta + t * (end.theta - rough.theta) for t in BETWEEN)
        heights = [problem.value(theta)[0] for theta in way]
        # Not by differences: heights may be −∞.
        climb = np.array([rough.log_likelihood, *heights, end.log_likelihood])
        if (climb[1:] >= climb[:-1]).all():
            return True
    return False


def _climb(problem: Problem, start: FloatArray, *, rough: bool = False) -> Maximum:
    free, scale = problem.free, problem.scale
    theta = problem.start.copy()
    theta[free] = start[free]

    def falling(t: FloatArray) -> tuple[float, FloatArray]:
        theta[free] = t * scale[free]
        value, gradient = problem.value(theta)
        if not np.isfinite(value):
            return FORBIDDEN, np.zeros(t.size)
        return -value, -gradient[free] * scale[free]

    limits = [
        tuple(None if side is None else side / scale[i] for side in problem.bounds[i])
        for i in np.flatnonzero(free)
    ]
    end = _lowest(falling, theta[free] / scale[free], limits, rough=rough)
    theta[free] = end.x * scale[free]
    return _described(problem, theta, -float(end.fun), np.asarray(end.jac))


def _lowest(
    falling: Callable[[FloatArray], tuple[float, FloatArray]],
    at: FloatArray,
    limits: Limits,
    *,
    rough: bool,
) -> OptimizeResult:
    """Descend within limits, and again where the search stopped on a slope."""
    for _ in range(3):
        end = minimize(
            falling,
            at,
            jac=True,
            method="L-BFGS-B",
            bounds=limits,
            options={**SEARCH, **(ROUGHLY if rough else {})},
        )
        at = end.x
        if rough or _is_flat(at, end.jac, limits):
            break
    return end


def _is_flat(at: FloatArray, slope: FloatArray, limits: Limits) -> bool:
    """Whether no direction that the bounds allow leads on."""
    low = np.array([-np.inf if b[0] is None else b[0] for b in limits])
    high = np.array([np.inf if b[1] is None else b[1] for b in limits])
    left = np.clip(at - slope, low, high) - at
    return bool(np.abs(left).max() < FLAT)


def _described(
    problem: Problem, theta: FloatArray, value: float, slope: FloatArray
) -> Maximum:
    free = problem.free
    low = np.array([-np.inf if b[0] is None else b[0] for b in problem.bounds])
    high = np.array([np.inf if b[1] is None else b[1] for b in problem.bounds])
    near = BOUNDARY * problem.scale
    at_bound = free & ((theta - low <= near) | (high - theta <= near))
    inside = ~at_bound[free]
    converged = bool(np.abs(slope[inside]).max(initial=0.0) < 1e-3)
    return Maximum(theta, value, converged, at_bound)


def covariance(problem: Problem, at: Maximum) -> FloatArray:
    """Inverse of the observed information; NaN where there is none.

    Parameters at a bound have no standard error; the others have theirs given
    that those stay there.

    Returns
    -------
    numpy.ndarray
        Shape (m, m).
    """
    m = at.theta.size
    inner = np.flatnonzero(problem.free & ~at.at_bound)
    result = np.full((m, m), np.nan)
    information = np.empty((inner.size, inner.size))
    for column, i in enumerate(inner):
        step = np.zeros(m)
        step[i] = STEP * max(problem.scale[i], abs(at.theta[i]))
        if i >= problem.p:
            step[i] = min(step[i], at.theta[i] / 2)
        ahead, behind = (problem.value(at.theta + s * step)[1] for s in (1, -1))
        information[:, column] = (behind - ahead)[inner] / (2 * step[i])
    information = (information + information.T) / 2
    if inner.size == 0 or not np.isfinite(information).all():
        return result
    scale = np.sqrt(np.abs(np.diag(information)))
    if (scale == 0).any():
        return result
    values = np.linalg.eigvalsh(information / np.outer(scale, scale))
    if values[0] <= 1e-10:
        return result
    result[np.ix_(inner, inner)] = np.linalg.inv(information)
    return result
