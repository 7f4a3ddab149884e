"""Lines on which the posterior of τ is smooth, and where it is looked for on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from mdmameta.arrays import FloatArray

__all__ = ["HalfLine", "Line"]

#: Panels to begin with.
FIRST_PANELS = 8

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
