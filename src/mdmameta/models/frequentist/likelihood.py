"""The variance of true effects that maximises a likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.moments import Contrasts, Moments, moments

#: Two neighbours of the search for the highest mode differ by this factor in
#: the smallest v + τ², and by less in every other. Of 216,000 random data sets
#: whose variances differ by up to 10⁶ none has a mode that this misses and a
#: factor of 1.02 finds; nor has a factor of 2 missed one, and 3 one.
FACTOR = 1.5

#: Steps of the search where effects vary little more than their errors.
FEWEST_POINTS = 8

#: A step this small, relative to τ² plus the smallest v, is the last: Newton's
#: next one would be its square. metafor's default (absolute 1e-5) leaves errors
#: that readers see in the fourth digit.
STEP = 1e-10

#: Bisection alone would need fewer: a safeguard, never met on finite data.
MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a (restricted) likelihood is highest, for tau2 of at least zero.

    Parameters
    ----------
    tau2
        Position of the maximum.
    information
        Twice the expected information there: tr(PP) if restricted, else
        tr(WW).
    converged, iterations
        Whether the last step was below tolerance, and the steps taken.
    """

    tau2: float
    information: float
    converged: bool
    iterations: int


def log_likelihood(
    data: Contrasts, tau2: FloatArray, *, restricted: bool
) -> FloatArray:
    """Profile (restricted) log-likelihood of tau2 up to a constant.

    Parameters
    ----------
    data
        See `contrasts`.
    tau2
        Values to evaluate it at, shape (g,).
    restricted
        Whether to account for the estimation of the coefficients.

    Returns
    -------
    numpy.ndarray
        Shape (g,).

    Examples
    --------
    >>> from mdmameta.models.frequentist.moments import contrasts
    >>> data = contrasts(np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1)))
    >>> log_likelihood(data, np.array([0.0, 1.0]), restricted=True).round(4)
    array([-1.    , -0.8466])
    """
    X, (k, p) = data.X, data.X.shape
    W = 1 / (data.v + tau2[:, None])
    A = (W @ (X[:, :, None] * X[:, None, :]).reshape(k, p * p)).reshape(len(W), p, p)
    b = (W * data.y) @ X
    if p == 1:
        fitted, log_det = b[:, 0] ** 2 / A[:, 0, 0], np.log(A[:, 0, 0])
    else:
        fitted = (b * np.linalg.solve(A, b[:, :, None])[:, :, 0]).sum(axis=1)
        log_det = np.linalg.slogdet(A)[1]
    loss = W @ data.y**2 - fitted - np.log(W).sum(axis=1)
    if restricted:
        loss = loss + log_det
    value: FloatArray = -loss / 2
    return value


def points_between(log_ratio: float) -> int:
    """Count the steps of the search over a range of v + τ², given as its logarithm.

    Examples
    --------
    >>> points_between(np.log(20.0))
    8
    """
    return max(FEWEST_POINTS, math.ceil(log_ratio / math.log(FACTOR)))


def maximise(data: Contrasts, *, restricted: bool) -> Maximum:
    """Find the highest mode by a coarse search and safeguarded Newton steps.

    The search finds the modes and the highest is taken, so that a likelihood
    with several cannot trap the iteration. Each step is Newton's on
    tr P / yᵀPPy, which is linear in τ² where all v are equal, or where that
    would lead away, of Fisher scoring; a step that would leave the bracket is
    replaced by bisection, so that the iteration always ends.

    Where variances differ by orders of magnitude a likelihood can have two
    modes; metafor's scoring, from one start, may then stop at the lower one.

    Examples
    --------
    >>> from mdmameta.models.frequentist.moments import contrasts
    >>> data = contrasts(np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1)))
    >>> round(maximise(data, restricted=True).tau2, 9)
    1.0
    """
    found = [_climb(data, *at, restricted) for at in _peaks(data, restricted)]
    if len(found) == 1:
        return found[0]
    modes = np.array([mode.tau2 for mode in found])
    return found[int(log_likelihood(data, modes, restricted=restricted).argmax())]


def _peaks(data: Contrasts, restricted: bool) -> list[tuple[float, float, float]]:
    """Points of a grid that are higher than their neighbours, between these.

    In the axes where the contrasts are independent with variances λ + τ², the
    score is a sum of (z² − λ − τ²) / (λ + τ²)², so it is negative beyond the
    residual sum of squares, and everywhere if that is below every λ ≥ min v.
    """
    rss, v = float(data.y @ data.y), float(data.v.min())
    if rss <= v:
        return [(0.0, 0.0, 0.0)]
    ratio = math.log1p(rss / v)
    last = points_between(ratio)
    grid = v * np.expm1(ratio * (np.arange(last + 1) / last))
    height = np.full(last + 3, -np.inf)
    height[1:-1] = log_likelihood(data, grid, restricted=restricted)
    top = (height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])
    at = grid.tolist()
    return [
        (at[max(i - 1, 0)], at[i], at[min(i + 1, last)])
        for i in np.flatnonzero(top).tolist()
    ]


def _climb(
    data: Contrasts, low: float, t: float, high: float, restricted: bool
) -> Maximum:
    scale = float(data.v.min())
    converged = False
    steps = 0
    for steps in range(1, MAX_STEPS + 1):
        at = moments(data, t)
        score = _score(at, restricted)
        if high == 0 or (t == 0 and score <= 0):
            return Maximum(0.0, _information(at, restricted), True, steps)
        low, high = (t, high) if score > 0 else (low, t)
        step = _step(at, score, restricted)
        converged = abs(step) <= STEP * (t + scale)
        inside = converged or low < t + step < high
        t = max(t + step, 0.0) if inside else low + (high - low) / 2
        if converged:
            break
    # Where it has converged, what was computed one step before is as good.
    at = at if converged else moments(data, t)
    return Maximum(t, _information(at, restricted), converged, steps)


def _score(at: Moments, restricted: bool) -> float:
    return at.yppy - (at.tr_p if restricted else at.tr_w)


def _information(at: Moments, restricted: bool) -> float:
    return at.tr_pp if restricted else at.tr_ww


def _step(at: Moments, score: float, restricted: bool) -> float:
    expected = _information(at, restricted)
    slope = 2 * at.ypppy * (at.yppy - score) - at.yppy * expected
    return score * at.yppy / slope if slope > 0 else score / expected
