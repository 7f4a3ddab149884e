"""The random-effects posterior by quadrature over τ, exact to rounding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.kernel import (
    Data,
    MeanLikelihood,
    best_log_likelihood,
    mean_weights,
    shrinkage,
)
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.mixture import mixture_log_density
from mdmameta.models.bayesian.prior_base import (
    Components,
    MeanPrior,
    TauPrior,
    is_proper,
)
from mdmameta.models.bayesian.prior_checks import check_priors, check_proper
from mdmameta.models.bayesian.tau_posterior import (
    SMALL_RATIO,
    TauPosterior,
    integrate,
    ratio,
)
from mdmameta.models.fit import Fit

#: Log of how much likelier the data may be under the best mean and τ than under the
#: priors: beyond, the ratio is below the smallest double, and the priors say that
#: the data are impossible.
IMPOSSIBLE = 700.0


#: Log density of a t prior that its mixture of normals may miss.
IN_TAIL = 1e-5


@dataclass(frozen=True, eq=False)
class ExactPosterior(TauPosterior):
    """Posterior of y ~ N(θ, V), θᵢ ~ N(μ, τ²) by quadrature over τ.

    Given τ everything is normal, or a mixture of normals where the prior of μ is
    one, so that μ, the θᵢ and θ_new are mixtures of normals over the nodes of τ.
    Made by `exact_posterior`.

    Parameters
    ----------
    likelihood, tau_prior, panels, error, doublings
        See `TauPosterior`.
    mu_prior
        Prior of the mean.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> posterior = mm.BayesianRandomEffects().fit(effects).exact
    >>> round(posterior.mu.mean, 2), round(float(posterior.mu.cdf(0)), 3)
    (-0.65, 0.986)
    >>> [round(x, 2) for x in posterior.tau.interval(0.95)]
    [0.01, 0.82]
    """

    mu_prior: MeanPrior

    @property
    def data(self) -> Data:
        """The k effects, along independent axes."""
        data: Data = self.likelihood.data
        return data

    @cached_property
    def mu(self) -> NormalMixture:
        """Posterior of the mean effect μ."""
        flat = not is_proper(self.mu_prior)
        infinite = flat and bool(self.panels.infinite_moments[1])
        return self._mixture(self.given.flat_means, self.given.flat_sds, infinite)

    @cached_property
    def predictive(self) -> NormalMixture:
        """Posterior predictive of the true effect θ_new of a new study."""
        sds = self.given.new_sds(self.nodes[0])
        infinite = bool(self.panels.infinite_moments[1])
        return self._mixture(self.given.flat_means, sds, infinite)

    @cached_property
    def theta(self) -> tuple[NormalMixture, ...]:
        """Posteriors of the k studies' true effects (shrinkage)."""
        shrunk = shrinkage(self.data, self.nodes[0], self.given)
        rows = zip(shrunk.mean, shrunk.sd, strict=True)
        return tuple(self._mixture(mean, sd, infinite=False) for mean, sd in rows)

    @cached_property
    def weights(self) -> FloatArray:
        """Posterior mean of each effect's share in μ, percent, shape (k,).

        The rest of 100 is the share of the prior of μ.
        """
        share = mean_weights(self.data, self.nodes[0], self.given)
        return np.asarray(100 * share @ self.nodes[1])

    @property
    def _proper_means(self) -> bool:
        return is_proper(self.mu_prior)

    def prob_mu_below(self, x: float = 0.0) -> float:
        """Posterior probability that μ ≤ x."""
        return float(self.mu.cdf(x))

    def bayes_factor_mu(self, at: float = 0.0) -> float:
        """Bayes factor in favour of μ = ``at``, by Savage and Dickey's ratio.

        Its size depends on the prior of μ: the wider, the more it favours the
        point. NaN with an improper prior. `evidence_ratio_mu` is the same by two
        marginal likelihoods, and stands in where the ratio is below 1e-8: there it
        rests on values of τ that the posterior all but excludes.

        References
        ----------
        Dickey (1971), doi:10.1214/aoms/1177693507.
        """
        if np.isnan(self.log_marginal_likelihood):
            return float("nan")
        log_prior = float(self.mu_prior.log_density(at))
        found = ratio(float(self.mu.log_density(at)) - log_prior)
        return found if found > SMALL_RATIO else self.evidence_ratio_mu(at)

    def evidence_ratio_mu(self, at: float = 0.0) -> float:
        """Bayes factor in favour of μ = ``at``, as the ratio of two evidences.

        A quadrature of its own, with μ fixed, which checks `bayes_factor_mu`.
        """
        fixed = MeanLikelihood(self.data, Components.single(at, 0.0))
        _, _, panels, _, _ = integrate(fixed, self.tau_prior)
        return ratio(float(panels.log_evidence) - self.log_marginal_likelihood)


