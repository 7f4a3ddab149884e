"""Quadrature over τ: a line on which its posterior is smooth, and panels on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.gauss import legendre

#: Nodes of a panel: sixteen resolve a factor e⁵ of τ to rounding error for
#: densities as smooth as these, and are few enough to double often.
ORDER = 16
NODES, WEIGHTS = legendre(ORDER)

#: Panels to begin with.
FIRST_PANELS = 8

#: What lies more than this below the peak of the log density is left out: e⁻³⁴
#: is 2e-15, about the rounding error of the sum.
DEPTH = 34.0

#: Where the posterior is looked for: τ from 1e-152 to 1e152 times the unit, so far
#: out to tell a tail that falls like τ^-1.1 from one that has no finite integral.
SCAN = np.concatenate(
    [
        np.arange(-350.0, -150.0, 2.5),
        np.arange(-150, 150, 0.5),
        np.arange(150, 351, 2.5),
    ]
)

#: The same for a line that begins at τ = 0.
HALF_SCAN = np.concatenate([np.arange(0.0, 12, 0.25), np.arange(12, 351, 2.0)])

#: Points of each narrower look, and the looks taken: each closes in by half or
#: more, so that these reach a relative width of 1e-7.
LOOK_POINTS = 129
LOOKS = 20


#: Whether E τ and E τ² are infinite, for each of several posteriors.
Infinite = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Line:
    """Maps the support of τ to the whole line.

    τ = low + eᵗ, or low + (high − low) / (1 + e⁻ᵗ) when bounded above: a density
    that is finite at an end falls off like e⁻|ᵗ| there, however wide the prior.
    """

    low: float = 0.0
    high: float = np.inf

    @property
    def scan(self) -> FloatArray:
        """Points where the posterior is looked for."""
        return SCAN

    @property
    def open_below(self) -> bool:
        """Whether the line goes on where τ comes near its lower end."""
        return True

    @property
    def panels(self) -> int:
        """Panels to begin with."""
        return FIRST_PANELS

    def tau(self, t: FloatArray) -> FloatArray:
        """Return τ at points of the line."""
        if np.isinf(self.high):
            return self.low + np.exp(t)
        return np.asarray(self.low + (self.high - self.low) * expit(t))

    def log_slope(self, t: FloatArray) -> FloatArray:
        """Return log dτ/dt."""
        if np.isinf(self.high):
            return t
        width = np.log(self.high - self.low)
        return np.asarray(width - np.logaddexp(0, t) - np.logaddexp(0, -t))

    def point(self, tau: FloatArray) -> FloatArray:
        """Return the point of the line at τ; -inf and inf outside the support."""
        with np.errstate(divide="ignore"):
            if np.isinf(self.high):
                return np.log(np.maximum(tau - self.low, 0))
            share = (tau - self.low) / (self.high - self.low)
            return np.asarray(logit(np.clip(share, 0, 1)))


@dataclass(frozen=True, slots=True)
class HalfLine:
    """Maps τ ≥ 0 to a half line: τ = unit · sinh t.

    Even in t and linear near zero, where no nodes are needed for densities that are
    finite there: a tenth of those of a `Line`.

    Parameters
    ----------
    unit
        Where the map bends: the smallest standard error, below which nothing
        depends on τ much. Likelihoods are then analytic within ±iπ/2.
    """

    unit: float
    low: float = 0.0
    high: float = np.inf

    @property
    def scan(self) -> FloatArray:
        """Points where the posterior is looked for."""
        return HALF_SCAN

    @property
    def open_below(self) -> bool:
        """Whether the line goes on where τ comes near its lower end."""
        return False

    @property
    def panels(self) -> int:
        """Panels to begin with."""
        return FIRST_PANELS // 2

    def tau(self, t: FloatArray) -> FloatArray:
        """Return τ at points of the line."""
        return np.asarray(self.unit * np.sinh(t))

    def log_slope(self, t: FloatArray) -> FloatArray:
        """Return log dτ/dt."""
        return np.asarray(np.logaddexp(t, -t) + np.log(self.unit / 2))

    def point(self, tau: FloatArray) -> FloatArray:
        """Return the point of the line at τ."""
        return np.asarray(np.arcsinh(np.asarray(tau) / self.unit))


@dataclass(frozen=True, eq=False, slots=True)
class Panels:
    """Equal panels of Gauss–Legendre nodes, and the posterior of τ on them.

    Parameters
    ----------
    log_density
        Unnormalised log posterior density of τ: shape (N,) to (..., N).
    line
        Map between τ and the line.
    edges
        Ends of the P panels on the line, shape (P + 1,).
    infinite_moments
        Whether E τ and E τ² are infinite, each of shape (...).
    tau
        N = P · `ORDER` nodes, shape (N,).
    weight
        Posterior probability of each node, shape (..., N).
    log_evidence
        Log of the integral of the density, shape (...).
    """

    log_density: Callable[[FloatArray], FloatArray] = field(repr=False)
    line: Line | HalfLine
    edges: FloatArray
    infinite_moments: Infinite
    tau: FloatArray
    weight: FloatArray
    log_evidence: FloatArray

    @classmethod
    def lay(
        cls,
        log_density: Callable[[FloatArray], FloatArray],
        line: Line | HalfLine,
        edges: FloatArray,
        infinite_moments: Infinite,
    ) -> Panels:
        """Evaluate the density at the nodes of panels between ``edges``."""
        half = np.diff(edges)[:, None] / 2
        t = ((edges[:-1, None] + half) + half * NODES).ravel()
        h = on_line(log_density, line, t) + np.log(half * WEIGHTS).ravel()
        peak = h.max(axis=-1, keepdims=True)
        mass = np.exp(h - peak)
        total = mass.sum(axis=-1, keepdims=True)
        log_evidence = (peak + np.log(total))[..., 0]
        tau = line.tau(t)
        return cls(
            log_density, line, edges, infinite_moments, tau, mass / total, log_evidence
        )

    def doubled(self) -> Panels:
        """Halve every panel."""
        edges = np.linspace(self.edges[0], self.edges[-1], 2 * self.edges.size - 1)
        return Panels.lay(self.log_density, self.line, edges, self.infinite_moments)

    def moment(self, power: int) -> FloatArray:
        """E τ (``power=1``) or E τ² (2); infinite where the tail says so."""
        finite = self.weight @ self.tau**power
        return np.where(self.infinite_moments[power - 1], np.inf, finite)


def on_line(
    log_density: Callable[[FloatArray], FloatArray],
    line: Line | HalfLine,
    t: FloatArray,
) -> FloatArray:
    """Log density of t when that of τ is ``log_density``."""
    return log_density(line.tau(t)) + line.log_slope(t)


def first_panels(
    log_density: Callable[[FloatArray], FloatArray], line: Line | HalfLine
) -> Panels:
    """Find the posterior on the line, however far out or narrow, and cover it.

    Parameters
    ----------
    log_density
        Unnormalised log posterior density of τ: shape (N,) to (..., N).
    line
        Map between τ and the line.

    Raises
    ------
    ModelError
        When the density has no finite integral.
    """
    h = on_line(log_density, line, line.scan)
    if not np.isfinite(h.max(axis=-1)).all():
        raise ModelError(
            "the posterior of tau is zero or undefined everywhere on 1e-152 to 1e152. "
            "Check the log density of its prior and the scale of the effects."
        )
    ends = _above(h)[..., [0, -1]] & [line.open_below, True]
    if ends.any():
        raise ModelError(
            f"the posterior of tau is improper: it has no finite integral "
            f"{'near its lower end' if ends[..., 0].any() else 'in its upper tail'}. "
            "Use a proper prior, such as HalfNormal(0.5)."
        )
    infinite = _infinite_moments(h, line)
    low, high = _close_in(log_density, line, infinite, h)
    edges = np.linspace(low, high, line.panels + 1)
    return Panels.lay(log_density, line, edges, infinite)


def _above(h: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(h > h.max(axis=-1, keepdims=True) - DEPTH)


def _infinite_moments(h: FloatArray, line: Line | HalfLine) -> Infinite:
    if np.isfinite(line.high):
        return (np.zeros(h.shape[:-1], bool), np.zeros(h.shape[:-1], bool))
    first, second = (_above(h + power * line.scan)[..., -1] for power in (1, 2))
    return (first, second)


def _close_in(
    log_density: Callable[[FloatArray], FloatArray],
    line: Line | HalfLine,
    infinite: Infinite,
    h: FloatArray,
) -> tuple[float, float]:
    """Return the ends of the part that carries the mass and finite moments.

    ``h`` is what the density was found to be on the scan.
    """
    t = line.scan
    for _ in range(LOOKS):
        kept = _above(h)
        for power, diverges in enumerate(infinite, start=1):
            with np.errstate(divide="ignore"):
                weighed = _above(h + power * np.log(line.tau(t)))
            kept = kept | (weighed & ~diverges[..., None])
        at = np.flatnonzero(kept.reshape(-1, t.size).any(axis=0))
        low, high = t[max(at[0] - 1, 0)], t[min(at[-1] + 1, t.size - 1)]
        done = high - low > (t[-1] - t[0]) / 2
        if done:
            break
        t = np.linspace(low, high, LOOK_POINTS)
        h = on_line(log_density, line, t)
    return float(low), float(high)
