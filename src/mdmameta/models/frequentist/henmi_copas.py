"""Henmi and Copas' interval, which small-study effects bias less."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.gauss import legendre
from mdmameta.models.fit import Estimate
from mdmameta.models.frequentist.closed_form import dersimonian_laird
from mdmameta.models.inputs import check_level, usable_rows

#: Nodes of the Gauss–Legendre rule; with these the limits have ten digits.
NODES, WEIGHTS = legendre(200)

#: The standard normal density is below 1e-32 beyond this.
FAR = 12.0


@dataclass(frozen=True, slots=True)
class _Moments:
    """Mean and variance of Q given the standardised mean, for a known τ²."""

    k: int
    tau2: float
    w1: float
    w2: float
    w3: float
    w4: float

    @property
    def spread(self) -> float:
        """Variance of the standardised mean, 1 + τ² w₂."""
        return 1 + self.tau2 * self.w2

    def mean(self, r: FloatArray) -> FloatArray:
        """Return the conditional mean of Q."""
        t, given = self.tau2, self._given(r)
        value: FloatArray = (
            self.k - 1 + t * (self.w1 - self.w2) + t**2 * given * self._c3
        )
        return value

    def variance(self, r: FloatArray) -> FloatArray:
        """Return the conditional variance of Q."""
        t, given, s = self.tau2, self._given(r), self.spread
        c4 = self.w4 - 2 * self.w2 * self.w3 + self.w2**3
        whole = self.w1 * self.w2 - 2 * self.w3 + self.w2**2
        value: FloatArray = (
            2 * (self.k - 1)
            + 4 * t * (self.w1 - self.w2)
            + 2 * t**2 * whole
            + 4 * t**2 * given * self._c3
            + 4 * t**3 * given * c4
            + 2 * t**4 * (1 / s**2 - 2 * r**2 / s**3) * self._c3**2
        )
        return value

    @property
    def _c3(self) -> float:
        return self.w3 - self.w2**2

    def _given(self, r: FloatArray) -> FloatArray:
        value: FloatArray = r**2 / self.spread**2 - 1 / self.spread
        return value


def henmi_copas(effects: Effects, level: float = 0.95) -> Estimate:
    """Estimate a mean with the weights of a common effect, under random effects.

    Large studies keep the weight that a random-effects model takes from
    them, so that selective publication of small ones biases the mean less;
    the interval allows for heterogeneity (DerSimonian and Laird) and for its
    being estimated.

    Parameters
    ----------
    effects
        Independent effects, of at least two studies.
    level
        Probability of the interval.

    Returns
    -------
    Estimate
        Without test or prediction interval, which the method does not have.

    Raises
    ------
    OptionError
        For a level that is not a probability.
    ModelError
        For fewer than two usable rows, or correlated ones.

    References
    ----------
    Henmi and Copas 2010, doi:10.1002/sim.4029.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.02, 0.03])
    >>> found = henmi_copas(effects)
    >>> round(found.value, 3), round(found.se, 3)
    (0.255, 0.251)
    """
    check_level(level)
    usable = usable_rows(effects)
    if usable.k < 2 or usable.V is not None:
        raise ModelError(
            f"Henmi and Copas' interval needs at least two independent effects; there "
            f"are {usable.k}{' correlated' if usable.V is not None else ''}. "
            "Use RandomEffects."
        )
    y, w = usable.y, 1 / usable.v
    tau2 = dersimonian_laird(y, usable.v, np.ones((usable.k, 1))).value
    total = float(w.sum())
    sums = [float((w**power).sum()) / total for power in (2, 3, 4)]
    of = _Moments(usable.k, tau2, total, *sums)
    value, se = float(w @ y) / total, math.sqrt(of.spread / total)
    half = se * _quantile(of, (1 - level) / 2)
    return Estimate(
        value=value, se=se, ci_low=value - half, ci_high=value + half, level=level
    )


def _quantile(of: _Moments, tail: float) -> float:
    """Where the pivot, standardised, is exceeded with probability `tail`.

    Given the mean, Q is gamma with the moments above; the pivot exceeds x when
    the mean r does and the τ² that Q gives is small enough.
    """
    root = math.sqrt(of.spread)

    def excess(x: float) -> float:
        low = x / root
        r = low + (FAR - low) * (NODES + 1) / 2
        mean, variance = of.mean(r * root), of.variance(r * root)
        q = (of.w1 / of.w2 - 1) * ((r / low) ** 2 - 1) + of.k - 1
        inside = gammainc(mean**2 / variance, q * mean / variance)
        density = np.exp(-(r**2) / 2) / math.sqrt(2 * math.pi)
        return float((FAR - low) / 2 * (WEIGHTS @ (inside * density))) - tail

    return float(brentq(excess, 1e-6, (FAR - 1e-6) * root, xtol=1e-13))