def exact_posterior(
    y: FloatArray,
    v: FloatArray,
    mu: MeanPrior,
    tau: TauPrior,
    V: FloatArray | None = None,
) -> ExactPosterior:
    """Posterior of μ and τ, accurate to about 1e-9.

    Parameters
    ----------
    y, v
        Effects and their sampling variances, shape (k,).
    mu
        Prior of the mean: normal, flat, t, or a mixture.
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
        When the posterior is improper, the variances are not finite and positive,
        or the priors put no mass where the data are.

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
    check_priors(mu, tau)
    data = Data.of(y, v, V)
    check_proper(tau, data.lam.size, flat=0 if is_proper(mu) else 1)
    likelihood = MeanLikelihood(data, mu.components)
    found = ExactPosterior(*integrate(likelihood, bound(tau, data)), mu)
    check_mass(found, best_log_likelihood(data), f"mu={mu!r}")
    _check_tail(found)
    return found


def posterior_of(found: ExactPosterior | Fit) -> ExactPosterior:
    """Take the posterior by quadrature of one mean from a fit that has it.

    Parameters
    ----------
    found
        Fit, or what its ``exact`` is.

    Raises
    ------
    ModelError
        When the fit has no such posterior.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.3], v=[0.04, 0.05])
    >>> fit = mm.BayesianRandomEffects().fit(effects)
    >>> posterior_of(fit) is fit.exact
    True
    """
    posterior = found.exact if isinstance(found, Fit) else found
    if not isinstance(posterior, ExactPosterior):
        what = repr(found.model) if isinstance(found, Fit) else type(found).__name__
        raise ModelError(
            f"{what} has no posterior by quadrature of one mean. Fit "
            "BayesianRandomEffects(engine='exact')."
        )
    return posterior


def _check_tail(found: ExactPosterior) -> None:
    """Refuse a mean beyond where normals make up the tail of its t prior."""
    if not is_proper(found.mu_prior):
        return
    at, of = np.array(found.mu.mean), found.mu_prior.components
    mixed = mixture_log_density(at, np.exp(of.log_weight), of.mean, of.sd)
    if abs(float(mixed) - float(found.mu_prior.log_density(at))) > IN_TAIL:
        raise ModelError(
            f"mu={found.mu_prior!r}: the data put the mean at {float(at):.4g}, so far "
            "out in the tail of this prior that it cannot be integrated there. Check "
            "the units of the effects, and widen the prior of the mean."
        )


def check_mass(found: TauPosterior, best: float, means: str) -> None:
    """Refuse priors under which the data are all but impossible.

    Parameters
    ----------
    found
        Posterior.
    best
        Log-likelihood at the best means and τ.
    means
        What the prior of the means was, for the message.

    Raises
    ------
    ModelError
        Naming the priors.
    """
    short = best - float(found.panels.log_evidence)
    if found.log_marginal_likelihood > -np.inf and short > IMPOSSIBLE:
        raise ModelError(
            f"{means}, tau={found.tau_prior!r}: the priors put no mass where the data "
            f"are. The best mean and tau make the data e^{short:.0f} times as likely. "
            "Check the units of the effects, and widen the prior of the mean or of tau."
        )
