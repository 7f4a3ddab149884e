"""A block of exact fits that share their nodes of τ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.convergence import (
    Likelihood,
    bound,
    converged_panels,
    mixing_nodes,
)
from mdmameta.models.bayesian.kernel import Conditional, Data, MeanLikelihood
from mdmameta.models.bayesian.mixture import (
    LEAST_WEIGHT,
    mixture_cdf,
    mixture_quantile,
)
from mdmameta.models.bayesian.prior_base import (
    Components,
    MeanPrior,
    TauPrior,
    is_proper,
)
from mdmameta.models.bayesian.prior_checks import check_priors, check_proper
from mdmameta.models.bayesian.tau_lines import HalfLine

#: Fits worked on together: enough to amortise the overhead of numpy, few enough for
#: the nodes of all of them to stay in the cache.
BLOCK = 64

#: What is where τ has its density unless a prior says otherwise.
SUPPORT = (0.0, np.inf)

#: What stands for something that is no prior of μ, until it is refused.
ONE = Components.single(0.0, 1.0)

T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Several:
    """Log densities of n priors of τ with one support.

    Parameters
    ----------
    distinct
        The priors that differ.
    index
        Which of them is each fit's, shape (n,).
    """

    distinct: tuple[TauPrior, ...]
    index: NDArray[np.intp]

    @property
    def support(self) -> tuple[float, float]:
        """Interval on which all of them are positive."""
        low, high = getattr(self.distinct[0], "support", SUPPORT)
        return (low, high)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log densities at values of τ, shape (n, N)."""
        each = [
            np.asarray(prior.log_density(x), dtype=float) for prior in self.distinct
        ]
        return np.stack(each)[self.index]


@dataclass(frozen=True, eq=False, slots=True)
class SharedLikelihood:
    """Likelihood of τ of one data set under n priors of μ, of which some are the same.

    Parameters
    ----------
    likelihood
        Under the priors that differ.
    index
        Which of them is each fit's, shape (n,).
    """

    likelihood: MeanLikelihood
    index: NDArray[np.intp]

    @property
    def data(self) -> Data:
        """The data set."""
        return self.likelihood.data

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of μ given τ, and the likelihood of τ, for each fit."""
        return self.likelihood.given(tau).of(self.index)


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Fits that share their nodes of τ.

    Parameters
    ----------
    likelihood
        Of τ, for each fit.
    tau
        Priors of τ.
    proper
        Whether the priors of μ, and those of both, are proper; shape (2, n).
    """

    likelihood: Likelihood
    tau: Several
    proper: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        data: Data,
        mus: Sequence[MeanPrior],
        taus: Sequence[TauPrior],
        rows: NDArray[np.intp],
    ) -> Block:
        """Take some rows of the data, or all if there is one, and their priors."""
        mine = [mus[i] for i in rows], [taus[i] for i in rows]
        pairs = {(id(m), id(t)): (m, t) for m, t in zip(*mine, strict=True)}
        for mu, tau in pairs.values():
            check_priors(mu, tau)
            check_proper(tau, data.lam.size, flat=0 if is_proper(mu) else 1)
        distinct, index = _distinct(mine[1])
        known = Several(tuple(bound(tau, data) for tau in distinct), index)
        of_mu = np.array([is_proper(mu) for mu in mine[0]])
        both = of_mu & np.array([is_proper(tau) for tau in mine[1]])
        return cls(_likelihood(data, mine[0], rows), known, np.stack([of_mu, both]))

    def numbers(
        self, level: float, threshold: float, *, predictive: bool = True
    ) -> dict[str, FloatArray]:
        """Compute the numbers of an `ExactGrid` by their names, each of shape (n,).

        Without ``predictive`` there is no predictive interval among them.
        """
        panels, error, _ = converged_panels(
            self.likelihood, self.tau, self._line, predictive=predictive
        )
        tau, probability = mixing_nodes(panels, self.likelihood.data.lam)
        given = self.likelihood.given(tau)
        mean, sd = _moments(given, probability)
        infinite = ~self.proper[0] & panels.infinite_moments[1]
        kept = probability.max(axis=0) > LEAST_WEIGHT
        tau, given = tau[kept], given.at(kept)
        weight, means = given.mixed(probability[:, kept]), given.flat_means
        sds, wanted = given.flat_sds, {"ci": given.flat_sds}
        if predictive:
            wanted["pi"] = given.new_sds(tau)
        return {
            "mean": mean,
            "sd": np.where(infinite, np.inf, sd),
            **_limits(level, weight, means, wanted),
            "prob_below": mixture_cdf(
                np.full(mean.size, threshold), weight, means, sds
            ),
            "tau": panels.moment(1),
            "tau2": panels.moment(2),
            "log_evidence": np.where(self.proper[1], panels.log_evidence, np.nan),
            "error": np.full(mean.size, error),
        }

    @property
    def _line(self) -> HalfLine | None:
        """Where few nodes are enough, if no prior of τ is singular at zero."""
        if self.tau.support != SUPPORT:
            return None
        with np.errstate(all="ignore"):
            at_zero = self.tau.log_density(np.zeros(1))
        least = float(np.sqrt(self.likelihood.data.lam.min()))
        return HalfLine(least) if np.isfinite(at_zero).all() else None


