"""An axis on which a prior is standard normal, and a marginal posterior along it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.marginals import Marginal
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.quadrature import NODES, ORDER, WEIGHTS

#: Scores between which a prior is integrated: 1e-15 of its mass is beyond.
FARTHEST = 8.0

#: Bisections of a score: from 16 wide to below 1e-14.
BISECTIONS = 55


class ScoredPrior(Protocol):
    """A proper prior with quantiles, such as `Normal` or `HalfCauchy`."""

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        ...

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density, elementwise."""
        ...


def check_scored(what: str, prior: Any) -> None:
    """Refuse a prior that is improper or has no quantiles.

    Raises
    ------
    OptionError
        With a prior to use instead.
    """
    try:
        middle = float(prior.quantile(0.5))
    except (AttributeError, OptionError):
        middle = float("nan")
    if not np.isfinite(middle):
        raise OptionError(
            f"{what}={prior!r} has no quantiles, or is improper. Use a proper prior "
            "with a method quantile(p), such as Normal, HalfNormal or HalfCauchy."
        )


def value_at(prior: ScoredPrior, score: FloatArray) -> FloatArray:
    """Value of which the prior probability below is Φ(score)."""
    if isinstance(prior, Normal):
        return prior.mean + prior.sd * score
    return np.asarray(prior.quantile(ndtr(score)), dtype=float)


@dataclass(frozen=True, eq=False)
class ScoreAxis:
    """Gauss–Legendre nodes over the scores of a prior.

    Every prior is standard normal in its own scores, so that one rule serves the
    mean, the heterogeneity and the coefficient of a bias.

    Parameters
    ----------
    prior
        With quantiles.
    edges
        Ends of the panels, shape (P + 1,).
    """

    prior: ScoredPrior
    edges: FloatArray

    @classmethod
    def spread(
        cls,
        prior: ScoredPrior,
        panels: int,
        low: float = -FARTHEST,
        high: float = FARTHEST,
    ) -> ScoreAxis:
        """Equal panels between two scores."""
        return cls(prior, np.linspace(low, high, panels + 1))

    def with_panels(self, panels: int) -> ScoreAxis:
        """Lay other panels between the same ends."""
        low, high = self.edges[[0, -1]]
        return ScoreAxis.spread(self.prior, panels, float(low), float(high))

    def kept(self, height: FloatArray, depth: float) -> ScoreAxis:
        """One panel over the nodes within ``depth`` of the greatest height.

        Parameters
        ----------
        height
            Log density at the nodes, shape (N,).
        depth
            What lies further below the peak is left out.
        """
        high = np.flatnonzero(height > height.max() - depth)
        ends = np.concatenate([self.edges[:1], self.scores, self.edges[-1:]])
        return ScoreAxis(self.prior, ends[[high[0], high[-1] + 2]])

    @cached_property
    def scores(self) -> FloatArray:
        """The N nodes."""
        return (self._centres + self._halves * NODES).ravel()

    @cached_property
    def log_weight(self) -> FloatArray:
        """Log of the prior mass that each node stands for, shape (N,)."""
        rule = np.log((self._halves * WEIGHTS).ravel())
        return np.asarray(rule - 0.5 * self.scores**2 - 0.5 * np.log(2 * np.pi))

    @cached_property
    def values(self) -> FloatArray:
        """The parameter at the nodes, shape (N,)."""
        return value_at(self.prior, self.scores)

    @property
    def _halves(self) -> FloatArray:
        return np.asarray(np.diff(self.edges)[:, None] / 2)

    @property
    def _centres(self) -> FloatArray:
        return self.edges[:-1, None] + self._halves


#: Integral of the interpolating polynomial from the left end of a panel to each of
#: its nodes, per half width: rows are nodes.
_UP_TO_NODE = np.array(
    [
        [
            (x + 1) / 2 * (WEIGHTS @ row)
            for row in np.linalg.solve(
                np.vander(NODES, ORDER).T,
                np.vander((x + 1) / 2 * (NODES + 1) - 1, ORDER).T,
            )
        ]
        for x in NODES
    ]
)


