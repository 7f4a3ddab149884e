"""Exact joint posterior of the contrast, the bias b and the change in belief u."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError
from mdmameta.gauss import legendre
from mdmameta.models.bayesian import HalfNormal, Normal
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import TauPrior

#: Nodes of b and of τ. Doubling both moves means and SDs of the contrasts here
#: by less than 1e-9.
NODES_B, NODES_TAU = 41, 80

#: b is integrated over so many prior SDs on either side of its mean; a posterior
#: outside would be at odds with its prior beyond use.
REACH = 8.0

#: Where contrasts inform b much, its nodes are moved closer until the posterior SD is
#: so many of their distances; more changes nothing in the tenth digit.
COARSEST, ROUNDS = 1.5, 8


@dataclass(frozen=True, eq=False, kw_only=True)
class JointPosterior:
    """What contrasts and priors together say of contrast and bias.

    Parameters
    ----------
    delta
        Posterior of the mean contrast without bias.
    delta_new
        Of the contrast without bias in a new trial.
    b_mean, b_sd
        Posterior mean and SD of the bias at u = 1.
    b_nodes, b_weight
        Its nodes and their posterior probabilities, shape (nodes,).
    log_evidence
        Log marginal likelihood of the contrasts.
    """

    delta: NormalMixture
    delta_new: NormalMixture
    b_mean: float
    b_sd: float
    b_nodes: FloatArray
    b_weight: FloatArray
    log_evidence: float


def joint_posterior(
    y: ArrayLike,
    V: ArrayLike,
    u: ArrayLike,
    S: ArrayLike,
    b: tuple[float, float],
    *,
    mu: Normal | None = None,
    tau: TauPrior | None = None,
) -> JointPosterior:
    """Posterior of the mean contrast δ, τ and b when u is known with error.

    yᵢ = δᵢ + b uᵢ + eᵢ, δᵢ ~ N(δ, τ²), e ~ N(0, V), u ~ N(m, S), b ~ N(b₀, s²).
    Given b and τ everything is normal, so u and δ are integrated out in closed
    form, b and τ by Gauss–Legendre quadrature. The contrasts may inform u and b,
    but hardly do.

    Parameters
    ----------
    y, V
        Contrasts, shape (k,), and their sampling covariance, shape (k, k), or
        variances, shape (k,).
    u, S
        Means of u, shape (k,), and covariance, shape (k, k), or variances (k,).
    b
        Prior mean and SD of b; an SD of 0 fixes b.
    mu, tau
        Priors of δ and τ; by default those of `BayesianRandomEffects`, N(0, 1)
        and half-normal(0.5), weak for standardised differences.

    Returns
    -------
    JointPosterior

    Raises
    ------
    SensitivityError
        For shapes that do not match, or a negative SD of b.

    References
    ----------
    Turner et al. 2009, doi:10.1111/j.1467-985X.2008.00547.x (bias-adjusted
    meta-analysis with elicited priors).

    Examples
    --------
    >>> plain = joint_posterior([-0.8, -0.6], [0.05, 0.04], [0.6, 0.7], [0, 0], (0, 0))
    >>> moved = joint_posterior(
    ...     [-0.8, -0.6], [0.05, 0.04], [0.6, 0.7], [0.01, 0.01], (-0.5, 0.1))
    >>> round(plain.delta.mean, 2), round(moved.delta.mean, 2)
    (-0.64, -0.34)
    """
    y_, V_, m, S_ = _arrays(y, V, u, S)
    if not (np.isfinite(b).all() and b[1] >= 0):
        raise SensitivityError(
            f"b is {b!r}; give its prior mean and an SD of 0 or more."
        )
    mean_prior, tau_prior = mu or Normal(0, 1), tau or HalfNormal(0.5)
    tau_nodes = _nodes_of_tau(tau_prior, float(np.sqrt(np.mean(np.diag(V_)))))
    ends = (b[0] - REACH * b[1], b[0] + REACH * b[1])
    for _ in range(ROUNDS):
        found = _over(y_, V_, m, S_, b, ends, tau_nodes, mean_prior)
        step = (ends[1] - ends[0]) / NODES_B
        if found.b_sd >= COARSEST * step:
            break
        reach = REACH * max(found.b_sd, step / 2)
        ends = (found.b_mean - reach, found.b_mean + reach)
    return found


def _over(
    y: FloatArray,
    V: FloatArray,
    m: FloatArray,
    S: FloatArray,
    b: tuple[float, float],
    ends: tuple[float, float],
    tau: tuple[FloatArray, FloatArray],
    prior: Normal,
) -> JointPosterior:
    """Integrate over b between two ends and over all τ."""
    (b_nodes, log_b), (tau_nodes, log_tau) = _nodes_of_b(b, ends), tau
    at_b, at_tau = (x.ravel() for x in np.meshgrid(b_nodes, tau_nodes, indexing="ij"))
    mean, sd, log_like = _given(y, V, m, S, at_b, at_tau, prior)
    log_weight = log_like + np.add.outer(log_b, log_tau).ravel()
    top = log_weight.max()
    weight = np.exp(log_weight - top)
    evidence = float(np.log(weight.sum()) + top)
    weight /= weight.sum()
    return _summarised(weight, mean, sd, (b_nodes, at_tau), evidence)


def _summarised(
    weight: FloatArray,
    mean: FloatArray,
    sd: FloatArray,
    nodes: tuple[FloatArray, FloatArray],
    evidence: float,
) -> JointPosterior:
    b_nodes, at_tau = nodes
    of_b = weight.reshape(b_nodes.size, -1).sum(axis=1)
    b_mean = float(of_b @ b_nodes)
    wide = np.sqrt(sd**2 + at_tau**2)
    return JointPosterior(
        delta=NormalMixture(weight, mean, sd).trimmed(1e-12),
        delta_new=NormalMixture(weight, mean, wide).trimmed(1e-12),
        b_mean=b_mean,
        b_sd=float(np.sqrt(of_b @ (b_nodes - b_mean) ** 2)),
        b_nodes=b_nodes,
        b_weight=of_b,
        log_evidence=evidence,
    )


def _given(
    y: FloatArray,
    V: FloatArray,
    m: FloatArray,
    S: FloatArray,
    b: FloatArray,
    tau: FloatArray,
    prior: Normal,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and SD of δ, and log likelihood, given each pair of b and τ."""
    one = np.ones(y.size)
    r = y - b[:, None] * m
    if not (np.count_nonzero(V - np.diag(np.diag(V))) or _coupled(S)):
        w = 1 / (np.diag(V) + tau[:, None] ** 2 + b[:, None] ** 2 * np.diag(S))
        a, c, q = w.sum(axis=1), (w * r).sum(axis=1), (w * r**2).sum(axis=1)
        log_det = -np.log(w).sum(axis=1)
    else:
        cov = V + tau[:, None, None] ** 2 * np.eye(y.size)
        cov = cov + b[:, None, None] ** 2 * S
        log_det = np.linalg.slogdet(cov)[1]
        solved = np.linalg.solve(cov, np.stack([np.tile(one, (b.size, 1)), r], axis=-1))
        a, c = solved[..., 0].sum(axis=1), solved[..., 1].sum(axis=1)
        q = (solved[..., 1] * r).sum(axis=1)
    precision = a + prior.sd**-2
    mean = (c + prior.mean / prior.sd**2) / precision
    fit = q + (prior.mean / prior.sd) ** 2 - precision * mean**2
    constant = y.size * np.log(2 * np.pi) + np.log(precision * prior.sd**2)
    return mean, precision**-0.5, -0.5 * (log_det + fit + constant)


