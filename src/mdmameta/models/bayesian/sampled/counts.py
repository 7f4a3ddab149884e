"""Events of two arms, with the arms' levels and effects integrated out.

Given a normal prior of a trial's level, the likelihood of its effect δ is a curve
that the counts alone decide. It is tabulated once; the sampler integrates it over
the distribution of effects by adaptive Gauss–Hermite quadrature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.special import expit, logsumexp

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.kernel import LOG_2PI
from mdmameta.models.bayesian.sampled.program import Tensors
from mdmameta.models.choose import log_choose

#: Log odds ratios on which likelihoods are tabulated: beyond, they are as at the end.
LOW, STEP, POINTS = -15.0, 0.1, 301

#: Levels (log odds in the control arm) of the rule that integrates them: narrower
#: than the SD of any level that 1,000 people tell.
LEVELS = np.arange(-15.0, 15.0, 0.06)

#: Nodes over the effects of a trial: the likelihood is then right to about 1e-6.
X, W = np.polynomial.hermite.hermgauss(21)
LOG_W = np.log(W) + X**2

#: Points, in SDs, on which a distribution is inverted to draw from it.
GRID = np.linspace(-8, 8, 161)


@dataclass(frozen=True, eq=False, slots=True)
class Arms:
    """Counts of k trials, and the normal prior of their levels.

    Parameters
    ----------
    x, n
        Events and people, shape (k, 2): active, control.
    mean, sd
        Of the prior of the log odds in the control arm.
    """

    x: FloatArray
    n: FloatArray
    mean: float
    sd: float

    def given_effect(self, delta: FloatArray, level: FloatArray, i: int) -> FloatArray:
        """Log density of counts of trial i and of its level, elementwise."""
        (a, c), (n1, n2) = self.x[i], self.n[i]
        active, prior = level + delta, ((level - self.mean) / self.sd) ** 2
        choose = log_choose(self.n[i], self.x[i]).sum()
        counts = a * active - n1 * np.logaddexp(0, active) + c * level
        counts = counts - n2 * np.logaddexp(0, level)
        return np.asarray(choose + counts - 0.5 * (prior + LOG_2PI) - np.log(self.sd))

    def table(self) -> FloatArray:
        """Log likelihood of each trial's effect, shape (k, points)."""
        delta = LOW + STEP * np.arange(POINTS, dtype=float)[:, None]
        width = np.log(LEVELS[1] - LEVELS[0])
        return np.array(
            [
                logsumexp(self.given_effect(delta, LEVELS, i), axis=1) + width
                for i in range(len(self.x))
            ]
        )

    def containers(self) -> Mapping[str, FloatArray]:
        """Arrays that `binomial_normal` reads: all curves in a row, and the trials.

        A trial is where its normal approximation lies, how wide that is, and where
        its curve begins. One array: of several PyTensor checks that they are of one
        length, in an order that changes, and then compiles anew in each process.
        """
        half = np.stack([self.x, self.n - self.x], axis=-1) + 0.5
        centre = np.log(half[:, 0, 0] / half[:, 0, 1] / half[:, 1, 0] * half[:, 1, 1])
        spread = np.sqrt((1 / half).sum(axis=(1, 2)))
        first = POINTS * np.arange(len(centre), dtype=float)
        trials = np.column_stack([centre, spread, first])
        return {"table": self.table().ravel(), "trials": trials}


def binomial_normal(found: Tensors, data: Tensors) -> object:
    """Log density of the counts of all trials, as a tensor."""
    pt = compat.tensor()
    return pt.sum(log_marginal(pt, found["mu"], found["tau"], data))


def log_marginal(xp: Any, mu: Any, tau: Any, data: Tensors) -> Any:
    """Log density of the counts of each trial given μ and τ.

    Parameters
    ----------
    xp
        numpy, or PyTensor's functions.
    mu, tau
        Scalars, or arrays of shape (S, 1, 1).
    data
        As `Arms.containers` gives them.
    """
    centre, spread, first = (data["trials"][:, j][:, None] for j in range(3))
    middle, width = product(xp, mu, tau, centre, spread)
    delta = middle + np.sqrt(2) * width * X
    inside = LOG_W + log_curve(xp, delta, data["table"], first)
    inside = inside - 0.5 * ((delta - mu) / tau) ** 2 + xp.log(width / tau)
    peak = xp.max(inside, axis=-1, keepdims=True)
    total = xp.log(xp.sum(xp.exp(inside - peak), axis=-1, keepdims=True)) + peak
    return total[..., 0] - 0.5 * np.log(np.pi)


