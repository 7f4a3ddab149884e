"""Models whose bias is linear: all is normal given τ and the coefficient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.averaging.fitted import FittedModel
from mdmameta.models.bayesian.averaging.scores import ScoreAxis, ScoreMarginal
from mdmameta.models.bayesian.averaging.space import Candidate, Pet
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.kernel import Conditional, Data, conditional
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import Components
from mdmameta.models.bayesian.tau_posterior import TauPosterior, integrate

#: Panels over the coefficient where its posterior is, and those of the check: 16
#: nodes each.
PANELS, FEWER = 10, 8

#: Panels of the first look, over all scores; what lies more than DEPTH below the
#: peak for every τ is then left out.
LOOK, DEPTH = 16, 24.0

#: Values of τ at the first look, in units of the largest effect.
LOOK_TAU = np.concatenate([[0.0], np.geomspace(1e-3, 10, 24)])


@dataclass(frozen=True, eq=False, slots=True)
class LinearBias:
    """Likelihood of τ when y ~ N(μ + b x, ·), with μ and b integrated out.

    Parameters
    ----------
    data
        k rotated effects.
    x
        Rotated regressor of the bias, shape (k,).
    b, log_weight
        Nodes of its coefficient and log prior masses, shape (B,).
    prior
        Of the mean.
    """

    data: Data
    x: FloatArray
    b: FloatArray
    log_weight: FloatArray
    prior: Components

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of μ given τ, a normal for each node of b."""
        z = self.data.z - self.b[:, None] * self.x
        each = conditional(Data(z, self.data.e, self.data.lam), tau, self.prior)
        total = each.log_likelihood + self.log_weight[:, None]
        evidence = np.asarray(logsumexp(total, axis=0))
        of_b = np.exp(total - evidence)[:, None, :]
        shape = each.weight.shape
        flat = (-1, tau.size)
        weight, means, sds, share = (
            np.broadcast_to(part, shape).reshape(flat)
            for part in (of_b * each.weight, each.means, each.sds, each.share)
        )
        return Conditional(weight, means, sds, share, evidence)

    def over_b(self, tau: FloatArray) -> tuple[Conditional, FloatArray]:
        """Find what is known given b and τ, and their log likelihood, (B, N)."""
        z = self.data.z - self.b[:, None] * self.x
        each = conditional(Data(z, self.data.e, self.data.lam), tau, self.prior)
        return each, each.log_likelihood + self.log_weight[:, None]


def fit_linear(
    y: FloatArray, v: FloatArray, V: FloatArray | None, candidate: Candidate, side: int
) -> FittedModel:
    """Fit a model without selection by quadrature over τ and the bias.

    Parameters
    ----------
    y, v, V
        Effects and their variances, or covariance matrix.
    candidate
        Model.
    side
        Sign of the results that bias favours.
    """
    data = Data.of(y, v, V)
    axis = _axis(data, v, candidate, side)
    found = _evidence(data, v, candidate, side, axis)
    log_evidence, probability, given, posterior = found
    error = 0.0
    if axis is not None:
        fewer = _likelihood(data, v, candidate, side, axis.with_panels(FEWER))
        at = np.zeros(1) if posterior is None else posterior.nodes[0]
        change = fewer.given(at).log_likelihood - given.log_likelihood
        error = abs(float(np.log(probability @ np.exp(change))))
    weight = given.mixed(probability)
    of_b = weight.reshape(1 if axis is None else axis.scores.size, -1).sum(axis=1)
    mu = NormalMixture(weight, given.flat_means, given.flat_sds)
    return FittedModel(
        candidate=candidate,
        log_evidence=log_evidence,
        error=max(error, 0.0 if posterior is None else posterior.error),
        mu=mu.trimmed(1e-12) if candidate.has("effect") else None,
        tau=None if posterior is None else posterior.tau,
        b=None if axis is None else ScoreMarginal(axis, of_b),
    )


def _axis(
    data: Data, v: FloatArray, candidate: Candidate, side: int
) -> ScoreAxis | None:
    """Axis of the coefficient, as far as its posterior may reach."""
    if not isinstance(candidate.bias, Pet):
        return None
    axis = ScoreAxis.spread(candidate.bias.prior, LOOK)
    likelihood = _likelihood(data, v, candidate, side, axis)
    tau = LOOK_TAU[:1]
    if candidate.has("heterogeneity"):
        tau = LOOK_TAU * float(np.abs(data.z).max() + np.sqrt(data.lam.min()))
    height = likelihood.over_b(tau)[1].max(axis=1)
    return axis.kept(height, DEPTH).with_panels(PANELS)


def _evidence(
    data: Data, v: FloatArray, candidate: Candidate, side: int, axis: ScoreAxis | None
) -> tuple[float, FloatArray, Conditional, TauPosterior | None]:
    """Log evidence, nodes of τ with the rest given them, and the posterior of τ."""
    likelihood = _likelihood(data, v, candidate, side, axis)
    if candidate.heterogeneity is None:
        given = likelihood.given(np.zeros(1))
        return float(given.log_likelihood[0]), np.ones(1), given, None
    tau = bound(candidate.heterogeneity, data)
    posterior = TauPosterior(*integrate(likelihood, tau))
    evidence = float(posterior.panels.log_evidence)
    return evidence, posterior.nodes[1], posterior.given, posterior


def _likelihood(
    data: Data, v: FloatArray, candidate: Candidate, side: int, axis: ScoreAxis | None
) -> LinearBias:
    effect = candidate.effect
    prior = Components.single(0.0, 0.0) if effect is None else effect.components
    if axis is None or not isinstance(candidate.bias, Pet):
        zero = np.zeros(1)
        return LinearBias(data, np.zeros_like(v), zero, zero, prior)
    x = side * np.sqrt(v) ** candidate.bias.power
    turned = x if data.U is None else x @ data.U
    return LinearBias(data, turned, axis.values, axis.log_weight, prior)
