"""The likelihood of results that were selected, and nodes of their weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.gauss import legendre
from mdmameta.models.bayesian.averaging.space import PublicationWeights
from mdmameta.models.bayesian.kernel import LOG_2PI

#: The likelihood bends where a weight is as small as the share of results that
#: would be significant: the cube of a uniform variable puts nodes there.
CROWDING = 3

#: Probabilities multiplied before a logarithm is taken: eight of 1e-30 do not vanish.
TOGETHER = 8

#: Pairs of μ and τ worked on together.
PIECE = 64


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """A weight function along the favoured statistic.

    Parameters
    ----------
    cuts
        Ascending, shape (C,).
    place
        Which of the J weights holds between them, shape (C + 1,).
    """

    cuts: FloatArray
    place: NDArray[np.intp]

    @classmethod
    def of(cls, bias: PublicationWeights) -> Steps:
        """Place the steps in p on the line of the statistic."""
        p = np.array(bias.steps)
        if bias.sides == "one":
            return cls(ndtri(1 - p)[::-1], np.arange(p.size, -1, -1))
        upper = ndtri(1 - p / 2)[::-1]
        up = np.arange(p.size, -1, -1)
        return cls(
            np.concatenate([-upper[::-1], upper]), np.concatenate([up[::-1], up[1:]])
        )

    @property
    def number(self) -> int:
        """J, the first of them known to be 1."""
        return int(self.place.max()) + 1

    def shares(self, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """Probability of a statistic in the reach of each weight, shape (..., J)."""
        z = (self.cuts - mean[..., None]) / sd[..., None]
        ends = np.ones((*z.shape[:-1], 1))
        each = np.diff(np.concatenate([0 * ends, ndtr(z), ends], axis=-1), axis=-1)
        return np.asarray(each @ np.eye(self.number)[self.place])


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """The data of a selection model, times the favoured sign.

    Parameters
    ----------
    y, se
        Shape (k,).
    steps
        Of the weight function.
    """

    y: FloatArray
    se: FloatArray
    steps: Steps

    def log_density(self, mu: FloatArray, tau: FloatArray) -> FloatArray:
        """Log density of y before selection, shape of ``mu`` and ``tau``."""
        v = self.se**2 + tau[..., None] ** 2
        each = (self.y - mu[..., None]) ** 2 / v + np.log(v) + LOG_2PI
        return np.asarray(-0.5 * each.sum(axis=-1))

    def over_weights(
        self, mu: FloatArray, tau: FloatArray, omega: FloatArray, log_mass: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Integrate the weights out at pairs of μ and τ.

        Parameters
        ----------
        mu, tau
            Shape (n,).
        omega, log_mass
            Nodes of the J weights, shape (m, J), and log prior masses, shape (m,).

        Returns
        -------
        tuple
            Log likelihood, shape (n,), and the mean of each weight, shape (n, J).
        """
        place = self.steps.place[np.searchsorted(self.steps.cuts, self.y / self.se)]
        seen = log_mass + np.log(omega[:, place]).sum(axis=1)
        parts = []
        for piece in np.array_split(np.arange(mu.size), mu.size // PIECE + 1):
            v = self.se**2 + tau[piece, None] ** 2
            share = self.steps.shares(mu[piece, None] / self.se, np.sqrt(v) / self.se)
            parts.append(seen - _log_product(share @ omega.T))
        log_fit = np.concatenate(parts)
        total = np.asarray(logsumexp(log_fit, axis=1))
        means = np.exp(log_fit - total[:, None]) @ omega
        return self.log_density(mu, tau) + total, means


def _log_product(x: FloatArray) -> FloatArray:
    """Log of the product over the second axis, by few logarithms."""
    groups = (
        x[:, i : i + TOGETHER].prod(axis=1) for i in range(0, x.shape[1], TOGETHER)
    )
    return np.asarray(sum(np.log(group) for group in groups))


def falling_weights(number: int, nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes of 1 ≥ ω₂ ≥ … ≥ ω_J ≥ 0, uniform, with their log masses.

    Each is the one before times a share r of density n rⁿ⁻¹, where n counts the
    weights from there on.
    """
    x, w = legendre(nodes)
    x = (x + 1) / 2
    x, w = x**CROWDING, w / 2 * CROWDING * x ** (CROWDING - 1)
    left = number - 1 - np.arange(number - 1)
    shares = np.array(list(product(x, repeat=number - 1)))
    rule = np.array(list(product(w, repeat=number - 1)))
    mass = (rule * left * shares ** (left - 1)).prod(axis=1)
    omega = np.concatenate(
        [np.ones((len(mass), 1)), np.cumprod(shares, axis=1)], axis=1
    )
    return omega, np.log(mass)
