"""The random-effects posterior by quadrature over τ, exact to rounding."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.models.bayesian.convergence import converged_panels, mixing_nodes
from mdmameta.models.bayesian.kernel import (
    Conditional,
    Data,
    GaussianPrior,
    conditional,
    mean_weights,
    shrinkage,
)
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import FloatArray, TauPrior
from mdmameta.models.bayesian.quadrature import Panels
from mdmameta.models.bayesian.tau_marginal import TauMarginal


@dataclass(frozen=True, eq=False)
class ExactPosterior:
    """Posterior of y ~ N(θ, V), θᵢ ~ N(μ, τ²) by quadrature over τ.

    Given τ everything is normal, so that μ, the θᵢ and θ_new are mixtures of
    normals over the nodes of τ. Made by `exact_posterior`.

    Parameters
    ----------
    data
        k rotated effects.
    mu_prior, tau_prior
        Priors.
    panels
        Nodes of τ with their posterior probabilities.
    error
        Largest change of a probed number by the last doubling: relative for
        moments and evidence, absolute for probabilities.
    doublings
        How often the nodes were doubled.
    """

    data: Data = field(repr=False)
    mu_prior: GaussianPrior
    tau_prior: TauPrior
    panels: Panels = field(repr=False)
    error: float
    doublings: int

    @cached_property
    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """Values of τ that mixtures are made over, and their probabilities."""
        return mixing_nodes(self.panels, self.data)

    @cached_property
    def given(self) -> Conditional:
        """Posterior of μ given each of the nodes."""
        return self.conditional(self.nodes[0])

    @cached_property
    def mu(self) -> NormalMixture:
        """Posterior of the mean effect μ."""
        infinite = bool(np.isinf(self.mu_prior.sd)) and self.panels.infinite_moments[1]
        given = self.given
        return NormalMixture(self.nodes[1], given.mean, given.sd, infinite)

    @cached_property
    def tau(self) -> TauMarginal:
        """Posterior of the heterogeneity SD τ."""
        return TauMarginal(self.panels)

    @cached_property
    def predictive(self) -> NormalMixture:
        """Posterior predictive of the true effect θ_new of a new study."""
        sd = np.hypot(self.given.sd, self.nodes[0])
        infinite = self.panels.infinite_moments[1]
        return NormalMixture(self.nodes[1], self.given.mean, sd, infinite)

    @cached_property
    def theta(self) -> tuple[NormalMixture, ...]:
        """Posteriors of the k studies' true effects (shrinkage)."""
        shrunk = shrinkage(self.data, self.nodes[0], self.given)
        rows = zip(shrunk.mean, shrunk.sd, strict=True)
        return tuple(NormalMixture(self.nodes[1], m, s) for m, s in rows)

    @property
    def tau2_mean(self) -> float:
        """Posterior mean of τ²; infinite where the tail is too heavy."""
        return float(self.panels.moment(2))

    @cached_property
    def weights(self) -> FloatArray:
        """Posterior mean of each effect's share in μ, percent, shape (k,).

        The rest of 100 is the share of the prior of μ.
        """
        share = mean_weights(self.data, self.nodes[0], self.mu_prior)
        return np.asarray(100 * share @ self.nodes[1])

    @property
    def log_marginal_likelihood(self) -> float:
        """Log of p(y); NaN when a prior is improper."""
        return float(self.panels.log_evidence) if self._proper else float("nan")

    @property
    def _proper(self) -> bool:
        return bool(np.isfinite(self.mu_prior.sd))

    def conditional(self, tau: ArrayLike) -> Conditional:
        """Posterior of μ, and the likelihood, given values of τ, shape (N,)."""
        at = np.atleast_1d(np.asarray(tau, dtype=float))
        return conditional(self.data, at, self.mu_prior)

    def prob_mu_below(self, x: float = 0.0) -> float:
        """Posterior probability that μ ≤ x."""
        return float(self.mu.cdf(x))

    def prob_tau_below(self, x: float) -> float:
        """Posterior probability that τ ≤ x."""
        return float(self.tau.cdf(x))

    def bayes_factor_mu(self, at: float = 0.0) -> float:
        """Bayes factor in favour of μ = ``at``, by Savage and Dickey's ratio.

        Its size depends on the prior of μ: the wider, the more it favours the
        point. NaN with a flat prior.

        References
        ----------
        Dickey (1971), doi:10.1214/aoms/1177693507.
        """
        if not self._proper:
            return float("nan")
        return float(self.mu.density(at) / np.exp(self.mu_prior.log_density(at)))

    def bayes_factor_tau(self, at: float = 0.0) -> float:
        """Bayes factor in favour of τ = ``at``: 0 is the common-effect model."""
        log_ratio = self.conditional(at).log_likelihood[0] - self.panels.log_evidence
        return float(np.exp(log_ratio))


def exact_posterior(
    y: FloatArray,
    v: FloatArray,
    mu: GaussianPrior,
    tau: TauPrior,
    V: FloatArray | None = None,
) -> ExactPosterior:
    """Posterior of μ and τ, accurate to about 1e-9.

    Parameters
    ----------
    y, v
        Effects and their sampling variances, shape (k,).
    mu
        Normal or flat prior of the mean.
    tau
        Any prior with ``log_density``.
    V
        Sampling covariance matrix, shape (k, k), instead of ``v``.

    Returns
    -------
    ExactPosterior

    Raises
    ------
    OptionError
        When a prior cannot be used by this engine.
    ModelError
        When the posterior is improper.

    References
    ----------
    Röver (2020), doi:10.18637/jss.v093.i06.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> y, v = np.array([-0.9, -0.5, -0.6]), np.array([0.05, 0.06, 0.2])
    >>> posterior = exact_posterior(y, v, Normal(0, 1), HalfNormal(0.5))
    >>> [round(x, 3) for x in posterior.mu.interval(0.95)]
    [-1.113, -0.113]
    """
    data = Data.of(y, v, V)
    panels, error, doublings = converged_panels(data, mu, tau)
    return ExactPosterior(data, mu, tau, panels, error, doublings)
