"""Where likelihood and posterior are highest, and the least Bayes factors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.exact import ExactPosterior, posterior_of
from mdmameta.models.bayesian.kernel import MeanLikelihood, profile_log_likelihood
from mdmameta.models.bayesian.mean_priors import Flat
from mdmameta.models.bayesian.prior_base import is_proper
from mdmameta.models.bayesian.tau_posterior import integrate
from mdmameta.models.fit import Fit

#: Values of τ that a peak is looked for between, in units of the spread of the data.
LOOKED = np.concatenate([[0.0], np.geomspace(1e-6, 1e3, 400)])


def peaks(posterior: ExactPosterior | Fit) -> pd.DataFrame:
    """Maximum-likelihood and maximum-a-posteriori values of τ and μ.

    Parameters
    ----------
    posterior
        Exact fit, or its ``exact``, of a `BayesianRandomEffects` with a normal or
        flat prior of μ.

    Returns
    -------
    pandas.DataFrame
        Columns of, kind, tau, mu, with rows likelihood and posterior, joint (of both
        at once) and marginal (each with the other integrated out over its prior).

    Raises
    ------
    ModelError
        When the prior of μ is a mixture, whose joint density may have several peaks,
        or the fit has no posterior by quadrature of one mean.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.bayesian import BayesianRandomEffects
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> peaks(BayesianRandomEffects().fit(effects)).round(2).head(2)
               of      kind   tau   mu
    0  likelihood     joint  0.00 -0.7
    1  likelihood  marginal  0.07 -0.7
    """
    found = posterior_of(posterior)
    if found.mu_prior.components.mean.size > 1:
        raise ModelError(
            f"mu={found.mu_prior!r} is a mixture: its joint density may have "
            "several peaks. Read the modes of fit.exact.mu and fit.exact.tau."
        )
    flat = MeanLikelihood(found.data, Flat().components)
    joint = _peak(found, lambda at: profile_log_likelihood(found.data, at))
    alone = _peak(found, lambda at: found.conditional(at).log_likelihood)
    most = _peak(found, lambda at: _joint_density(found, at))
    rows = [
        ("likelihood", "joint", joint, flat.given(np.array([joint])).mean[0]),
        ("likelihood", "marginal", alone, _under_flat(found).mu.mode),
        ("posterior", "joint", most, found.conditional(most).mean[0]),
        ("posterior", "marginal", found.tau.mode, found.mu.mode),
    ]
    return pd.DataFrame(rows, columns=["of", "kind", "tau", "mu"])


def least_bayes_factor_mu(posterior: ExactPosterior | Fit, at: float = 0.0) -> float:
    """Bayes factor in favour of μ = ``at`` against the value that fits best.

    No prior of μ is kinder to the alternative, so that this is the least support for
    the point that any of them can give. NaN when the prior of τ is improper.

    Parameters
    ----------
    posterior
        Exact fit of a `BayesianRandomEffects`, or its ``exact``.
    at
        The point.

    Returns
    -------
    float

    Raises
    ------
    ModelError
        When the fit has no posterior by quadrature of one mean.

    References
    ----------
    Held and Ott (2018), doi:10.1146/annurev-statistics-031017-100307.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.3, 0.4], v=[0.04, 0.05, 0.03])
    >>> model = mm.BayesianRandomEffects(mu=mm.Normal(0, 1), tau=mm.HalfNormal(0.5))
    >>> round(mm.least_bayes_factor_mu(model.fit(effects)), 4)
    0.206
    """
    found = posterior_of(posterior)
    if not is_proper(found.tau_prior):
        return float("nan")
    mu = _under_flat(found).mu
    return float(mu.density(at) / mu.density(mu.mode))


def least_bayes_factor_tau(posterior: ExactPosterior | Fit, at: float = 0.0) -> float:
    """Bayes factor in favour of τ = ``at`` against the value that fits best.

    NaN when the prior of μ is improper.

    Parameters
    ----------
    posterior
        Exact fit of a `BayesianRandomEffects`, or its ``exact``.
    at
        The point.

    Returns
    -------
    float

    Raises
    ------
    ModelError
        When the fit has no posterior by quadrature of one mean.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.3, 0.9], v=[0.04, 0.05, 0.03])
    >>> model = mm.BayesianRandomEffects(mu=mm.Normal(0, 1), tau=mm.HalfNormal(0.5))
    >>> round(mm.least_bayes_factor_tau(model.fit(effects)), 4)
    0.0775
    """
    found = posterior_of(posterior)
    if not is_proper(found.mu_prior):
        return float("nan")

    def log_likelihood(tau: FloatArray) -> FloatArray:
        return found.conditional(tau).log_likelihood

    best = _peak(found, log_likelihood)
    log_ratio = log_likelihood(np.array([at])) - log_likelihood(np.array([best]))
    return float(np.exp(log_ratio[0]))


def _under_flat(posterior: ExactPosterior) -> ExactPosterior:
    """Posterior under the same prior of τ and a flat one of μ."""
    flat = MeanLikelihood(posterior.data, Flat().components)
    return ExactPosterior(*integrate(flat, posterior.tau_prior), Flat())


def _joint_density(posterior: ExactPosterior, tau: FloatArray) -> FloatArray:
    """Log of the joint posterior density at the best μ for each τ."""
    given = posterior.conditional(tau)
    return np.asarray(posterior.panels.log_density(tau) - np.log(given.sd))


def _peak(
    posterior: ExactPosterior, log_density: Callable[[FloatArray], FloatArray]
) -> float:
    data = posterior.data
    unit = float(np.sqrt(data.lam.min()) + np.abs(data.z).max())
    low, high = posterior.tau.support
    at = np.unique(np.clip(unit * LOOKED, low, high))
    best = int(np.argmax(value := log_density(at)))
    bounds = (at[max(best - 1, 0)], at[min(best + 1, at.size - 1)])
    found = minimize_scalar(
        lambda tau: -float(log_density(np.array([tau]))[0]),
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-10 * unit},
    )
    return float(found.x) if -found.fun > value[best] else float(at[best])
