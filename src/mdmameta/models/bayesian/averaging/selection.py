"""Models of selective publication, by numerical integration over all they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.averaging.fitted import FittedModel
from mdmameta.models.bayesian.averaging.scores import (
    ScoreAxis,
    ScoreMarginal,
    check_scored,
)
from mdmameta.models.bayesian.averaging.selected import Seen, Steps, falling_weights
from mdmameta.models.bayesian.averaging.space import Candidate, PublicationWeights

#: Panels of the first look at μ and τ, over all scores; what lies more than DEPTH
#: below the peak is then left out.
LOOK, DEPTH = 6, 20.0

#: Nodes of each weight that tell which pairs of μ and τ matter.
ROUGH = 4

#: Panels of μ and τ, refined until the evidence stands.
STAGES = ((4, 2), (6, 3), (8, 4))

#: Nodes of each weight at those stages, by how many weights are unknown.
WEIGHT_NODES = {1: (24, 32, 48), 2: (12, 18, 24), 3: (7, 10, 14)}

#: Change of the log evidence at which refining stops.
TOLERANCE = 1e-5


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
    found = _integrated(seen, _covered(seen, candidate, side), side)
    weight = np.exp(found.log_post - found.log_evidence)
    mu, tau = (
        None if axis is None else ScoreMarginal(axis, weight.sum(axis=1 - i))
        for i, axis in enumerate(found.axes)
    )
    omega = np.einsum("mt,mtj->j", weight, found.means)
    return FittedModel(
        candidate=candidate,
        log_evidence=found.log_evidence,
        error=found.error,
        mu=mu,
        tau=tau,
        cuts=steps.cuts,
        weights=omega[steps.place],
    )


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Integrated:
    """The posterior on nodes of μ and τ, with the weights integrated out.

    Parameters
    ----------
    axes
        Nodes of μ and of τ; None where one is not in the model.
    log_post, means
        Log posterior mass of each pair, shape (M, T), and the mean of each weight
        there, shape (M, T, J).
    log_evidence, error
        Over all pairs, and how much refining changed it last.
    """

    axes: list[ScoreAxis | None]
    log_post: FloatArray
    means: FloatArray
    log_evidence: float
    error: float


def _integrated(seen: Seen, axes: list[ScoreAxis | None], side: int) -> Integrated:
    """Refine the nodes until the evidence stands."""
    number, old = seen.steps.number, np.inf
    for panels, nodes in zip(STAGES, WEIGHT_NODES[number - 1], strict=True):
        axes = [
            a if a is None else a.with_panels(n)
            for a, n in zip(axes, panels, strict=True)
        ]
        log_post, means = _joint(seen, axes, side, falling_weights(number, nodes))
        evidence = float(logsumexp(log_post))
        old, error = evidence, abs(evidence - old)
        if error <= TOLERANCE:
            break
    return Integrated(
        axes=axes, log_post=log_post, means=means, log_evidence=evidence, error=error
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
