"""Arithmetic of the normal–normal model with the mean integrated out, given τ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.models.bayesian.prior_base import FloatArray

LOG_2PI = float(np.log(2 * np.pi))


class GaussianPrior(Protocol):
    """A prior of μ that can be integrated out: normal, or flat with sd = ∞."""

    @property
    def mean(self) -> float:
        """Centre."""
        ...

    @property
    def sd(self) -> float:
        """Standard deviation, infinite when flat."""
        ...

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Data:
    """Effects turned to axes on which their sampling errors are independent.

    With V = U diag(λ) Uᵀ, the rotated effects z = Uᵀy are independent given μ
    and τ: z ~ N(e μ, λ + τ²) with e = Uᵀ1. Independent rows have U = I.

    Parameters
    ----------
    z
        Rotated effects, shape (..., k): the leading axes are data sets.
    e, lam
        Rotated ones and variances, shape (k,).
    U
        Rotation, shape (k, k), or None for the identity.
    """

    z: FloatArray
    e: FloatArray
    lam: FloatArray
    U: FloatArray | None = None

    @classmethod
    def of(cls, y: FloatArray, v: FloatArray, V: FloatArray | None = None) -> Data:
        """Rotate effects with variances ``v`` or covariance matrix ``V``."""
        if V is None:
            return cls(y, np.ones_like(v), v)
        lam, U = np.linalg.eigh(V)
        return cls(y @ U, U.sum(axis=0), lam, U)


@dataclass(frozen=True, eq=False, slots=True)
class Conditional:
    """What is known given τ, at N values of it.

    Parameters
    ----------
    mean
        Posterior mean of μ, shape (..., N).
    sd
        Posterior standard deviation of μ, shape (N,).
    log_likelihood
        log p(y | τ) with μ integrated over its prior, shape (..., N).
    """

    mean: FloatArray
    sd: FloatArray
    log_likelihood: FloatArray


def conditional(data: Data, tau: FloatArray, mu: GaussianPrior) -> Conditional:
    """Posterior of μ given τ, and the likelihood of τ.

    Parameters
    ----------
    data
        k rotated effects of one or more data sets.
    tau
        Shape (N,).
    mu
        Prior of the mean.

    Returns
    -------
    Conditional
    """
    w = 1 / (data.lam + tau[:, None] ** 2)
    precision = w @ data.e**2 + mu.sd**-2
    mean = (data.z @ (w * data.e).T + mu.mean * mu.sd**-2) / precision
    residual = data.z[..., None, :] - mean[..., None] * data.e
    log_fit = np.log(w).sum(axis=-1) - (w * residual**2).sum(axis=-1)
    log_likelihood = 0.5 * (
        log_fit - (data.lam.size - 1) * LOG_2PI - np.log(precision)
    ) + mu.log_density(mean)
    return Conditional(mean, precision**-0.5, log_likelihood)


@dataclass(frozen=True, eq=False, slots=True)
class Shrinkage:
    """True effects of the k rows given τ, at N values of it.

    Parameters
    ----------
    mean, sd
        Shape (k, N).
    """

    mean: FloatArray
    sd: FloatArray


def shrinkage(data: Data, tau: FloatArray, given: Conditional) -> Shrinkage:
    """Posterior of each true effect given τ, with μ integrated out.

    Given μ too, the rotated true effects are independent with mean
    b z + (1 − b) e μ and variance b λ, where b = τ² / (τ² + λ).
    """
    U = np.eye(data.lam.size) if data.U is None else data.U
    b = tau**2 / (tau**2 + data.lam[:, None])
    from_mu = U @ ((1 - b) * data.e[:, None])
    mean = U @ (b * data.z[:, None]) + from_mu * given.mean
    variance = U**2 @ (b * data.lam[:, None]) + from_mu**2 * given.sd**2
    return Shrinkage(mean, np.sqrt(variance))


def mean_weights(data: Data, tau: FloatArray, mu: GaussianPrior) -> FloatArray:
    """Share of each effect in the mean of μ given τ, shape (k, N).

    The rest of 1 is the share of the prior.
    """
    w = 1 / (data.lam[:, None] + tau**2)
    share = w * data.e[:, None] / (data.e**2 @ w + mu.sd**-2)
    return share if data.U is None else data.U @ share
