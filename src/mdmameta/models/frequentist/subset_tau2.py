"""The variance between studies in each of many subsets, at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.models.frequentist.likelihood import (
    ABSOLUTE_STEP,
    GRID_POINTS,
    GRID_START,
    MAX_STEPS,
    RELATIVE_STEP,
)
from mdmameta.models.frequentist.regression import FloatArray

Mask = NDArray[np.bool_]

#: Points of the search for the highest mode in each factor of ten: as dense as
#: that for a single fit is over five of them.
POINTS_A_DECADE = 13

#: Estimators of τ² that the batched kernel has.
BATCHED = ("DL", "PM", "REML", "ML")


@dataclass(frozen=True, slots=True)
class Sums:
    """Weighted sums of each subset, shape (n,) each, with w = 1 / (v + τ²).

    Parameters
    ----------
    sw, sw2, sw3
        Sums of w, w² and w³.
    mean, q
        Weighted mean, and weighted sum of squares around it, yᵀPy.
    q2, q3
        yᵀPPy and yᵀPPPy.
    """

    sw: FloatArray
    sw2: FloatArray
    sw3: FloatArray
    mean: FloatArray
    q: FloatArray
    q2: FloatArray
    q3: FloatArray

    @property
    def tr_p(self) -> FloatArray:
        """Trace of P."""
        trace: FloatArray = self.sw - self.sw2 / self.sw
        return trace

    @property
    def tr_pp(self) -> FloatArray:
        """Trace of PP."""
        share = self.sw2 / self.sw
        trace: FloatArray = self.sw2 - 2 * self.sw3 / self.sw + share**2
        return trace


@dataclass(frozen=True, slots=True)
class Subsets:
    """Effects, variances and the rows of each subset.

    Parameters
    ----------
    y, v
        Shape (k,).
    inside, k
        Rows of each subset, shape (n, k), and how many, shape (n,).
    noise
        Residuals up to this size are rounding, and count as zero.
    """

    y: FloatArray
    v: FloatArray
    inside: Mask
    k: NDArray[np.intp]
    noise: float

    def take(self, which: NDArray[np.generic]) -> Subsets:
        """Return some of the subsets."""
        return Subsets(self.y, self.v, self.inside[which], self.k[which], self.noise)

    def at(self, tau2: FloatArray) -> Sums:
        """Return the sums at one τ² for each subset, shape (n,)."""
        # Sums over a row of a few numbers are fastest as products with ones.
        one = np.ones(self.v.size)
        w = self.inside / (self.v + tau2[:, None])
        w2 = w * w
        sw, sw2, sw3 = w @ one, w2 @ one, (w2 * w) @ one
        mean = (w @ self.y) / sw
        r = self.y - mean[:, None]
        r[~((np.abs(r) > self.noise) & self.inside).any(axis=1)] = 0.0
        py = w * r
        py2 = py * py
        q3 = (w * py2) @ one - ((w * py) @ one) ** 2 / sw
        return Sums(sw, sw2, sw3, mean, (py * r) @ one, py2 @ one, q3)

    @property
    def smallest(self) -> FloatArray:
        """Smallest variance of each subset, shape (n,)."""
        least: FloatArray = np.where(self.inside, self.v, np.inf).min(axis=1)
        return least

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """Profile (restricted) log-likelihood up to a constant, shape (n, g).

        Parameters
        ----------
        tau2
            Values shared by all subsets, shape (g,), so that sums over rows
            are products of matrices.
        restricted
            Whether to account for the estimation of the mean.
        """
        inside = self.inside.astype(float)
        w = 1 / (self.v[:, None] + tau2)
        sw, swy = inside @ w, inside @ (w * self.y[:, None])
        loss = inside @ (w * self.y[:, None] ** 2 - np.log(w)) - swy**2 / sw
        if restricted:
            loss += np.log(sw)
        value: FloatArray = -loss / 2
        return value


def estimate(
    data: Subsets, code: str, q: FloatArray, tr_p: FloatArray
) -> tuple[FloatArray, Mask]:
    """Estimate τ² in subsets of at least two rows.

    Parameters
    ----------
    data
        n subsets.
    code
        One of `BATCHED`.
    q, tr_p
        Cochran's Q and the trace of P at τ² = 0, shape (n,).

    Returns
    -------
    tuple of numpy.ndarray
        τ², and whether the iteration converged, shape (n,) each.
    """
    if code == "DL":
        t = np.maximum(0.0, (q - (data.k - 1)) / tr_p)
        return t, np.ones(t.size, dtype=bool)
    if code == "PM":
        return _paule_mandel(data)
    return _maximise(data, restricted=code == "REML")


def _paule_mandel(data: Subsets) -> tuple[FloatArray, Mask]:
    """Newton's steps on 1 / Q from zero, which approach the root from below."""
    t = np.zeros(data.k.size)
    scale, target = data.smallest, (data.k - 1).astype(float)
    active = np.arange(t.size)
    for _ in range(MAX_STEPS):
        part = data.take(active)
        at = part.at(t[active])
        goal = target[active]
        above = at.q > goal
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(above, (at.q**2 / goal - at.q) / at.q2, 0.0)
        t[active] += step
        active = active[step > 1e-14 * (t[active] + scale[active])]
        if active.size == 0:
            break
    return t, ~np.isin(np.arange(t.size), active)


def _maximise(data: Subsets, *, restricted: bool) -> tuple[FloatArray, Mask]:
    """Highest mode by a coarse search, then safeguarded Newton steps.

    See `mdmameta.models.frequentist.likelihood.maximise`, of which this is
    the same iteration for many subsets.
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
        up = score > 0
        low[active] = np.where(up, now, low[active])
        high[active] = np.where(up, high[active], now)
        new = now + step
        outside = ~((low[active] < new) & (new < high[active]))
        new = np.where(outside, (low[active] + high[active]) / 2, new)
        new = np.where(at_zero, 0.0, new)
        t[active] = new
        moving = np.abs(new - now) > RELATIVE_STEP * now + tiny[active]
        active = active[moving & ~at_zero]
    return t, ~np.isin(np.arange(t.size), active)


def _step(
    data: Subsets, t: FloatArray, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    at = data.at(t)
    score = at.q2 - (at.tr_p if restricted else at.sw)
    expected = at.tr_pp if restricted else at.sw2
    observed = 2 * at.q3 - expected
    return score, score / np.where(observed > 0, observed, expected)


def _bracket(
    data: Subsets, *, restricted: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Neighbours of the best point of a grid, (low, best, high), shape (n,) each.

    The score is negative beyond the residual sum of squares of a subset, and
    everywhere if that is below its smallest variance, when all three are 0.
    """
    n = data.k.size
    centre = (data.inside @ data.y) / data.k
    rss = ((data.inside * (data.y - centre[:, None])) ** 2).sum(axis=1)
    inner = rss > data.smallest
    if not inner.any():
        return np.zeros(n), np.zeros(n), np.zeros(n)
    first = GRID_START * float(data.smallest.min())
    ratio = float(rss.max()) / first
    points = max(GRID_POINTS, int(np.ceil(POINTS_A_DECADE * np.log10(ratio))))
    grid = np.concatenate(([0.0], first * ratio ** np.linspace(0.0, 1.0, points)))
    best = data.log_likelihood(grid, restricted=restricted).argmax(axis=1)
    around = (np.maximum(best - 1, 0), best, np.minimum(best + 1, points))
    low, t, high = (np.where(inner, grid[place], 0.0) for place in around)
    return low, t, high
