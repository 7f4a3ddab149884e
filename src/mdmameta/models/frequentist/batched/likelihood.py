"""The highest mode of the likelihood of τ² in many data sets at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import Many, Mask, dot, least_squares
from mdmameta.models.frequentist.likelihood import (
    MAX_STEPS,
    STEP,
    points_between,
)


def maximise(data: Many, *, restricted: bool) -> tuple[FloatArray, Mask]:
    """Find the highest mode by a coarse search and safeguarded Newton steps.

    See `mdmameta.models.frequentist.likelihood.maximise`, of which this is
    the same iteration for many data sets, those that have converged left out.

    Parameters
    ----------
    data
        n data sets, centred, of more rows than coefficients.
    restricted
        Whether to account for the estimation of the coefficients.

    Returns
    -------
    tuple of numpy.ndarray
        τ², and whether the iteration converged, shape (n,) each.
    """
    t, converged = np.zeros(data.n), np.ones(data.n, dtype=bool)
    rss, smallest = (data.y**2).sum(axis=0) + t, data.smallest
    inner = np.flatnonzero(rss > smallest)
    if not inner.size:
        return t, converged
    part = data.take(inner)
    which, *bracket = _peaks(part, rss[inner], smallest[inner], restricted=restricted)
    modes = part.take(which)
    at, reached = _climb(modes, *bracket, restricted=restricted)
    chosen = np.arange(which.size)
    if which.size > inner.size:
        height = log_likelihood(modes, at, restricted=restricted)
        order = np.lexsort((height, which))
        chosen = order[np.append(np.diff(which[order]) > 0, True)]
    t[inner], converged[inner] = at[chosen], reached[chosen]
    return t, converged


def log_likelihood(data: Many, t: FloatArray, *, restricted: bool) -> FloatArray:
    """Profile (restricted) log-likelihood up to a constant, shape (n,)."""
    w = data.weights(t)
    basis = data.basis(w)
    wy = w * data.y
    loss: FloatArray = (wy * data.y).sum(axis=0)
    for u in basis.u:
        loss -= dot(wy, u) ** 2
    total = np.log(data.v + t)
    loss += data.only(total).sum(axis=0)
    if restricted:
        loss += np.log(basis.norm2).sum(axis=0)
    loss /= -2
    return loss


def _peaks(
    data: Many, rss: FloatArray, smallest: FloatArray, *, restricted: bool
) -> tuple[NDArray[np.intp], FloatArray, FloatArray, FloatArray]:
    """Points of a grid that are higher than their neighbours, with these.

    Returns
    -------
    tuple of numpy.ndarray
        Data set, lower neighbour, peak and upper neighbour, shape (m,) each.
    """
    ratio = np.log1p(rss / smallest)
    last = points_between(float(ratio.max()))
    height = np.full((last + 3, data.n), -np.inf)
    for i in range(last + 1):
        t = smallest * np.expm1(ratio * (i / last))
        height[i + 1] = log_likelihood(data, t, restricted=restricted)
    top = (height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])
    which, peak = np.nonzero(top.T)
    around = np.array([np.maximum(peak - 1, 0), peak, np.minimum(peak + 1, last)])
    low, t, high = smallest[which] * np.expm1(ratio[which] * (around / last))
    return which, low, t, high


def _climb(
    data: Many, low: FloatArray, t: FloatArray, high: FloatArray, *, restricted: bool
) -> tuple[FloatArray, Mask]:
    smallest = data.smallest
    active = np.arange(data.n)
    for _ in range(MAX_STEPS):
        if active.size == 0:
            break
        now = t[active]
        score, step = _step(data.take(active), now, restricted=restricted)
        at_zero = (now == 0) & (score <= 0)
        low[active] = below = np.where(score > 0, now, low[active])
        high[active] = above = np.where(score > 0, high[active], now)
        new = now + step
        last = np.abs(step) <= STEP * (now + smallest[active])
        outside = ~(last | ((below < new) & (new < above)))
        new[outside] = (below[outside] + above[outside]) / 2
        t[active] = np.where(at_zero, 0.0, np.maximum(new, 0.0))
        active = active[~(last | at_zero)]
    return t, ~np.isin(np.arange(t.size), active)


def _step(
    data: Many, t: FloatArray, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    w = data.weights(t)
    basis = data.basis(w)
    py = w * least_squares(data, w, basis)[1]
    wpy = w * py
    yppy, ypppy = (py * py).sum(axis=0), (wpy * py).sum(axis=0)
    for u in basis.u:
        ypppy -= dot(wpy, u) ** 2
    tr, tr2 = _traces(w, basis.u if restricted else ())
    score = yppy - tr
    slope = 2 * ypppy * tr - yppy * tr2
    with np.errstate(divide="ignore", invalid="ignore"):
        return score, np.where(slope > 0, score * yppy / slope, score / tr2)


def _traces(w: FloatArray, u: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray]:
    """Traces of P and PP; of W and WW for no columns at all."""
    w2 = w * w
    tr, tr2 = w.sum(axis=0), w2.sum(axis=0)
    if not u:
        return tr, tr2
    w3 = w2 * w
    for i, one in enumerate(u):
        own = dot(w2, one, one)
        tr -= own
        tr2 += own**2 - 2 * dot(w3, one, one)
        for other in u[:i]:
            tr2 += 2 * dot(w2, one, other) ** 2
    return tr, tr2
