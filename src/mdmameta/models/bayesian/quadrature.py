"""Quadrature over τ: panels on a line on which its posterior is smooth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import trapezoid

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.gauss import legendre
from mdmameta.models.bayesian.tau_lines import HalfLine, Line

#: Nodes of a panel: sixteen resolve a factor e⁵ of τ to rounding error for
#: densities as smooth as these, and are few enough to double often.
ORDER = 16
NODES, WEIGHTS = legendre(ORDER)

#: What lies more than this below the peak of the log density is left out: e⁻³⁴
#: is 2e-15, about the rounding error of the sum.
DEPTH = 34.0

#: Share of the posterior of τ that may lie beyond where it is looked for: less than
#: anybody prints.
BEYOND = 1e-7

#: Power of |log τ| by which a density on the scale of log τ must fall, and some more,
#: for its integral to be finite.
PROPER = 1.05

#: Points of each narrower look, and the looks taken: each closes in by half or
#: more, so that these reach a relative width of 1e-7.
LOOK_POINTS = 129
LOOKS = 20


#: Whether E τ and E τ² are infinite, for each of several posteriors.
Infinite = tuple[NDArray[np.bool_], NDArray[np.bool_]]


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
        When the density has no finite integral, or too much of it lies beyond 1e-152
        to 1e152.
    """
    h = on_line(log_density, line, line.scan)
    if not np.isfinite(h.max(axis=-1)).all():
        raise ModelError(
            "the posterior of tau is zero or undefined everywhere on 1e-152 to 1e152. "
            "Check the log density of its prior and the scale of the effects."
        )
    _check_ends(h, line)
    infinite = _infinite_moments(h, line)
    low, high = _close_in(log_density, line, infinite, h)
    edges = np.linspace(low, high, line.panels + 1)
    return Panels.lay(log_density, line, edges, infinite)


def _check_ends(h: FloatArray, line: Line | HalfLine) -> None:
    """Refuse a density whose integral is infinite, or not where it is looked for."""
    ends = _above(h)[..., [0, -1]] & [line.open_below, True]
    for end, place in ((0, "near its lower end"), (-1, "in its upper tail")):
        if not ends[..., end].any():
            continue
        lost = float(_beyond(h, line.scan, end)[ends[..., end]].max())
        if np.isinf(lost):
            raise ModelError(
                f"the posterior of tau is improper: it has no finite integral {place}. "
                "Use a proper prior, such as HalfNormal(0.5)."
            )
        if lost > BEYOND:
            raise ModelError(
                f"about {lost:.1g} of the posterior of tau lies {place}, outside "
                "1e-152 to 1e152, where none of it is computed. Use a prior with "
                "lighter tails on the scale of log tau, such as HalfNormal(0.5)."
            )


def _beyond(h: FloatArray, t: FloatArray, end: int) -> FloatArray:
    """Share of the integral beyond an end, if the density falls there like |t|⁻ᵖ.

    Infinite where p, found between the end and half of the way to it, is not above 1.
    """
    half = int(np.abs(t - t[end] / 2).argmin())
    power = (h[..., half] - h[..., end]) / np.log(t[end] / t[half])
    peak = h.max(axis=-1)
    total = trapezoid(np.exp(h - peak[..., None]), t, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.exp(h[..., end] - peak) * np.abs(t[end]) / (power - 1) / total
    return np.asarray(np.where(power > PROPER, beyond, np.inf))


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