def _moments(
    given: Conditional, probability: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of μ, from all nodes: tails count for the latter."""
    mean = (probability * given.mean).sum(axis=-1)
    spread = given.sd**2 + (given.mean - mean[:, None]) ** 2
    return mean, np.sqrt((probability * spread).sum(axis=-1))


def groups(
    mus: Sequence[MeanPrior], taus: Sequence[TauPrior], size: int
) -> Iterator[NDArray[np.intp]]:
    """Positions of fits whose priors of τ have one support, ``size`` at a time."""
    supports: dict[tuple[Any, ...], list[int]] = {}
    mixed: dict[int, bool] = {}
    for i, (mu, tau) in enumerate(zip(mus, taus, strict=True)):
        if id(mu) not in mixed:
            mixed[id(mu)] = getattr(mu, "components", ONE).mean.size > 1
        key = (tuple(getattr(tau, "support", SUPPORT)), mixed[id(mu)])
        supports.setdefault(key, []).append(i)
    for (_, many), rows in supports.items():
        step = max(size // 16, 1) if many else size
        for start in range(0, len(rows), step):
            yield np.array(rows[start : start + step])


def _limits(
    level: float, weight: FloatArray, means: FloatArray, wanted: dict[str, FloatArray]
) -> dict[str, FloatArray]:
    """Find ends of central intervals of n mixtures, by the names of their SDs."""
    ends = {"low": (1 - level) / 2, "high": (1 + level) / 2}
    return {
        f"{name}_{end}": mixture_quantile(np.full(len(means), p), weight, means, sds)
        for name, sds in wanted.items()
        for end, p in ends.items()
    }


def _likelihood(
    data: Data, mus: Sequence[MeanPrior], rows: NDArray[np.intp]
) -> MeanLikelihood | SharedLikelihood:
    if len(data.z) > 1:
        some = Data(data.z[rows], data.e, data.lam)
        return MeanLikelihood(some, padded(mus))
    distinct, index = _distinct(mus)
    one = Data(data.z[0], data.e, data.lam)
    return SharedLikelihood(MeanLikelihood(one, padded(distinct)), index)


def _distinct(
    priors: Sequence[T],
) -> tuple[tuple[T, ...], NDArray[np.intp]]:
    places: dict[int, int] = {}
    for i, prior in enumerate(priors):
        places.setdefault(id(prior), i)
    order = {first: n for n, first in enumerate(places.values())}
    index = np.array([order[places[id(prior)]] for prior in priors])
    return tuple(priors[first] for first in places.values()), index


def padded(priors: Sequence[MeanPrior]) -> Components:
    """Components of n priors, shape (n, J): those with fewer get weightless ones."""
    each = [prior.components for prior in priors]
    most = max(c.mean.size for c in each)
    shape = (len(each), most)
    log_weight, mean, sd = np.full(shape, -np.inf), np.zeros(shape), np.ones(shape)
    for i, c in enumerate(each):
        j = slice(0, c.mean.size)
        log_weight[i, j], mean[i, j], sd[i, j] = c.log_weight, c.mean, c.sd
    return Components(log_weight, mean, sd)
