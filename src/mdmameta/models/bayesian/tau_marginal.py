"""Marginal posterior of τ, by quadrature on panels."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.marginals import Marginal
from mdmameta.models.bayesian.mixture import ROUNDING, SETTLED
from mdmameta.models.bayesian.quadrature import NODES, ORDER, WEIGHTS, Panels, on_line

#: Newton or bisection steps within one panel.
STEPS = 100


@dataclass(frozen=True, eq=False)
class TauMarginal(Marginal):
    """Posterior of τ.

    Parameters
    ----------
    panels
        Converged quadrature.
    """

    panels: Panels = field(repr=False)

    @property
    def support(self) -> tuple[float, float]:
        """Support of the prior."""
        return (self.panels.line.low, self.panels.line.high)

    @property
    def mean(self) -> float:
        """Posterior mean."""
        return float(self.panels.moment(1))

    @property
    def sd(self) -> float:
        """Posterior standard deviation; infinite where the tail is too heavy."""
        if self.panels.infinite_moments[1]:
            return float("inf")
        return float(np.sqrt(self.panels.weight @ (self.panels.tau - self.mean) ** 2))

    @cached_property
    def mode(self) -> float:
        """Where the density is highest, an end of the support included."""
        ends = [end for end in self.support if np.isfinite(end)]
        x = np.unique(np.concatenate([ends, self.panels.tau]))
        density = self.density(x)
        best = int(np.argmax(density))
        bounds = (x[max(best - 1, 0)], x[min(best + 1, x.size - 1)])
        found = minimize_scalar(
            lambda tau: -float(self.density(tau)),
            bounds=bounds,
            method="bounded",
            options={"xatol": 1e-12 * bounds[1]},
        )
        at_end = max(ends, key=lambda end: float(self.density(end)))
        if -found.fun <= float(self.density(at_end)) * (1 + 1e-12):
            return float(at_end)
        return float(found.x)

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value up to ``x``."""
        return self._cdf_at(self.panels.line.point(np.asarray(x, dtype=float)))

    def sf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value above ``x``.

        With its digits also where it is small; the panels leave out 2e-15.
        """
        return self._sf_at(self.panels.line.point(np.asarray(x, dtype=float)))

    def density(self, x: ArrayLike) -> FloatArray:
        """Posterior density at ``x``; zero outside the support."""
        x_ = np.asarray(x, dtype=float)
        low, high = self.support
        inside = (x_ >= low) & (x_ <= high) & np.isfinite(x_)
        tau = np.where(inside, x_, low).ravel()
        log_density = self.panels.log_density(tau) - self.panels.log_evidence
        return np.where(inside, np.exp(log_density).reshape(x_.shape), 0.0)

    @cached_property
    def _of_panels(self) -> FloatArray:
        """Probability of each panel, shape (P,)."""
        return np.asarray(self.panels.weight.reshape(-1, ORDER).sum(axis=1))

    @cached_property
    def _below(self) -> FloatArray:
        """Probability below each edge, shape (P + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self._of_panels)])

    @cached_property
    def _above(self) -> FloatArray:
        """Probability above each edge, shape (P + 1,), summed from the far end."""
        return np.concatenate([[0.0], np.cumsum(self._of_panels[::-1])])[::-1]

    def _on_line(self, t: FloatArray) -> FloatArray:
        h = on_line(self.panels.log_density, self.panels.line, t.ravel())
        return np.exp(h - self.panels.log_evidence).reshape(t.shape)

    def _cdf_at(self, t: FloatArray) -> FloatArray:
        edges = self.panels.edges
        t = np.clip(t, edges[0], edges[-1])
        panel = self._panel(t)
        part = self._between(edges[panel], t)
        return np.asarray(np.minimum(self._below[panel] + part, 1.0))

    def _sf_at(self, t: FloatArray) -> FloatArray:
        edges = self.panels.edges
        t = np.clip(t, edges[0], edges[-1])
        after = self._panel(t) + 1
        part = self._between(t, edges[after])
        return np.asarray(np.minimum(self._above[after] + part, 1.0))

    def _panel(self, t: FloatArray) -> NDArray[np.intp]:
        edges = self.panels.edges
        return np.asarray(np.clip(np.searchsorted(edges, t) - 1, 0, edges.size - 2))

    def _between(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Probability between points of one panel."""
        half = (high - low) / 2
        nodes = (low + half)[..., None] + half[..., None] * NODES
        return np.asarray(half * (self._on_line(nodes) @ WEIGHTS))

    def _invert(self, p: FloatArray) -> FloatArray:
        edges = self.panels.edges
        panel = np.clip(np.searchsorted(self._below, p) - 1, 0, edges.size - 2)
        low, high = edges[panel], edges[panel + 1]
        t = (low + high) / 2
        for _ in range(STEPS):
            excess = self._cdf_at(t) - p
            low, high = np.where(excess < 0, t, low), np.where(excess < 0, high, t)
            with np.errstate(divide="ignore", invalid="ignore"):
                newton = t - excess / self._on_line(t)
            inside = (newton >= low) & (newton <= high)
            step = np.where(inside, newton, (low + high) / 2)
            moved = np.abs(step - t) <= SETTLED * np.maximum(1, np.abs(t))
            t = step
            if (moved | (np.abs(excess) <= ROUNDING * p)).all():
                break
        return self.panels.line.tau(t)
