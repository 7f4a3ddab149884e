"""Arithmetic of the normal–normal model with the mean integrated out, given τ."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.prior_base import Components
from mdmameta.models.bayesian.rotation import principal_axes

LOG_2PI = float(np.log(2 * np.pi))


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

    @property
    def X(self) -> FloatArray:
        """The ones as a design of one column, shape (k, 1)."""
        return self.e[:, None]

    @classmethod
    def of(cls, y: FloatArray, v: FloatArray, V: FloatArray | None = None) -> Data:
        """Rotate effects with variances ``v`` or covariance matrix ``V``.

        Raises
        ------
        ModelError
            When a variance is not positive and finite.
        """
        lam, U = (v, None) if V is None else principal_axes(V)
        if not ((lam > 0) & np.isfinite(lam)).all() or not np.isfinite(y).all():
            raise ModelError(
                "an effect is not finite, or a sampling variance is not positive and "
                f"finite: variances {np.asarray(v).tolist()}. Leave out rows without "
                "information, and check the covariance matrix."
            )
        if U is None:
            return cls(y, np.ones_like(v), v)
        return cls(y @ U, U.sum(axis=0), lam, U)


@dataclass(frozen=True, eq=False, slots=True)
class Conditional:
    """What is known given τ, at N values of it, with J components of the prior.

    Parameters
    ----------
    weight
        Posterior probability of each component of the prior of μ, shape
        (..., J, N).
    means, sds
        Posterior mean and standard deviation of μ under each, shape (..., J, N).
    share
        Share of the data in that mean; the rest of 1 is the prior's.
    log_likelihood
        log p(y | τ) with μ integrated over its prior, shape (..., N).
    """

    weight: FloatArray
    means: FloatArray
    sds: FloatArray
    share: FloatArray
    log_likelihood: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Posterior mean of μ, shape (..., N)."""
        return np.asarray((self.weight * self.means).sum(axis=-2))

    @property
    def sd(self) -> FloatArray:
        """Posterior standard deviation of μ, shape (..., N)."""
        spread = self.sds**2 + (self.means - self.mean[..., None, :]) ** 2
        return np.asarray(np.sqrt((self.weight * spread).sum(axis=-2)))

    def of(self, fits: NDArray[np.intp]) -> Conditional:
        """Take some of the fits on the first axis."""
        each = (getattr(self, f.name)[fits] for f in fields(Conditional))
        return Conditional(*each)

    def at(self, kept: NDArray[np.bool_]) -> Conditional:
        """Take some of the values of τ, on the last axis."""
        each = (getattr(self, f.name)[..., kept] for f in fields(Conditional))
        return Conditional(*each)

    def mixed(self, probability: FloatArray) -> FloatArray:
        """Weights of all J · N normals when τ has ``probability``, flattened."""
        return flat(probability[..., None, :] * self.weight)

    @property
    def flat_means(self) -> FloatArray:
        """Means of all J · N normals."""
        return flat(self.means)

    @property
    def flat_sds(self) -> FloatArray:
        """Standard deviations of μ under all J · N normals."""
        return flat(self.sds)

    def new_sds(self, tau: FloatArray) -> FloatArray:
        """Return standard deviations of a new true effect under all J · N normals."""
        return flat(np.hypot(self.sds, tau))


def flat(parts: FloatArray) -> FloatArray:
    """Join the axes of components and of τ."""
    return parts.reshape(*parts.shape[:-2], -1)


def conditional(data: Data, tau: FloatArray, prior: Components) -> Conditional:
    """Posterior of μ given τ, and the likelihood of τ.

    Parameters
    ----------
    data
        k rotated effects of one or more data sets.
    tau
        Shape (N,).
    prior
        Of the mean: its leading axes match those of the data.

    Returns
    -------
    Conditional
    """
    w = 1 / (data.lam + tau[:, None] ** 2)
    v = 1 / (w @ data.e**2)
    mean = (data.z @ (w * data.e).T) * v
    residual = data.z[..., None, :] - mean[..., None] * data.e
    log_fit = np.log(w).sum(axis=-1) - (w * residual**2).sum(axis=-1)
    log_likelihood = 0.5 * (log_fit - (data.lam.size - 1) * LOG_2PI + np.log(v))
    return updated(prior, mean[..., None, :], v, log_likelihood)


