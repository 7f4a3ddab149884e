"""What the data told, and what a prior is worth, in nats and in people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.exact import ExactPosterior, posterior_of
from mdmameta.models.bayesian.kernel import LOG_2PI
from mdmameta.models.bayesian.marginals import Marginal, NormalMixture
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.mixture import mixture_density, mixture_slope
from mdmameta.models.bayesian.prior_base import MeanPrior, is_proper
from mdmameta.models.bayesian.quadrature import NODES, WEIGHTS
from mdmameta.models.fit import Fit

#: Ends of panels, in interquartile ranges from the median: equal steps of arsinh to
#: 1e8, where a t density with two degrees of freedom has nothing left.
SPREAD = np.sinh(np.linspace(-np.arcsinh(1e8), np.arcsinh(1e8), 29))

#: Weight of the lightest normals of a mixture that are left out: less than the digits
#: that are asked for, and most of the thousands of normals of a t prior.
LOST = 1e-12

#: Normals up to which a mixture may be lumpy, and each gets panels of its own; the
#: hundreds that a posterior or a t prior is made of are smooth together.
LUMPY = 16

#: Halvings at which a panel is given up, and the change that ends it before.
MOST_HALVINGS, TOLERANCE = 40, 1e-10

#: Panels worked on together: enough for numpy, few enough for thousands of normals.
PIECE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGain:
    """Kullback–Leibler divergence of the posterior from the prior, in nats.

    0 says that the data changed nothing; a normal whose sd is halved about the same
    mean has 0.32, one that moved by two prior sds at the same sd has 2. NaN where a
    prior is improper.

    Parameters
    ----------
    mu, tau
        Of the mean effect and of the heterogeneity.
    joint
        Of both together.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import information_gain
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> gain = information_gain(mm.BayesianRandomEffects().fit(effects))
    >>> gain.mu > gain.tau
    True
    """

    mu: float
    tau: float
    joint: float


def information_gain(posterior: ExactPosterior | Fit) -> InformationGain:
    """Divergence of the posterior of μ and τ from their prior.

    Parameters
    ----------
    posterior
        Exact fit of a `BayesianRandomEffects`, or its ``exact``.

    Returns
    -------
    InformationGain
        In nats.

    Raises
    ------
    ModelError
        When the fit has no posterior by quadrature of one mean.

    References
    ----------
    Kullback and Leibler (1951), doi:10.1214/aoms/1177729694.

    Examples
    --------
    >>> from mdmameta.models.bayesian import BayesianRandomEffects
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> gain = information_gain(BayesianRandomEffects().fit(effects))
    >>> round(gain.mu, 2), round(gain.tau, 2), round(gain.joint, 2)
    (1.17, 0.11, 1.38)
    """
    found = posterior_of(posterior)
    if np.isnan(found.log_marginal_likelihood):
        return InformationGain(mu=np.nan, tau=np.nan, joint=np.nan)
    tau, weight = found.nodes
    of_tau = weight @ found.given.log_likelihood
    evidence = found.log_marginal_likelihood
    return InformationGain(
        mu=_of_mean(found),
        tau=float(of_tau - evidence),
        joint=float(weight @ _expected_log_likelihood(found, tau) - evidence),
    )


def _of_mean(posterior: ExactPosterior) -> float:
    mu = posterior.mu.trimmed(LOST)

    def integrand(x: FloatArray) -> FloatArray:
        density = mu.density(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.log(density) - posterior.mu_prior.log_density(x)
            return np.where(density > 0, density * ratio, 0.0)

    return over_mass(integrand, mu)


def _expected_log_likelihood(posterior: ExactPosterior, tau: FloatArray) -> FloatArray:
    """Mean of log p(y | μ, τ) over μ given τ, shape (N,)."""
    data, given = posterior.data, posterior.given
    w = 1 / (data.lam + tau[:, None] ** 2)
    away = data.z - given.means[..., None] * data.e
    square = away**2 + (given.sds[..., None] * data.e) ** 2
    each = 0.5 * (np.log(w).sum(axis=-1) - (w * square).sum(axis=-1))
    mixed: FloatArray = (given.weight * each).sum(axis=0)
    return mixed - 0.5 * data.lam.size * LOG_2PI


def unit_information_sd(v: ArrayLike, n: ArrayLike) -> float:
    """Return the standard deviation that one person's contribution to an effect has.

    Parameters
    ----------
    v
        Sampling variances, shape (k,).
    n
        People in each study, shape (k,).

    Returns
    -------
    float
        √(Σ n / Σ (1 / v)): about 2 for standardised mean differences of two equal
        groups, and 4 for log odds ratios of events half of the time.

    Raises
    ------
    ModelError
        When there are not as many n as v, or one is not positive.

    References
    ----------
    Röver et al. (2021), doi:10.1002/jrsm.1475.

    Examples
    --------
    >>> round(unit_information_sd([0.04, 0.08], [100, 50]), 3)
    2.0
    """
    v_, n_ = np.asarray(v, dtype=float), np.asarray(n, dtype=float)
    if v_.shape != n_.shape or not ((v_ > 0) & (n_ > 0)).all():
        raise ModelError(
            f"v has shape {v_.shape} and n {n_.shape}: give one positive variance and "
            "one positive number of people for each study."
        )
    return float(np.sqrt(n_.sum() / (1 / v_).sum()))


def effective_sample_size(prior: MeanPrior | NormalMixture, unit_sd: float) -> float:
    """People that a prior of the mean is worth: expected local information ratio.

    Parameters
    ----------
    prior
        Prior of a mean effect, or a predictive of earlier trials such as
        ``fit.exact.predictive`` that is to serve as one.
    unit_sd
        `unit_information_sd` of the trials that it is compared with.

    Returns
    -------
    float
        unit_sd² E[−(log p)″] over the prior p, which for Normal(m, s) is
        unit_sd² / s². 0 when flat.

    Raises
    ------
    ModelError
        For a ``unit_sd`` that is not positive and finite.

    References
    ----------
    Neuenschwander et al. (2020), doi:10.1111/biom.13252.

    Examples
    --------
    >>> effective_sample_size(Normal(0, 0.5), unit_sd=2)
    16.0
    """
    if not (np.isfinite(unit_sd) and unit_sd > 0):
        raise ModelError(f"unit_sd={unit_sd!r} is not a positive, finite number.")
    if isinstance(prior, Normal):
        return float((unit_sd / prior.sd) ** 2)
    if not is_proper(prior):
        return 0.0
    mixture = prior if isinstance(prior, Marginal) else of_prior(prior)
    return unit_sd**2 * _fisher_information(mixture)


def of_prior(prior: MeanPrior) -> NormalMixture:
    """Return a proper prior of the mean as a marginal with quantiles and intervals."""
    parts = prior.components
    weight = np.exp(parts.log_weight - parts.log_weight.max())
    infinite = bool(np.isinf(prior.sd))
    return NormalMixture(weight / weight.sum(), parts.mean, parts.sd, infinite)


def _fisher_information(mixture: NormalMixture) -> float:
    """E[((log p)′)²], which is E[−(log p)″]."""
    mixture = mixture.trimmed(LOST)
    parts = (mixture.weight, mixture.means, mixture.sds)

    def integrand(x: FloatArray) -> FloatArray:
        density = mixture_density(x, *parts)
        slope = mixture_slope(x, *parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(density > 0, slope**2 / density, 0.0)

    return over_mass(integrand, mixture)


def over_mass(
    integrand: Callable[[FloatArray], FloatArray], mixture: NormalMixture
) -> float:
    """Integrate what goes to zero with a density, on panels that follow its parts.

    Parameters
    ----------
    integrand
        Elementwise.
    mixture
        The density.
    """
    q25, median, q75 = mixture.quantile([0.25, 0.5, 0.75])
    edges = median + (q75 - q25) * SPREAD
    if mixture.weight.size <= LUMPY:
        reach = np.array([[-8], [-4], [0], [4], [8]]) * mixture.sds
        edges = np.unique(np.concatenate([edges, (mixture.means + reach).ravel()]))
    low, high = edges[:-1], edges[1:]
    coarse, total = _panels(integrand, low, high), 0.0
    for _ in range(MOST_HALVINGS):
        middle = (low + high) / 2
        ends = np.stack([low, middle]), np.stack([middle, high])
        halves = np.stack(
            [_panels(integrand, *pair) for pair in zip(*ends, strict=True)]
        )
        fine = halves.sum(axis=0)
        done = np.abs(fine - coarse) <= TOLERANCE * max(1.0, abs(total))
        total += float(fine[done].sum())
        if done.all():
            return total
        low, high = (end[:, ~done].ravel() for end in ends)
        coarse = halves[:, ~done].ravel()
    return total + float(coarse.sum())


def _panels(
    integrand: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Integral over each of the panels."""
    pieces = np.array_split(np.arange(low.size), low.size // PIECE + 1)
    each = []
    for piece in pieces:
        half = (high[piece] - low[piece])[:, None] / 2
        x = low[piece, None] + half * (1 + NODES)
        each.append((integrand(x) * half * WEIGHTS).sum(axis=1))
    return np.concatenate(each)
