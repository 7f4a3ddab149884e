"""What every exact posterior knows: τ, its nodes, the evidence, and Bayes factors."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.convergence import (
    Likelihood,
    converged_panels,
    mixing_nodes,
)
from mdmameta.models.bayesian.kernel import Conditional
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import TauPrior, is_proper
from mdmameta.models.bayesian.quadrature import Panels
from mdmameta.models.bayesian.tau_marginal import TauMarginal

#: Ratios below this may rest on values of τ that the nodes leave out, which have a
#: posterior probability of 2e-15.
SMALL_RATIO = 1e-8


@dataclass(frozen=True, eq=False)
class TauPosterior:
    """Posterior of τ by quadrature, with all else normal given τ.

    Parameters
    ----------
    likelihood
        Of τ, with the means integrated out.
    tau_prior
        Prior of τ for these data.
    panels
        Nodes of τ with their posterior probabilities.
    error
        Largest change of a probed number by the last doubling: relative for
        moments and evidence, absolute for probabilities.
    doublings
        How often the nodes were doubled.
    """

    likelihood: Likelihood = field(repr=False)
    tau_prior: TauPrior
    panels: Panels = field(repr=False)
    error: float
    doublings: int

    @cached_property
    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """Values of τ that mixtures are made over, and their probabilities."""
        return mixing_nodes(self.panels, self.likelihood.data.lam)

    @cached_property
    def given(self) -> Conditional:
        """Posterior of the means given each of the nodes."""
        return self.likelihood.given(self.nodes[0])

    @cached_property
    def tau(self) -> TauMarginal:
        """Posterior of the heterogeneity SD τ."""
        return TauMarginal(self.panels)

    @property
    def tau2_mean(self) -> float:
        """Posterior mean of τ²; infinite where the tail is too heavy."""
        return float(self.panels.moment(2))

    @property
    def log_marginal_likelihood(self) -> float:
        """Log of p(y); NaN when a prior is improper."""
        if not (self._proper_means and is_proper(self.tau_prior)):
            return float("nan")
        return float(self.panels.log_evidence)

    @property
    def _proper_means(self) -> bool:
        raise NotImplementedError

    def conditional(self, tau: ArrayLike) -> Conditional:
        """Posterior of the means, and the likelihood, given values of τ, shape (N,)."""
        return self.likelihood.given(np.atleast_1d(np.asarray(tau, dtype=float)))

    def prob_tau_below(self, x: float) -> float:
        """Posterior probability that τ ≤ x."""
        return float(self.tau.cdf(x))

    def bayes_factor_tau(self, at: float = 0.0) -> float:
        """Bayes factor in favour of τ = ``at``: 0 is the common-effect model.

        NaN when the prior of τ is improper.
        """
        if not is_proper(self.tau_prior):
            return float("nan")
        log_ratio = self.conditional(at).log_likelihood[0] - self.panels.log_evidence
        return ratio(float(log_ratio))

    def _mixture(
        self, means: FloatArray, sds: FloatArray, infinite: bool
    ) -> NormalMixture:
        return NormalMixture(self.given.mixed(self.nodes[1]), means, sds, infinite)


def ratio(log_ratio: float) -> float:
    """Take a ratio from its log: 0 or infinity where no double holds it."""
    with np.errstate(over="ignore", under="ignore"):
        return float(np.exp(log_ratio))


def integrate(
    likelihood: Likelihood, tau: TauPrior
) -> tuple[Likelihood, TauPrior, Panels, float, int]:
    """Arguments of a `TauPosterior`, by quadrature."""
    return (likelihood, tau, *converged_panels(likelihood, tau))
