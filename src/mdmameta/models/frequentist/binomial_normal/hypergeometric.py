"""Fisher's noncentral hypergeometric distribution in its log odds ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.choose import log_choose
from mdmameta.models.frequentist.binomial_normal.families import (
    EVERYWHERE,
    Derivatives,
)

#: Log odds ratios beyond which a trial's likelihood is as flat as at infinity.
FAR = 30.0
#: Of at most 1 each, so that ``FAR`` can be reached.
NEWTON_STEPS = 60


@dataclass(frozen=True, eq=False, slots=True)
class Hypergeometric:
    """Events a of n1 given all events m of n1 + n2, with log odds ratio η.

    Parameters
    ----------
    a
        Events, shape (k,).
    u
        Support less a, shape (k, U).
    log_ways
        Logarithm of the ways to each value of the support, relative to those
        of a; −∞ beyond the support.
    """

    bounds: ClassVar[tuple[float, float]] = EVERYWHERE
    unit: ClassVar[float] = 1.0

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
        ways = log_choose(n1[:, None], u) + log_choose(n2[:, None], m[:, None] - u)
        own = np.asarray(log_choose(n1, a) + log_choose(n2, c))
        relative = np.where(possible, ways - own[:, None], -np.inf)
        return cls(a, u - a[:, None], relative)

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at η of shape (k, 1, m)."""
        theta = eta[:, 0, :, None]
        terms = self.log_ways[:, None, :] + theta * self.u[:, None, :]
        largest = terms.max(axis=2)
        p = np.exp(terms - largest[:, :, None])
        powers = np.stack([np.ones_like(self.u), self.u, self.u**2], axis=2)
        total, first, second = np.moveaxis(p @ powers, 2, 0)
        mean = first / total
        value = -largest - np.log(total)
        curve = mean**2 - second / total
        return value[:, None], -mean[:, None], np.minimum(curve, 0.0)[:, None]

    @property
    def abrupt(self) -> bool:
        """Give False: there are no bounds."""
        return False

    def inside(self, weight: float) -> Hypergeometric:
        """Give itself: its link keeps within bounds."""
        return self

    def expected(self, eta: FloatArray) -> Hypergeometric:
        """Give itself: its curvature does not depend on the events."""
        return self

    def best(self) -> Derivatives:
        """Give each trial's own log odds ratio, log-likelihood and information.

        Newton's method; a ratio of ``FAR`` stands for an infinite one.
        """
        theta = np.zeros((self.a.size, 1, 1))
        for _ in range(NEWTON_STEPS):
            _, slope, curve = self(theta)
            step = np.clip(slope / np.maximum(-curve, 1e-12), -1, 1)
            theta = np.clip(theta + step, -FAR, FAR)
            if np.abs(step).max() < 1e-10:
                break
        value, _, curve = self(theta)
        infinite = np.abs(theta) >= FAR
        information = np.where(infinite, 0.0, -curve)
        return theta[:, :, 0], value[:, :, 0], information[:, :, 0]
