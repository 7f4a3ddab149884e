"""One mean and variance between studies in each of many subsets, at once."""

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
from mdmameta.models.frequentist.regression import ROUNDING, FloatArray

Mask = NDArray[np.bool_]

#: Points of the search for the highest mode in each factor of ten: as dense as
#: that for a single fit is over five of them.
POINTS_A_DECADE = 13

#: Q is computed anew from residuals where less than this part of the sum of
#: squares is left of it, so that at least twelve digits are right.
LOST = 1e-3

#: Estimators of τ² that the batched kernel has.
BATCHED = ("DL", "PM", "REML", "ML")


@dataclass(frozen=True, slots=True)
class SubsetFits:
    """Fits of n subsets; NaN where a subset is too small.

    Parameters
    ----------
    k
        Number of rows, shape (n,).
    value, se
        Mean and its classic standard error, shape (n,).
    tau2, q, i2, h2
        See `mdmameta.models.fit.Heterogeneity`; τ², I² and H² are NaN for one
        row.
    converged
        Whether the iteration for τ² reached its tolerance.
    """

    k: NDArray[np.intp]
    value: FloatArray
    se: FloatArray
    tau2: FloatArray
    q: FloatArray
    i2: FloatArray
    h2: FloatArray
    converged: Mask


def fit_subsets(
    y: FloatArray, v: FloatArray, inside: Mask, tau2: str | float | None
) -> SubsetFits:
    """Fit a mean to each subset of independent rows.

    Parameters
    ----------
    y, v
        Effects and variances, shape (k,).
    inside
        Which rows each subset has, shape (n, k), at least one each.
    tau2
        One of "DL", "PM", "REML", "ML"; a number; or None for a common effect.

    Examples
    --------
    >>> y, v = np.array([0.0, 2.0, 4.0]), np.ones(3)
    >>> inside = np.array([[True, True, False], [True, True, True]])
    >>> fits = fit_subsets(y, v, inside, "REML")
    >>> fits.value.round(9), fits.tau2.round(9)
    (array([1., 2.]), array([1., 3.]))
    """
    k = inside.sum(axis=1)
    centred = y - np.average(y, weights=1 / v)
    data = Subsets(centred, v, inside, k, ROUNDING * float(np.abs(y).max()))
    q, tr_p = _common(data)
    several = k > 1
    t, converged = np.zeros(k.size), np.ones(k.size, dtype=bool)
    if isinstance(tau2, str):
        part = data.take(several)
        t[several], converged[several] = _estimate(
            part, tau2, q[several], tr_p[several]
        )
    elif tau2 is not None:
        t[several] = tau2
    w = inside / (v + t[:, None])
    sw = w @ np.ones(v.size)
    i2, h2 = _relative(q, tr_p, k, t, common=tau2 is None or tau2 == 0)
    return SubsetFits(
        k=k,
        value=(w @ centred) / sw + (y[0] - centred[0]),
        se=1 / np.sqrt(sw),
        tau2=np.where(several, t, np.nan),
        q=q,
        i2=np.where(several, i2, np.nan),
        h2=np.where(several, h2, np.nan),
        converged=converged,
    )


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


def _common(data: Subsets) -> tuple[FloatArray, FloatArray]:
    """Cochran's Q and the trace of P at τ² = 0, shape (n,) each."""
    w, y = 1 / data.v, data.y
    sums = data.inside.astype(float) @ np.column_stack([w, w * y, w * y**2, w**2])
    sw, swy, swyy, sw2 = sums.T
    q = swyy - swy**2 / sw
    lost = q < LOST * swyy
    q[lost] = data.take(lost).at(np.zeros(int(lost.sum()))).q
    return q, sw - sw2 / sw


def _estimate(
    data: Subsets, code: str, q: FloatArray, tr_p: FloatArray
) -> tuple[FloatArray, Mask]:
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


def _relative(
    q: FloatArray,
    tr_p: FloatArray,
    k: NDArray[np.intp],
    tau2: FloatArray,
    *,
    common: bool,
) -> tuple[FloatArray, FloatArray]:
    df = k - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        if common:
            i2 = np.where(q > 0, np.maximum(0.0, 1 - df / q), 0.0)
            return 100 * i2, q / df
        typical = df / tr_p
        total = tau2 + typical
        return 100 * tau2 / total, total / typical
