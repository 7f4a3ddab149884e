"""Likelihood of results that were selected by their p-values, with its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.gauss import legendre
from mdmameta.models.frequentist.selection.weight_functions import LogWeight

#: Smooth weights are constant where p or 1 − p is below this, as in metafor:
#: without that, the mean of a weight that grows as p → 0 need not exist.
LEAST_P = 1e-5

#: Panels on each side of z = 0, and nodes in each. The integrands vary on a
#: scale of one in z or more slowly; those of two-sided p-values have a cusp at
#: zero, towards which the panels get narrower.
PANELS, ORDER = 10, 8


@dataclass(frozen=True, eq=False)
class Selected:
    """Independent results, turned so that small p-values are of large z.

    Parameters
    ----------
    y, v
        Results and sampling variances, shape (k,).
    X
        Design, shape (k, p).
    two_sided
        Whether p-values are two-sided.
    """

    y: FloatArray
    v: FloatArray
    X: FloatArray
    two_sided: bool = False

    @cached_property
    def z(self) -> FloatArray:
        """Test statistics, shape (k,)."""
        return self.y / np.sqrt(self.v)

    @cached_property
    def p_value(self) -> FloatArray:
        """P-values, shape (k,)."""
        p: FloatArray
        p = 2 * ndtr(-np.abs(self.z)) if self.two_sided else ndtr(-self.z)
        return p

    @cached_property
    def log_p(self) -> tuple[FloatArray, FloatArray]:
        """Logs of p-values that are not too near 0 or 1, and of one less them."""
        return _log_p(self.z, self.two_sided)


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """Log of the mean weight of each study, with derivatives.

    Parameters
    ----------
    log
        Shape (k,).
    by_mean, by_variance
        Derivatives with respect to the mean and variance of z, shape (k,).
    by_delta
        Derivatives with respect to the d parameters, shape (d, k).
    """

    log: FloatArray
    by_mean: FloatArray
    by_variance: FloatArray
    by_delta: FloatArray


class Selection(Protocol):
    """A weight function in the form that the likelihood takes."""

    def observed(
        self, data: Selected, delta: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Log weights of the results, (k,), and derivatives, (d, k)."""
        ...

    def expected(
        self, data: Selected, mean: FloatArray, variance: FloatArray, delta: FloatArray
    ) -> Expected:
        """Mean weight of z ~ N(mean, variance) for each study."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """Weights that are constant between cutpoints of the p-value.

    Parameters
    ----------
    cutpoints
        Increasing, the last is 1, shape (d,): bin j holds cutpoint j − 1 < p ≤
        cutpoint j.
    """

    cutpoints: FloatArray

    def bins(self, data: Selected) -> FloatArray:
        """Tell the bin of each study by a one in its column, shape (d, k)."""
        at = np.searchsorted(self.cutpoints, np.minimum(data.p_value, 1.0))
        one: FloatArray = (np.arange(self.cutpoints.size)[:, None] == at) * 1.0
        return one

    def observed(
        self, data: Selected, delta: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """See `Selection`."""
        inside = self.bins(data)
        weight = inside.T @ delta
        return np.log(weight), inside / weight

    def expected(
        self, data: Selected, mean: FloatArray, variance: FloatArray, delta: FloatArray
    ) -> Expected:
        """See `Selection`; in closed form."""
        s = np.sqrt(variance)
        sides = 2 if data.two_sided else 1
        upper = -ndtri(self.cutpoints[:-1] / sides)
        above, density, moment = _beyond((upper[:, None] - mean) / s)
        if data.two_sided:
            low, density_low, moment_low = _beyond((upper[:, None] + mean) / s)
            above, density = above + low, density - density_low
            moment = moment + moment_low
        zero, one = np.zeros((1, s.size)), np.ones((1, s.size))
        inside = np.diff(np.vstack([zero, above, one]), axis=0)
        by_mean = delta @ np.diff(np.vstack([zero, density, zero]), axis=0) / s
        by_variance = delta @ np.diff(np.vstack([zero, moment, zero]), axis=0)
        total = delta @ inside
        return Expected(
            log=np.log(total),
            by_mean=by_mean / total,
            by_variance=by_variance / (2 * variance) / total,
            by_delta=inside / total,
        )


def _beyond(t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability beyond t, the density at t, and t times it."""
    density = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    return ndtr(-t), density, t * density