def product(xp: Any, mu: Any, tau: Any, centre: Any, spread: Any) -> tuple[Any, Any]:
    """Mean and SD of the product of the normals of μ and τ and of a trial."""
    total = tau**2 + spread**2
    return (centre * tau**2 + mu * spread**2) / total, spread * tau / xp.sqrt(total)


def log_curve(xp: Any, delta: Any, table: Any, first: Any) -> Any:
    """Interpolate the table by cubics at δ, shape (..., k, points).

    ``first`` is the place of the first point of each trial's curve, shape (k, 1), or 0.
    """
    place = xp.clip((delta - LOW) / STEP, 1.0, POINTS - 2.001)
    # A step that overflowed is nowhere (NaN), and so has no density: no error either.
    i = xp.floor(xp.where(place >= 1.0, place, 1.0))
    f = place - i
    at = (first + i).astype("int64")
    t = [
        table[(at + shift).reshape((-1,))].reshape(at.shape) for shift in (-1, 0, 1, 2)
    ]
    return (
        -t[0] * f * (f - 1) * (f - 2) / 6
        + t[1] * (f + 1) * (f - 1) * (f - 2) / 2
        - t[2] * (f + 1) * f * (f - 2) / 2
        + t[3] * (f + 1) * f * (f - 1) / 6
    )


def draw_effects(
    arms: Arms, mu: FloatArray, tau: FloatArray, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw effects and levels of the trials given each of S draws of μ and τ.

    Returns
    -------
    tuple of numpy.ndarray
        Log odds ratios and log odds of the control arms, shape (S, k).
    """
    data = arms.containers()
    table = data["table"].reshape(-1, POINTS)
    effects, levels = [], []
    for i, (centre, spread, _) in enumerate(data["trials"]):
        middle, width = product(np, mu, tau, centre, spread)
        delta = middle[:, None] + width[:, None] * GRID
        log_density = log_curve(np, delta, table[i], 0.0)
        log_density -= 0.5 * ((delta - mu[:, None]) / tau[:, None]) ** 2
        chosen = _inverted(delta, log_density, rng)
        grid = _levels(arms, i, chosen)
        effects.append(chosen)
        density = arms.given_effect(chosen[:, None], grid, i)
        levels.append(_inverted(grid, density, rng))
    return np.column_stack(effects), np.column_stack(levels)


def _levels(arms: Arms, i: int, delta: FloatArray) -> FloatArray:
    """Points around the mode of a level given its effect, by Newton's steps."""
    (a, c), (n1, n2) = arms.x[i], arms.n[i]
    level = np.full_like(delta, arms.mean)
    for _ in range(50):
        p1, p2 = expit(level + delta), expit(level)
        slope = a + c - n1 * p1 - n2 * p2 - (level - arms.mean) / arms.sd**2
        bend = n1 * p1 * (1 - p1) + n2 * p2 * (1 - p2) + arms.sd**-2
        level = level + np.clip(slope / bend, -1, 1)
    return np.asarray(level[:, None] + GRID / np.sqrt(bend)[:, None])


def _inverted(
    points: FloatArray, log_density: FloatArray, rng: Generator
) -> FloatArray:
    """Draw from densities on evenly spaced points, one a row."""
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    cdf = np.cumsum(density, axis=1)
    level = rng.uniform(size=(len(points), 1)) * cdf[:, -1:]
    i = (cdf < level).sum(axis=1).clip(max=points.shape[1] - 1)
    step = points[:, 1] - points[:, 0]
    spread = step * rng.uniform(-0.5, 0.5, len(points))
    return np.asarray(points[np.arange(len(points)), i] + spread)
