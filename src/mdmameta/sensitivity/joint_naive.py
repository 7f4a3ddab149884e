"""Exact posterior of the contrast in naive people with Δ, γ and shares uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.gauss import legendre
from mdmameta.models.bayesian import HalfNormal, Normal
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.inputs import usable_rows
from mdmameta.sensitivity.units import require_priors
from mdmameta.sensitivity.unknown_shares import SharePoints, share_points

#: Nodes of τ. Doubling them moves posterior means of the contrasts here by less
#: than 1e-9.
NODES = 60

#: Normals of less weight than this together are left out of a mixture: far below
#: what shows in any printed digit.
LOST = 1e-9

#: This model, and what to give it, in words of an error.
NAIVE = "the Bayesian version"
NAIVE_CURE = "NaivePriors(delta=, gamma=, mu=, tau=)"

TERMS = ("delta_n", "delta", "gamma")


@dataclass(frozen=True, kw_only=True)
class NaivePriors:
    """Priors of what no summary identifies, in the unit of the effects.

    Parameters
    ----------
    delta, gamma
        Of Δ and γ. By default N(0, 0.25): 95 of 100 values within half a unit,
        the plausible regions that `prior_use` declares by default; an assumption.
    share
        Beta parameters of a share that nobody reports; uniform by default.
    mu, tau
        Of the mean contrast in naive people and of the SD between trials; by
        default those of `BayesianRandomEffects`.

    Examples
    --------
    >>> NaivePriors(delta=Normal(0, 0.1)).delta
    Normal(0, 0.1)
    """

    delta: Normal = field(default_factory=lambda: Normal(0, 0.25))
    gamma: Normal = field(default_factory=lambda: Normal(0, 0.25))
    share: tuple[float, float] = (1.0, 1.0)
    mu: Normal = field(default_factory=lambda: Normal(0, 1))
    tau: TauPrior = field(default_factory=lambda: HalfNormal(0.5))

    def __post_init__(self) -> None:
        if len(self.share) != 2 or not min(self.share) > 0:
            raise SensitivityError(
                f"share is {self.share!r}; give the two parameters of a beta "
                "distribution, both above 0."
            )


@dataclass(frozen=True, eq=False)
class NaivePosterior:
    """Posterior of δ_N, Δ and γ.

    Parameters
    ----------
    weight
        Of each set of shares and each τ, shape (nodes,).
    mean, covariance
        Of δ_N, Δ and γ given those, shapes (nodes, 3) and (nodes, 3, 3).
    """

    weight: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    covariance: FloatArray = field(repr=False)

    def of(self, *coefficients: float) -> NormalMixture:
        """Return the posterior of a δ_N + b Δ + c γ.

        With (1, x, 0) that is the contrast where a share x is experienced.
        """
        c = np.zeros(len(TERMS))
        c[: len(coefficients)] = coefficients
        variance = np.einsum("nij,i,j->n", self.covariance, c, c)
        made = NormalMixture(self.weight, self.mean @ c, np.sqrt(variance))
        return made.trimmed(LOST)


def naive_posterior(
    effects: Effects, splits: pd.DataFrame, priors: NaivePriors | None = None
) -> NaivePosterior:
    """Posterior of θᵢ = δ_N + π_T Δ + γ (π_T − π_C) + N(0, τ²) with unknown shares.

    Given τ and the shares everything is normal and integrated out in closed form;
    τ by Gauss–Legendre quadrature, the shares over a lattice (`share_points`).
    Δ and γ may learn from trials that differ in their shares, which is an
    ecological comparison: the part of the posterior SD that is left of the prior's
    says how little that is.

    Parameters
    ----------
    effects
        Contrasts.
    splits
        From `split_frame`, one row an effect.
    priors
        See `NaivePriors`; needed in units other than standardised differences and
        log ratios.

    Returns
    -------
    NaivePosterior

    Raises
    ------
    SensitivityError
        Without priors, for effects in units that the defaults are not made for.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6], v=[0.05, 0.04])
    >>> shares = pd.DataFrame({"basis": "arms", "share_active": [0.4, 0.4],
    ...                        "share_control": [0.4, 0.4], "n_total": np.nan,
    ...                        "n_prior": np.nan, "n_active": np.nan})
    >>> found = naive_posterior(effects, shares)
    >>> round(found.of(0, 1).sd, 2)
    0.25
    """
    if priors is None:
        require_priors(effects, NAIVE, NAIVE_CURE)
    asked = priors or NaivePriors()
    rows = np.asarray(usable_rows(effects).rows)
    cov = effects.covariance
    V = np.diag(effects.v[rows]) if cov is None else cov[np.ix_(rows, rows)]
    tau, log_tau = _nodes(asked.tau, float(np.sqrt(np.mean(np.diag(V)))))
    X = _design(share_points(splits.iloc[rows], asked.share))
    log_like, mean, covariance = _conditional(effects.y[rows], V, X, tau, asked)
    log_weight = (log_like + log_tau[:, None]).ravel()
    weight = np.exp(log_weight - log_weight.max())
    return NaivePosterior(
        weight / weight.sum(), mean.reshape(-1, 3), covariance.reshape(-1, 3, 3)
    )


def _design(points: SharePoints) -> FloatArray:
    """Return rows (1, π_T, π_T − π_C), shape (points, k, 3)."""
    ones = np.ones_like(points.active)
    difference = points.active - points.control
    return np.stack([ones, points.active, difference], axis=-1)


def _conditional(
    y: FloatArray, V: FloatArray, X: FloatArray, tau: FloatArray, priors: NaivePriors
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log likelihood, mean and covariance, each by τ and set of shares."""
    each = (priors.mu, priors.delta, priors.gamma)
    m0 = np.array([one.mean for one in each])
    P0 = np.diag([one.sd**-2.0 for one in each])
    M = V + tau[:, None, None] ** 2 * np.eye(y.size)
    W = np.linalg.inv(M)
    WX = np.einsum("tij,sja->tsia", W, X)
    P = np.einsum("sia,tsib->tsab", X, WX) + P0
    r = y - X @ m0
    Wr = np.einsum("tij,sj->tsi", W, r)
    c = np.einsum("sia,tsi->tsa", X, Wr)
    covariance = np.linalg.inv(P)
    shift = np.einsum("tsab,tsb->tsa", covariance, c)
    fit = np.einsum("si,tsi->ts", r, Wr) - np.einsum("tsa,tsa->ts", c, shift)
    log_det = np.linalg.slogdet(M)[1][:, None] + np.linalg.slogdet(P)[1]
    return -0.5 * (log_det + fit), m0 + shift, covariance


