"""Log-likelihoods of one contrast a trial, with their first two derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, gammaln, logsumexp

from mdmameta.effects.checks import FloatArray

Derivatives = tuple[FloatArray, FloatArray, FloatArray]


class Likelihood(Protocol):
    """Log-likelihood of k trials at values θ of shape (k, m)."""

    def __call__(self, theta: FloatArray) -> Derivatives:
        """Give the log-likelihood, its slope and its curvature."""
        ...


def _log_choose(n: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1))


@dataclass(frozen=True, eq=False, slots=True)
class Binomial:
    """Events x of n, with log odds θ + offset; each of shape (k,)."""

    x: FloatArray
    n: FloatArray
    offset: FloatArray

    def __call__(self, theta: FloatArray) -> Derivatives:
        """Give the log-likelihood, its slope and its curvature."""
        x, n = self.x[:, None], self.n[:, None]
        eta = theta + self.offset[:, None]
        p = expit(eta)
        value = _log_choose(n, x) + x * eta - n * np.logaddexp(0, eta)
        return value, x - n * p, -n * p * (1 - p)


@dataclass(frozen=True, eq=False, slots=True)
class Poisson:
    """Events x in time t, with log rate θ; each of shape (k,)."""

    x: FloatArray
    t: FloatArray

    def __call__(self, theta: FloatArray) -> Derivatives:
        """Give the log-likelihood, its slope and its curvature."""
        x, log_t = self.x[:, None], np.log(self.t)[:, None]
        mean = np.exp(theta + log_t)
        value = x * (theta + log_t) - mean - gammaln(x + 1)
        return value, x - mean, -mean


@dataclass(frozen=True, eq=False, slots=True)
class Hypergeometric:
    """Events a of n1 given all events m of n1 + n2, with log odds ratio θ."""

    a: FloatArray
    u: FloatArray
    log_ways: FloatArray

    @classmethod
    def of(
        cls, a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray
    ) -> Hypergeometric:
        """Prepare the support; impossible values have no ways.

        Parameters
        ----------
        a, n1, c, n2
            Events and sizes of both groups, shape (k,).
        """
        m = a + c
        low, high = np.maximum(0, m - n2), np.minimum(m, n1)
        u = low[:, None] + np.arange(int((high - low).max()) + 1.0)
        possible = u <= high[:, None]
        u = np.asarray(np.minimum(u, high[:, None]), dtype=np.float64)
        ways = _log_choose(n1[:, None], u) + _log_choose(n2[:, None], m[:, None] - u)
        return cls(a, u, np.where(possible, ways, -np.inf))

    def __call__(self, theta: FloatArray) -> Derivatives:
        """Give the log-likelihood, its slope and its curvature."""
        terms = self.log_ways[:, None, :] + theta[:, :, None] * self.u[:, None, :]
        total = logsumexp(terms, axis=2)
        p = np.exp(terms - total[:, :, None])
        u = self.u[:, None, :]
        mean = (p * u).sum(axis=2)
        variance = (p * (u - mean[:, :, None]) ** 2).sum(axis=2)
        a = self.a[:, None]
        at = np.argmax(self.u == a, axis=1)
        ways = self.log_ways[np.arange(len(at)), at][:, None]
        return ways + a * theta - total, a - mean, -variance
