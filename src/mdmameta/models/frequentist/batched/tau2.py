"""Estimates of τ² in many data sets at once."""

from __future__ import annotations

import numpy as np

from mdmameta.models.frequentist.batched.data import Forms, Many, Mask
from mdmameta.models.frequentist.likelihood import (
    ABSOLUTE_STEP,
    GRID,
    GRID_POINTS,
    GRID_START,
    MAX_STEPS,
    RELATIVE_STEP,
)
from mdmameta.models.frequentist.regression import FloatArray

#: Estimators that many data sets are fitted with at once.
BATCHED = ("DL", "HE", "HS", "SJ", "PM", "EB", "REML", "ML")


def estimate(data: Many, code: str) -> tuple[FloatArray, Mask]:
    """Estimate τ² in data sets of more rows than coefficients.

    Parameters
    ----------
    data
        n data sets.
    code
        One of `BATCHED`.

    Returns
    -------
    tuple of numpy.ndarray
        τ², and whether the iteration converged, shape (n,) each.
    """
    if code in ("REML", "ML"):
        return _maximise(data, restricted=code == "REML")
    if code in ("PM", "EB"):
        return _paule_mandel(data)
    t = _sidik_jonkman(data) if code == "SJ" else _by_moments(data, code)
    return t, np.ones(t.size, dtype=bool)


def _by_moments(data: Many, code: str) -> FloatArray:
    a = data.inside.astype(float)
    at = data.at(a if code == "HE" else a / data.v)
    if code == "HS":
        t: FloatArray = (at.q - data.k) / at.w.sum(axis=1)
        return np.maximum(t, 0.0)
    diagonal = data.diagonal(at)
    t = (at.q - (diagonal * data.v).sum(axis=1)) / diagonal.sum(axis=1)
    estimated: FloatArray = np.maximum(0.0, t)
    return estimated


def _sidik_jonkman(data: Many) -> FloatArray:
    # The first column of an orthogonalised design is the intercept's.
    alone = Many(data.y, data.v, data.inside, data.X[:, :1])
    first = alone.at(data.inside.astype(float)).q / data.k
    ratio: FloatArray = data.at(data.weights(first)).q / data.df
    return first * ratio


def _paule_mandel(data: Many) -> tuple[FloatArray, Mask]:
    """Newton's steps on 1 / Q from zero, which approach the root from below."""
    t = np.zeros(len(data.y))
    scale, target = data.smallest, data.df
    active = np.arange(t.size)
    for _ in range(MAX_STEPS):
        part, goal = data.take(active), target[active]
        at = part.at(part.weights(t[active]))
        q, slope = at.q, ((at.w * at.r) ** 2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(q > goal, (q**2 / goal - q) / slope, 0.0)
        t[active] += step
        active = active[step > 1e-14 * (t[active] + scale[active])]
        if active.size == 0:
            break
    return t, ~np.isin(np.arange(t.size), active)


def _maximise(data: Many, *, restricted: bool) -> tuple[FloatArray, Mask]:
    """Highest mode by a coarse search, then safeguarded Newton steps.

    See `mdmameta.models.frequentist.likelihood.maximise`, of which this is
    the same iteration for many data sets.
    """
    low, t, high = _bracket(data, restricted=restricted)
    tiny = ABSOLUTE_STEP * data.smallest
    active = np.flatnonzero(high > 0)
    for _ in range(MAX_STEPS):
        if active.size == 0:
            break
        now = t[active]
        score, step = _step(data.take(active), now, restricted=restricted)
        at_zero = (now == 0) & (score <= 0)
        low[active] = np.where(score > 0, now, low[active])
        high[active] = np.where(score > 0, high[active], now)
        new = now + step
        outside = ~((low[active] < new) & (new < high[active]))
        new = np.where(outside, (low[active] + high[active]) / 2, new)
        t[active] = new = np.where(at_zero, 0.0, new)
        moving = np.abs(new - now) > RELATIVE_STEP * now + tiny[active]
        active = active[moving & ~at_zero]
    return t, ~np.isin(np.arange(t.size), active)


def _step(
    data: Many, t: FloatArray, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    at = data.at(data.weights(t))
    py = at.w * at.r
    left = ((at.w * py) @ data.X)[:, None, :]
    q3 = (at.w * py**2).sum(axis=1)
    q3 = q3 - (left @ at.vcov @ left.transpose(0, 2, 1))[:, 0, 0]
    trace, trace2 = _traces(data, at, restricted=restricted)
    score = (py**2).sum(axis=1) - trace
    observed = 2 * q3 - trace2
    return score, score / np.where(observed > 0, observed, trace2)


def _traces(
    data: Many, at: Forms, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    w2 = at.w**2
    if not restricted:
        return at.w.sum(axis=1), w2.sum(axis=1)
    one = at.vcov @ data.crossed(w2)
    two = at.vcov @ data.crossed(w2 * at.w)
    first = at.w.sum(axis=1) - np.trace(one, axis1=1, axis2=2)
    both = np.trace(one @ one - 2 * two, axis1=1, axis2=2)
    return first, w2.sum(axis=1) + both


def _log_likelihood(data: Many, t: FloatArray, *, restricted: bool) -> FloatArray:
    w = data.weights(t)
    A = data.crossed(w)
    b = (w * data.y) @ data.X
    fitted = (b * np.linalg.solve(A, b[:, :, None])[:, :, 0]).sum(axis=1)
    total = np.where(data.inside, data.v + t[:, None], 1.0)
    loss = (w * data.y**2).sum(axis=1) - fitted + np.log(total).sum(axis=1)
    if restricted:
        loss = loss + np.linalg.slogdet(A)[1]
    value: FloatArray = -loss / 2
    return value


def _bracket(
    data: Many, *, restricted: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Neighbours of the best point of a grid, (low, best, high), shape (n,) each.

    All three are 0 where the residual sum of squares is below every v, since
    the score is then negative everywhere.
    """
    rss, first = data.at(data.inside.astype(float)).q, GRID_START * data.smallest
    inner = rss > data.smallest
    ratio = np.where(inner, rss / first, 1.0)
    best = np.zeros(rss.size, dtype=np.intp)
    highest = _log_likelihood(data, np.zeros(rss.size), restricted=restricted)
    for i, power in enumerate(GRID, start=1):
        value = _log_likelihood(data, first * ratio**power, restricted=restricted)
        better = value > highest
        best[better], highest = i, np.maximum(value, highest)

    def place(i: np.ndarray) -> FloatArray:
        at = first * ratio ** GRID[np.clip(i - 1, 0, GRID_POINTS - 1)]
        return np.where(inner & (i > 0), at, 0.0)

    return place(best - 1), place(best), place(best + 1)
