"""Marginal posteriors, and those that are mixtures of normals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import mixture
from mdmameta.options import check_option

IntervalKind = Literal["central", "shortest"]

#: Lower tail probabilities tried before the shortest interval is solved for.
TRIED = 17


class Marginal(ABC):
    """One-dimensional posterior with everything that is reported of it.

    Arguments and results broadcast: a number gives an array of no dimension.
    """

    @property
    @abstractmethod
    def mean(self) -> float:
        """Posterior mean."""

    @property
    @abstractmethod
    def sd(self) -> float:
        """Posterior standard deviation; infinite where the tail is too heavy."""

    @property
    @abstractmethod
    def mode(self) -> float:
        """Where the density is highest."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Interval outside which the density is zero."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value up to ``x``."""

    @abstractmethod
    def density(self, x: ArrayLike) -> FloatArray:
        """Posterior density at ``x``."""

    @abstractmethod
    def _invert(self, p: FloatArray) -> FloatArray:
        """Quantiles at probabilities strictly between 0 and 1, shape (m,)."""

    def sf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value above ``x``."""
        return np.asarray(1 - self.cdf(x))

    def prob(self, low: float = -np.inf, high: float = np.inf) -> float:
        """Posterior probability of a value between ``low`` and ``high``.

        Leave one out for the probability beyond a threshold: ``prob(high=-0.2)`` is
        that of less than -0.2.

        Raises
        ------
        OptionError
            When ``low`` is not below ``high``.
        """
        if not low < high:
            raise OptionError(f"low={low!r} is not below high={high!r}.")
        if np.isinf(high):
            return 1.0 if np.isinf(low) else float(self.sf(low))
        if np.isinf(low):
            return float(self.cdf(high))
        # From the nearer tail: a difference of two numbers near 1 has few digits.
        lower = [float(self.cdf(x)) for x in (low, high)]
        upper = [float(self.sf(x)) for x in (low, high)]
        return lower[1] - lower[0] if lower[0] < upper[1] else upper[0] - upper[1]

    def curve(self, points: int = 201, tail: float = 0.001) -> pd.DataFrame:
        """Density and distribution function for a plot.

        Parameters
        ----------
        points
            Rows, equally spaced.
        tail
            Probability left out at either end.

        Returns
        -------
        pandas.DataFrame
            Columns x, density, cdf.
        """
        low, high = self.quantile([tail, 1 - tail])
        x = np.linspace(low, high, points)
        columns = {"x": x, "density": self.density(x), "cdf": self.cdf(x)}
        return pd.DataFrame(columns)

    @property
    def median(self) -> float:
        """Posterior median."""
        return float(self.quantile(0.5))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``.

        Raises
        ------
        OptionError
            For a probability below 0 or above 1.
        """
        p_ = np.asarray(p, dtype=float)
        if not ((p_ >= 0) & (p_ <= 1)).all():
            raise OptionError(f"p={p!r}: a probability lies between 0 and 1.")
        low, high = self.support
        x = np.where(p_ == 0, low, high)
        inner = (p_ > 0) & (p_ < 1)
        if inner.any():
            x[inner] = self._invert(p_[inner])
        return x

    def interval(
        self, level: float = 0.95, kind: IntervalKind = "central"
    ) -> tuple[float, float]:
        """Credible interval of probability ``level``.

        Parameters
        ----------
        level
            Between 0 and 1.
        kind
            ``"central"`` leaves equal tails; ``"shortest"`` is the narrowest.

        Raises
        ------
        OptionError
            For another kind, or a level outside (0, 1).
        """
        check_option("kind", kind, IntervalKind)
        check_level(level)
        tail = (1 - level) / 2 if kind == "central" else self._best_tail(level)
        low, high = self.quantile(np.array([tail, tail + level]))
        return (float(low), float(high))

    def _best_tail(self, level: float) -> float:
        """Lower tail probability of the shortest interval."""
        tails = np.linspace(0.0, 1 - level, TRIED)
        ends = self.quantile(np.stack([tails, np.minimum(tails + level, 1)]))
        best = int(np.argmin(ends[1] - ends[0]))
        low, high = tails[max(best - 1, 0)], tails[min(best + 1, TRIED - 1)]

        def imbalance(tail: float) -> float:
            lower, upper = self.density(self.quantile([tail, min(tail + level, 1)]))
            return float(lower - upper)

        if imbalance(low) * imbalance(high) >= 0:
            return float(tails[best])
        return float(brentq(imbalance, low, high, xtol=1e-15))


def check_level(level: float) -> None:
    """Refuse a probability of an interval that is not inside (0, 1)."""
    if not 0 < level < 1:
        raise OptionError(
            f"level={level!r} is not a probability inside (0, 1); 0.95 gives 95 %."
        )


@dataclass(frozen=True, eq=False)
class NormalMixture(Marginal):
    """Mixture of normals over the nodes of τ: exact for μ, θ and θ_new.

    Parameters
    ----------
    weight, means, sds
        Shape (N,).
    infinite_sd
        Whether the standard deviation is infinite beyond the nodes.
    """

    weight: FloatArray = field(repr=False)
    means: FloatArray = field(repr=False)
    sds: FloatArray = field(repr=False)
    infinite_sd: bool = False

    def trimmed(self, lost: float) -> NormalMixture:
        """Leave out the lightest normals, of ``lost`` weight together."""
        order = np.argsort(self.weight)
        kept = order[np.cumsum(self.weight[order]) > lost]
        return NormalMixture(
            self.weight[kept], self.means[kept], self.sds[kept], self.infinite_sd
        )

    @property
    def support(self) -> tuple[float, float]:
        """The whole line."""
        return (-np.inf, np.inf)

    @cached_property
    def mean(self) -> float:
        """Posterior mean."""
        return self._average(self.means)

    @cached_property
    def sd(self) -> float:
        """Posterior standard deviation; infinite where the tail is too heavy."""
        if self.infinite_sd:
            return float("inf")
        squares = self.sds**2 + (self.means - self.mean) ** 2
        return float(np.sqrt(self._average(squares)))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value up to ``x``."""
        return mixture.mixture_cdf(np.asarray(x, float), *self._parts)

    def sf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value above ``x``.

        With its digits also where it is small; the nodes of τ leave out 2e-15.
        """
        return mixture.mixture_sf(np.asarray(x, float), *self._parts)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log of the posterior density at ``x``."""
        return mixture.mixture_log_density(np.asarray(x, float), *self._parts)

    def density(self, x: ArrayLike) -> FloatArray:
        """Posterior density at ``x``."""
        return mixture.mixture_density(np.asarray(x, float), *self._parts)

    def _invert(self, p: FloatArray) -> FloatArray:
        return mixture.mixture_quantile(p, *self._parts)

    @cached_property
    def mode(self) -> float:
        """Where the density is highest."""
        x = self.quantile(np.linspace(0, 1, 203)[1:-1])
        best = int(np.argmax(self.density(x)))
        low, high = x[max(best - 1, 0)], x[min(best + 1, x.size - 1)]
        return float(
            brentq(mixture.mixture_slope, low, high, args=self._parts, xtol=1e-14)
        )

    def _average(self, values: FloatArray) -> float:
        # A dot product's last digit would depend on the number of BLAS threads.
        return float((self.weight * values).sum())

    @cached_property
    def _parts(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        kept = self.weight > mixture.LEAST_WEIGHT
        return self.weight[kept], self.means[kept], self.sds[kept]