def _nodes(prior: TauPrior, scale: float) -> tuple[FloatArray, FloatArray]:
    """Nodes over 0 to infinity by τ = scale · x / (1 − x)."""
    x, w = legendre(NODES)
    x = (x + 1) / 2
    tau = scale * x / (1 - x)
    return tau, np.log(w / (1 - x) ** 2) + prior.log_density(tau)


def posterior_table(
    posterior: NaivePosterior,
    priors: NaivePriors,
    targets: Mapping[str, float],
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the posterior of each unknown, and how far it moved from its prior.

    Parameters
    ----------
    posterior, priors
        From `naive_posterior`, and what it was asked with.
    targets
        Shares with earlier use of further populations, by name.
    level
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        term, share (of experienced people, for a contrast), value, sd, ci_low,
        ci_high, prior_sd, ratio (posterior over prior SD; near 1: not learnt).
    """
    asked = [("delta_n", 0.0, (1.0, 0.0, 0.0), priors.mu.sd)]
    for name, x in targets.items():
        sd = float(np.hypot(priors.mu.sd, x * priors.delta.sd))
        asked.append((name, x, (1.0, x, 0.0), sd))
    asked.append(("delta", np.nan, (0.0, 1.0, 0.0), priors.delta.sd))
    asked.append(("gamma", np.nan, (0.0, 0.0, 1.0), priors.gamma.sd))
    rows = []
    for term, share, coefficients, prior_sd in asked:
        found = posterior.of(*coefficients)
        low, high = found.interval(level)
        ends = (found.mean, found.sd, low, high)
        rows.append((term, share, *ends, prior_sd, found.sd / prior_sd))
    columns = ["term", "share", "value", "sd", "ci_low", "ci_high", "prior_sd", "ratio"]
    return pd.DataFrame(rows, columns=columns)
