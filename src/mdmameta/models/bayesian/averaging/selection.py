"""Models of selective publication, by numerical integration over all they have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

from mdmameta.errors import OptionError
from mdmameta.models.bayesian.averaging.fitted import FittedModel
from mdmameta.models.bayesian.averaging.scores import (
    ScoreAxis,
    ScoreMarginal,
    check_scored,
)
from mdmameta.models.bayesian.averaging.space import Candidate, PublicationWeights
from mdmameta.models.bayesian.kernel import LOG_2PI
from mdmameta.models.bayesian.prior_base import FloatArray

#: Panels of the first look at μ and τ, over all scores; what lies more than DEPTH
#: below the peak is then left out.
LOOK, DEPTH = 6, 20.0

#: Nodes of each weight that tell which pairs of μ and τ matter.
ROUGH = 4

#: Panels of μ and τ, refined until the evidence stands.
STAGES = ((4, 2), (6, 3), (8, 4))

#: Nodes of each weight at those stages, by how many weights are unknown.
WEIGHT_NODES = {1: (24, 32, 48), 2: (12, 18, 24), 3: (7, 10, 14)}

#: The likelihood bends where a weight is as small as the share of results that
#: would be significant: the cube of a uniform variable puts nodes there.
CROWDING = 3

#: Change of the log evidence at which refining stops.
TOLERANCE = 1e-5

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
    x, w = np.polynomial.legendre.leggauss(nodes)
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


def fit_selection(
    y: FloatArray, v: FloatArray, V: FloatArray | None, candidate: Candidate, side: int
) -> FittedModel:
    """Fit a model with publication weights, over μ, τ and the weights.

    Parameters
    ----------
    y, v, V
        Effects and their variances; no covariances.
    candidate
        Model.
    side
        Sign of the results that are favoured.

    Raises
    ------
    OptionError
        When effects are correlated, or a prior has no quantiles.
    """
    bias = candidate.bias
    assert isinstance(bias, PublicationWeights)
    _check(candidate, V)
    steps = Steps.of(bias)
    seen = Seen(side * y, np.sqrt(v), steps)
    axes = _covered(seen, candidate, side)
    old, error = np.inf, np.inf
    for panels, nodes in zip(STAGES, WEIGHT_NODES[steps.number - 1], strict=True):
        axes = [
            a if a is None else a.with_panels(n)
            for a, n in zip(axes, panels, strict=True)
        ]
        log_post, means = _joint(seen, axes, side, falling_weights(steps.number, nodes))
        evidence = float(logsumexp(log_post))
        old, error = evidence, abs(evidence - old)
        if error <= TOLERANCE:
            break
    weight = np.exp(log_post - evidence)
    mu, tau = (
        None if axis is None else ScoreMarginal(axis, weight.sum(axis=1 - i))
        for i, axis in enumerate(axes)
    )
    omega = np.einsum("mt,mtj->j", weight, means)
    return FittedModel(
        candidate=candidate,
        log_evidence=evidence,
        error=error,
        mu=mu,
        tau=tau,
        cuts=steps.cuts,
        weights=omega[steps.place],
    )


def _check(candidate: Candidate, V: FloatArray | None) -> None:
    if V is not None and np.any(np.diag(np.diag(V)) != V):
        raise OptionError(
            f"{candidate.bias!r} needs independent effects, and these are correlated. "
            "Use Pet and Peese alone, or one effect a study."
        )
    for name in ("effect", "heterogeneity"):
        if candidate.has(name):
            check_scored(name, getattr(candidate, name))


def _covered(seen: Seen, candidate: Candidate, side: int) -> list[ScoreAxis | None]:
    """Axes of μ and τ that reach as far as the posterior does."""
    priors = (candidate.effect, candidate.heterogeneity)
    axes = [None if p is None else ScoreAxis.spread(p, LOOK) for p in priors]  # type: ignore[arg-type]
    look = _joint(seen, axes, side, falling_weights(seen.steps.number, ROUGH))[0]
    return [
        None if axis is None else axis.kept(look.max(axis=1 - i), DEPTH)
        for i, axis in enumerate(axes)
    ]


def _joint(
    seen: Seen,
    axes: list[ScoreAxis | None],
    side: int,
    weights: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Log posterior mass of each pair of nodes, (M, T), and means, (M, T, J)."""
    values = [np.zeros(1) if axis is None else axis.values for axis in axes]
    prior = [np.zeros(1) if axis is None else axis.log_weight for axis in axes]
    grid = np.meshgrid(side * values[0], values[1], indexing="ij")
    mu, tau = (part.ravel() for part in grid)
    log_prior = (prior[0][:, None] + prior[1]).ravel()
    rough = falling_weights(seen.steps.number, ROUGH)
    joint, means = seen.over_weights(mu, tau, *rough)
    joint = joint + log_prior
    kept = np.flatnonzero(joint > joint.max() - DEPTH)
    fine, means[kept] = seen.over_weights(mu[kept], tau[kept], *weights)
    joint[kept] = fine + log_prior[kept]
    shape = grid[0].shape
    return joint.reshape(shape), means.reshape(*shape, -1)
