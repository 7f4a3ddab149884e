"""Maximum of the likelihood over variances, boundary included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.blocks import Stack
from mdmameta.models.frequentist.multilevel.likelihood import (
    Solution,
    derivatives,
    solve,
)

#: Newton steps from one start; ten are usual, a flat ridge needs more.
STEPS = 100

#: Gain of log-likelihood below which a step is no longer worth taking; the
#: next Newton step would change it by rounding only.
GAIN = 1e-13

#: Expected gain below which a climb that cannot go up has arrived: rounding of
#: the likelihood hides what is less.
ENOUGH = 1e-8

#: Curvature below this share of the largest is taken as this, so that flat
#: directions give long but finite steps.
FLAT = 1e-8

#: Largest share of a positive parameter that one step may take away.
SHORTEN = 0.9

#: Share of a move's expected gain below which cutting it short in some parameters
#: alone may turn it downhill.
UPWARD = 0.1

#: A positive parameter below this that would go down has arrived at 0.
NONE = 1e-6

#: Longest step, in standard deviations of the residuals.
LONGEST = 2.0


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Maximum:
    """Where a climb ended.

    Parameters
    ----------
    theta, c
        Parameters and components there.
    value
        Log-likelihood up to a constant.
    converged, steps
        Whether no step gains any more, and how many were taken.
    """

    theta: FloatArray
    c: FloatArray
    value: float
    converged: bool
    steps: int


@dataclass(frozen=True, eq=False, slots=True)
class Surface:
    """A likelihood over parameters.

    Parameters
    ----------
    of, Q, restricted
        Blocks, quadratic forms of the components, and kind of likelihood.
    positive
        Parameters that must not be negative, shape (q,).
    """

    of: tuple[Stack, ...]
    Q: FloatArray
    restricted: bool
    positive: NDArray[np.bool_]

    def components(self, theta: FloatArray) -> FloatArray:
        """Components of the covariance at parameters, shape (M,)."""
        full = np.concatenate([[1.0], theta])
        c: FloatArray = full @ self.Q @ full
        return c

    def at(self, theta: FloatArray) -> tuple[float, Solution | None]:
        """Log-likelihood, −∞ where the covariance is not positive definite."""
        try:
            found = solve(self.of, self.components(theta))
        except np.linalg.LinAlgError:
            return -np.inf, None
        return found.value(restricted=self.restricted), found

    def inside(self, theta: FloatArray, move: FloatArray) -> FloatArray:
        """Shorten a move that would make a positive parameter negative."""
        least = np.where(self.positive, -SHORTEN * theta, -np.inf)
        kept: FloatArray = np.maximum(move, least)
        return kept

    def shorter(self, theta: FloatArray, move: FloatArray) -> FloatArray:
        """Shorten all of such a move alike, which keeps its direction."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(self.positive & (move < 0), -SHORTEN * theta / move, 1.0)
        kept: FloatArray = move * min(1.0, float(share.min(initial=1.0)))
        return kept

    def slopes(
        self, theta: FloatArray, solution: Solution
    ) -> tuple[FloatArray, FloatArray]:
        """Gradient and Hessian in the parameters."""
        g, H = derivatives(self.of, solution, restricted=self.restricted)
        J = 2 * (self.Q @ np.concatenate([[1.0], theta]))[:, 1:]
        bend = 2 * np.tensordot(g, self.Q, 1)[1:, 1:]
        return g @ J, J.T @ H @ J + bend


def climb(surface: Surface, start: FloatArray) -> Maximum:
    """Climb from a start by Newton steps that always go up.

    At a point where the slope vanishes but the surface bends upwards, such as
    a variance of 0 that should be positive, it leaves along the bend.

    Parameters
    ----------
    surface
        The likelihood.
    start
        Parameters, shape (q,).
    """
    theta, (value, solution) = start, surface.at(start)
    converged, steps = not theta.size, 0
    while solution is not None and theta.size and steps < STEPS:
        steps += 1
        g, move, saddle = _newton(surface, theta, solution)
        gain = abs(float(g @ move))
        if gain <= GAIN * (1 + abs(value)) and saddle is None:
            theta, converged = theta + move, True
            break
        if gain <= GAIN * (1 + abs(value)) and saddle is not None:
            move = surface.inside(theta, saddle)
        better = _uphill(surface, theta, value, move)
        if better is None:
            slope = g / max(float(np.abs(g).max()), 1e-300)
            better = _uphill(surface, theta, value, surface.inside(theta, slope))
        if better is None:
            converged = gain <= ENOUGH * (1 + abs(value))
            break
        theta, value, solution = better
    c = surface.components(theta)
    return Maximum(theta=theta, c=c, value=value, converged=converged, steps=steps)


def _newton(
    surface: Surface, theta: FloatArray, solution: Solution
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Slope, an upward Newton move, and the way out if this is a saddle."""
    g, H = surface.slopes(theta, solution)
    ended = surface.positive & (theta < NONE) & (g <= 0)
    g = np.where(ended, 0.0, g)
    H = np.where(ended[:, None] | ended, -np.diag(ended.astype(float)), H)
    bend, axes = np.linalg.eigh(-H)
    floor = FLAT * max(float(np.abs(bend).max()), 1e-12)
    move = axes @ ((axes.T @ g) / np.maximum(np.abs(bend), floor))
    move = move * min(1.0, LONGEST / max(float(np.abs(move).max()), 1e-300))
    saddle = 0.1 * axes[:, 0] if bend[0] < -floor else None
    kept = surface.inside(theta, move)
    if g @ kept < UPWARD * (g @ move):
        kept = surface.shorter(theta, move)
    return g, kept, saddle


def _uphill(
    surface: Surface, theta: FloatArray, value: float, move: FloatArray
) -> tuple[FloatArray, float, Solution] | None:
    for halving in range(30):
        there = theta + move * 0.5**halving
        found, solution = surface.at(there)
        if solution is not None and found > value:
            return there, found, solution
    return None


def highest(surface: Surface, starts: FloatArray) -> Maximum:
    """Climb from several starts and keep the highest end.

    Parameters
    ----------
    surface
        The likelihood.
    starts
        One start a row, shape (s, q).
    """
    ends = [climb(surface, start) for start in starts]
    return max(ends, key=lambda end: end.value)