@dataclass(frozen=True, eq=False)
class ScoreMarginal(Marginal):
    """Marginal posterior known at the nodes of a `ScoreAxis`.

    Its distribution function is exact at the nodes, and between them a cubic with
    the right slopes; the density is the slope of that.

    Parameters
    ----------
    axis
        Nodes.
    weight
        Posterior probability of each node, shape (N,).
    """

    axis: ScoreAxis = field(repr=False)
    weight: FloatArray = field(repr=False)

    @property
    def support(self) -> tuple[float, float]:
        """Where the prior has mass."""
        low, high = np.asarray(self.axis.prior.quantile(np.array([0.0, 1.0])))
        return (float(low), float(high))

    @cached_property
    def mean(self) -> float:
        """Posterior mean."""
        return float(self.weight @ self.axis.values)

    @cached_property
    def sd(self) -> float:
        """Posterior standard deviation."""
        return float(np.sqrt(self.weight @ (self.axis.values - self.mean) ** 2))

    @cached_property
    def mode(self) -> float:
        """The node at which the density is highest."""
        return float(self.axis.values[np.argmax(self.density(self.axis.values))])

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value up to ``x``."""
        return self._cdf_at(self._score(np.asarray(x, dtype=float)))

    def density(self, x: ArrayLike) -> FloatArray:
        """Posterior density at ``x``."""
        x_ = np.asarray(x, dtype=float)
        score = self._score(x_)
        log_of_score = -0.5 * score**2 - 0.5 * np.log(2 * np.pi)
        by_score = np.exp(self.axis.prior.log_density(x_) - log_of_score)
        low, high = self.axis.edges[[0, -1]]
        inside = (score > low) & (score < high)
        return np.where(inside, self._slope_at(score) * by_score, 0.0)

    def _invert(self, p: FloatArray) -> FloatArray:
        low, high = (np.full(p.shape, end) for end in self.axis.edges[[0, -1]])
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = self._cdf_at(middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return value_at(self.axis.prior, (low + high) / 2)

    @cached_property
    def _slopes(self) -> FloatArray:
        """Density of the score at the nodes."""
        return self.weight / (self.axis._halves * WEIGHTS).ravel()

    @cached_property
    def _known(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Scores, the distribution function and its slope: nodes and both ends."""
        slopes = self._slopes.reshape(-1, ORDER)
        inside = self.axis._halves * (slopes @ _UP_TO_NODE.T)
        before = np.concatenate(
            [[0.0], np.cumsum(self.weight.reshape(-1, ORDER).sum(1))]
        )
        below = (before[:-1, None] + inside).ravel()
        low, high = self.axis.edges[[0, -1]]
        at = np.concatenate([[low], self.axis.scores, [high]])
        ends = self._slopes[[0, -1]]
        return (
            at,
            np.concatenate([[0.0], below, [1.0]]),
            np.concatenate([ends[:1], self._slopes, ends[1:]]),
        )

    def _cdf_at(self, score: FloatArray) -> FloatArray:
        t, below, rise, left, right, _ = self._cubic(score)
        curve = left * t * (1 - t) ** 2 - right * t**2 * (1 - t)
        found = below + rise * t**2 * (3 - 2 * t) + curve
        return np.asarray(np.clip(found, 0.0, 1.0))

    def _slope_at(self, score: FloatArray) -> FloatArray:
        t, _, rise, left, right, width = self._cubic(score)
        curve = left * (1 - t) * (1 - 3 * t) + right * t * (3 * t - 2)
        return np.asarray(np.maximum(6 * rise * t * (1 - t) + curve, 0.0) / width)

    def _cubic(self, score: FloatArray) -> tuple[FloatArray, ...]:
        """Place between two known scores, and what makes the cubic there."""
        at, below, slope = self._known
        x = np.clip(score, at[0], at[-1])
        i = np.clip(np.searchsorted(at, x) - 1, 0, at.size - 2)
        width = at[i + 1] - at[i]
        left, right = slope[i] * width, slope[i + 1] * width
        return (
            (x - at[i]) / width,
            below[i],
            below[i + 1] - below[i],
            left,
            right,
            width,
        )

    def _score(self, x: FloatArray) -> FloatArray:
        low, high = (np.full(x.shape, end) for end in self.axis.edges[[0, -1]])
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = value_at(self.axis.prior, middle) < x
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)
