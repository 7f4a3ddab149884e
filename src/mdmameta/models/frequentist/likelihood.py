"""The variance of true effects that maximises a likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.models.frequentist.moments import Contrasts, Moments, moments
from mdmameta.models.frequentist.regression import FloatArray

#: Points of the search for the highest mode: the likelihood changes little
#: within the factor between two of them, on data of any plausible scale.
GRID_POINTS = 65

#: Their places, as powers of the ratio of the last to the first.
GRID = np.linspace(0.0, 1.0, GRID_POINTS)

#: The lowest point of the search after zero, as a part of the smallest v: a
#: smaller τ² changes no weight by more than this.
GRID_START = 0.01

#: A step this small, relative to τ², ends the iteration. metafor's default
#: (absolute 1e-5) leaves errors that readers see in the fourth digit.
RELATIVE_STEP = 1e-13

#: The same relative to the smallest v, below which τ² has no influence.
ABSOLUTE_STEP = 1e-15

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
    A = (W @ (X[:, :, None] * X[:, None, :]).reshape(k, p * p)).reshape(-1, p, p)
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


def maximise(data: Contrasts, *, restricted: bool) -> Maximum:
    """Find the highest mode by a coarse search and safeguarded Newton steps.

    The search picks the mode, so that a likelihood with several cannot trap
    the iteration. Each step is Newton's where the likelihood is concave and
    Fisher scoring's elsewhere; a step that would leave the bracket is
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
    low, t, high = _bracket(data, restricted)
    converged = False
    steps = 0
    for steps in range(1, MAX_STEPS + 1):
        at = moments(data, t)
        score = _score(at, restricted)
        if high == 0 or (t == 0 and score <= 0):
            return Maximum(0.0, _information(at, restricted), True, steps)
        low, high = (t, high) if score > 0 else (low, t)
        step = _step(at, score, restricted)
        new = t + step
        if not low < new < high:
            new = low + (high - low) / 2
        tolerance = RELATIVE_STEP * t + ABSOLUTE_STEP * data.v.min()
        converged = bool(abs(new - t) <= tolerance)
        t = new
        if converged:
            break
    return Maximum(t, _information(moments(data, t), restricted), converged, steps)


def _bracket(data: Contrasts, restricted: bool) -> tuple[float, float, float]:
    """Neighbours of the best point of a grid that must hold the maximum.

    In the axes where the contrasts are independent with variances λ + τ², the
    score is a sum of (z² − λ − τ²) / (λ + τ²)², so it is negative beyond the
    residual sum of squares, and everywhere if that is below every λ ≥ min v.
    """
    rss, v = float(data.y @ data.y), float(data.v.min())
    if rss <= v:
        return 0.0, 0.0, 0.0
    low = GRID_START * v
    grid = np.concatenate(([0.0], low * (rss / low) ** GRID))
    best = int(log_likelihood(data, grid, restricted=restricted).argmax())
    around = grid[[max(best - 1, 0), best, min(best + 1, GRID_POINTS)]]
    return float(around[0]), float(around[1]), float(around[2])


def _score(at: Moments, restricted: bool) -> float:
    return at.yppy - (at.tr_p if restricted else at.tr_w)


def _information(at: Moments, restricted: bool) -> float:
    return at.tr_pp if restricted else at.tr_ww


def _step(at: Moments, score: float, restricted: bool) -> float:
    expected = _information(at, restricted)
    observed = 2 * at.ypppy - expected
    return score / (observed if observed > 0 else expected)