def _coupled(S: FloatArray) -> bool:
    return bool(np.count_nonzero(S - np.diag(np.diag(S))))


def _nodes_of_b(
    b: tuple[float, float], ends: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    mean, sd = b
    if sd == 0:
        return np.array([mean]), np.zeros(1)
    x, w = legendre(NODES_B)
    nodes = ends[0] + (x + 1) / 2 * (ends[1] - ends[0])
    density = -(((nodes - mean) / sd) ** 2) / 2 - np.log(2 * np.pi * sd**2) / 2
    return nodes, np.log(w / 2 * (ends[1] - ends[0])) + density


def _nodes_of_tau(prior: TauPrior, scale: float) -> tuple[FloatArray, FloatArray]:
    """Nodes over 0 to infinity by τ = scale · x / (1 − x)."""
    x, w = legendre(NODES_TAU)
    x = (x + 1) / 2
    tau = scale * x / (1 - x)
    return tau, np.log(w / 2 * scale / (1 - x) ** 2) + prior.log_density(tau)


def _arrays(*given: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    y, V, u, S = (np.asarray(one, dtype=float) for one in given)
    V, S = (np.diag(one) if one.ndim == 1 else one for one in (V, S))
    k = y.size
    if y.shape != (k,) or u.shape != (k,) or V.shape != (k, k) or S.shape != (k, k):
        raise SensitivityError(
            f"y has shape {y.shape}, V {V.shape}, u {u.shape}, S {S.shape}; give k "
            "contrasts and k values of u with variances (k,) or covariances (k, k)."
        )
    return y, V, u, S