def updated(
    prior: Components, mean: FloatArray, v: FloatArray, log_likelihood: FloatArray
) -> Conditional:
    """Combine each component of a prior with an estimate of the mean.

    Parameters
    ----------
    prior
        Of the mean, J components.
    mean, v
        Estimate and its variance given τ, shapes that broadcast to (..., 1, N).
    log_likelihood
        With the mean integrated over the whole line, shape (..., N).
    """
    centre, s2 = prior.mean[..., None], prior.sd[..., None] ** 2
    is_flat = np.isinf(s2)
    total = np.where(is_flat, 1.0, s2) + v
    share = np.where(is_flat, 1.0, s2 / total)
    fit = -0.5 * ((mean - centre) ** 2 / total + np.log(total) + LOG_2PI)
    log_weight = prior.log_weight[..., None] + np.where(is_flat, 0.0, fit)
    peak = log_weight.max(axis=-2, keepdims=True)
    weight = np.exp(log_weight - peak)
    sum_of_weights = weight.sum(axis=-2, keepdims=True)
    evidence = log_likelihood + (peak + np.log(sum_of_weights))[..., 0, :]
    means = centre + (mean - centre) * share
    return Conditional(
        weight / sum_of_weights, means, np.sqrt(share * v), share, evidence
    )


@dataclass(frozen=True, eq=False, slots=True)
class MeanLikelihood:
    """Likelihood of τ in the model with one mean, for quadrature.

    Parameters
    ----------
    data
        k rotated effects of one or more data sets.
    prior
        Of the mean.
    """

    data: Data
    prior: Components

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of μ given τ, shape (N,), and the likelihood of τ."""
        return conditional(self.data, tau, self.prior)


@dataclass(frozen=True, eq=False, slots=True)
class Shrinkage:
    """True effects of the k rows as mixtures of J · N normals.

    Parameters
    ----------
    mean, sd
        Shape (k, J · N).
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
    from_mu = (U @ ((1 - b) * data.e[:, None]))[:, None, :]
    mean = (U @ (b * data.z[:, None]))[:, None, :] + from_mu * given.means
    variance = (U**2 @ (b * data.lam[:, None]))[:, None, :] + (from_mu * given.sds) ** 2
    return Shrinkage(flat(mean), flat(np.sqrt(variance)))


def mean_weights(data: Data, tau: FloatArray, given: Conditional) -> FloatArray:
    """Share of each effect in the mean of μ given τ, shape (k, N).

    The rest of 1 is the share of the prior.
    """
    w = 1 / (data.lam[:, None] + tau**2)
    of_data = (given.weight * given.share).sum(axis=-2)
    share = w * data.e[:, None] / (data.e**2 @ w) * of_data
    return np.asarray(share if data.U is None else data.U @ share)


def profile_log_likelihood(data: Data, tau: FloatArray) -> FloatArray:
    """Log-likelihood at the best mean for each τ, shape (N,)."""
    profile = conditional(data, tau, Components.single(0.0, np.inf))
    # The flat prior integrated over μ: take its normal density at the mode instead.
    return np.asarray(profile.log_likelihood - np.log(profile.sd) - 0.5 * LOG_2PI)


def best_log_likelihood(data: Data) -> float:
    """Log-likelihood at the best mean and τ, to a few digits."""
    unit = float(np.sqrt(data.lam.min()) + np.abs(data.z).max())
    tau = np.concatenate([[0.0], unit * np.geomspace(1e-4, 10, 60)])
    return float(profile_log_likelihood(data, tau).max())