@dataclass(frozen=True, eq=False)
class Smooth:
    """A smooth weight function, averaged by quadrature.

    Parameters
    ----------
    function
        See `LogWeight`.
    two_sided
        Whether p-values are two-sided.
    """

    function: LogWeight
    two_sided: bool = False

    def observed(
        self, data: Selected, delta: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """See `Selection`."""
        return self.function(*data.log_p, delta)

    @cached_property
    def _places(self) -> tuple[FloatArray, FloatArray]:
        """Nodes of z between the ends where the weight is constant, and theirs."""
        end = -float(ndtri(LEAST_P / (2 if self.two_sided else 1)))
        half = end * np.linspace(0, 1, PANELS + 1) ** (4 if self.two_sided else 1)
        edges = np.concatenate([-half[:0:-1], half])
        x, h = legendre(ORDER)
        width = np.diff(edges)[:, None]
        z = (edges[:-1, None] + width * (x + 1) / 2).ravel()
        return np.concatenate([[-end], z, [end]]), (width * h / 2).ravel()

    @cached_property
    def _log_p_there(self) -> tuple[FloatArray, FloatArray]:
        return _log_p(self._places[0], self.two_sided)

    def expected(
        self, data: Selected, mean: FloatArray, variance: FloatArray, delta: FloatArray
    ) -> Expected:
        """See `Selection`; in closed form beyond the ends, by quadrature between."""
        log_weight, slopes = self.function(*self._log_p_there, delta)
        top = log_weight.max()
        weight = np.exp(log_weight - top)
        z, h = self._places
        s = np.sqrt(variance)
        ends, tails = self._beyond_ends(mean, s, weight)
        inner = z[1:-1]
        density = np.exp(-(((inner - mean[:, None]) / s[:, None]) ** 2) / 2)
        powers = np.stack([np.ones_like(inner), inner, inner**2])
        columns = np.concatenate([powers, slopes[:, 1:-1]]) * (weight[1:-1] * h)
        zero, one, two, *rest = (density @ columns.T).T / (s * np.sqrt(2 * np.pi))
        first = (one - mean * zero) / s + tails[0]
        second = (two - mean * (2 * one - mean * zero)) / variance - zero + tails[1]
        total = zero + ends.sum(axis=0)
        by_delta = np.array(rest) + slopes[:, [0, -1]] @ ends
        return Expected(
            log=np.log(total) + top,
            by_mean=first / s / total,
            by_variance=second / (2 * variance) / total,
            by_delta=by_delta / total,
        )

    def _beyond_ends(
        self, mean: FloatArray, s: FloatArray, weight: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Weighted probabilities below and above the ends; moments of both, (2, k)."""
        low, high = ((z - mean) / s for z in self._places[0][[0, -1]])
        below, above = _beyond(-low), _beyond(high)
        least, most = weight[0], weight[-1]
        ends = np.array([least * below[0], most * above[0]])
        tails = (most * above[1] - least * below[1], most * above[2] + least * below[2])
        return ends, np.array(tails)


def _log_p(z: FloatArray, two_sided: bool) -> tuple[FloatArray, FloatArray]:
    """Log of the p-value at z, and of one minus it, neither below `LEAST_P`."""
    if two_sided:
        p = 2 * ndtr(-np.abs(z))
        kept = np.clip(p, LEAST_P, 1 - LEAST_P)
        return np.log(kept), np.log1p(-kept)
    end = -ndtri(LEAST_P)
    kept = np.clip(z, -end, end)
    return log_ndtr(-kept), log_ndtr(kept)


def log_likelihood(
    data: Selected,
    selection: Selection,
    beta: FloatArray,
    tau2: float,
    delta: FloatArray,
) -> tuple[float, FloatArray]:
    """Log-likelihood of selected results, and its gradient.

    Each study contributes log w(p) + log N(y; xβ, v + τ²) − log E[w], the
    density of a result given that it was selected (Hedges 1992,
    doi:10.1214/ss/1177011364).

    Parameters
    ----------
    data, selection
        The results and how they were selected.
    beta, tau2, delta
        Coefficients, shape (p,), variance of true effects, and parameters of
        the weight function, shape (d,).

    Returns
    -------
    value
        −inf where a weight is zero, of a result that was seen.
    gradient
        By β, τ² and δ in this order, shape (p + 1 + d,).
    """
    total = data.v + tau2
    mean = data.X @ beta
    r = data.y - mean
    root = np.sqrt(data.v)
    log_weight, slopes = selection.observed(data, delta)
    expected = selection.expected(data, mean / root, total / data.v, delta)
    value = log_weight - (np.log(2 * np.pi * total) + r**2 / total) / 2 - expected.log
    if not np.isfinite(value).all():
        return -np.inf, np.zeros(beta.size + 1 + delta.size)
    by_tau2 = (r**2 / total - 1) / (2 * total) - expected.by_variance / data.v
    return float(value.sum()), np.concatenate(
        [
            data.X.T @ (r / total - expected.by_mean / root),
            [by_tau2.sum()],
            (slopes - expected.by_delta).sum(axis=1),
        ]
    )
