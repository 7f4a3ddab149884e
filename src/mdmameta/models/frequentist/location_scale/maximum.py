"""The highest point of the likelihood of a model of location and scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.location_scale.likelihood import (
    Height,
    Problem,
    height,
    log_likelihood,
)
from mdmameta.models.frequentist.regression import least_squares, typical_variance

#: A slope that ends the climb, per change of log τ² by 1 in a typical row; the longest
#: step, and one that changes nothing, in the same units; and the most steps.
FLAT, FARTHEST, NO_MOVE, MOST_STEPS = 1e-9, 2.0, 1e-12, 200

#: Part of the log-likelihood that is rounding.
ROUNDING = 1e-14

#: A curvature, in the same units, of less than this is none: τ² of some rows has
#: gone to 0, or grows without end, and the likelihood is as flat as rounding.
NO_CURVATURE = 1e-5

#: Where climbs begin: τ² in parts of the typical sampling variance, the same in all
#: rows.
STARTS = (0.01, 0.3, 3.0)

#: Least part of the typical variance that the square of a residual counts as.
LEAST = 0.05


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Maximum:
    """Where the likelihood is highest.

    Parameters
    ----------
    alpha
        Coefficients of log τ², shape (q,).
    log_likelihood
        There, without its constant.
    vcov
        Inverse of the observed information, shape (q, q); NaN where it is flat.
    converged
        Whether the slope vanishes there.
    steps
        Of the climb that ended there.
    """

    alpha: FloatArray
    log_likelihood: float
    vcov: FloatArray
    converged: bool
    steps: int


def maximise(of: Problem) -> Maximum:
    """Climb from several places, and keep the highest end.

    The columns of Z are made orthogonal first, so that a step is as long in every
    direction whatever the units of the moderators.
    """
    k = of.Z.shape[0]
    basis, triangle = np.linalg.qr(of.Z)
    back = np.linalg.inv(triangle) * np.sqrt(k)
    turned = replace(of, Z=basis * np.sqrt(k))
    ends = [_climb(turned, start) for start in _starts(turned)]
    end = max(ends, key=lambda one: one[1].value)
    gamma, top, steps = end
    information = -top.curvature
    flat = np.linalg.eigvalsh(information)[0] < NO_CURVATURE
    nothing = np.full_like(information, np.nan)
    vcov = nothing if flat else back @ np.linalg.inv(information) @ back.T
    return Maximum(
        alpha=back @ gamma,
        log_likelihood=top.value,
        vcov=vcov,
        converged=bool(np.abs(top.slope).max() < np.sqrt(FLAT)),
        steps=steps,
    )


def _starts(of: Problem) -> Iterator[FloatArray]:
    """Places where τ² is the same in all rows, and one of the squared residuals."""
    typical = typical_variance(of.v, of.X)
    r = of.y - of.X @ least_squares(of.y, of.v, of.X, typical).beta
    squares = np.maximum(r**2 - of.v, LEAST * typical)
    targets = [np.full(of.v.size, part * typical) for part in STARTS]
    for target in (*targets, squares):
        yield of.Z.T @ (np.log(target) - of.offset) / of.v.size


def _climb(of: Problem, at: FloatArray) -> tuple[FloatArray, Height, int]:
    """Newton's steps along the axes of the curvature, uphill whatever its sign."""
    here = height(of, at)
    for steps in range(MOST_STEPS):
        if np.abs(here.slope).max() < FLAT:
            return at, here, steps
        values, axes = np.linalg.eigh(here.curvature)
        move = axes @ (axes.T @ here.slope / np.maximum(np.abs(values), FLAT))
        move *= min(1.0, FARTHEST / float(np.linalg.norm(move)))
        lowest = here.value - ROUNDING * abs(here.value)
        while not log_likelihood(of, at + move) >= lowest:
            move /= 2
            if np.abs(move).max() < NO_MOVE:
                return at, here, steps
        at = at + move
        here = height(of, at)
    return at, here, MOST_STEPS
