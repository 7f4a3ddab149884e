"""Arithmetic of meta-regression with the coefficients integrated out, given τ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.kernel import (
    LOG_2PI,
    Conditional,
    Data,
    Shrinkage,
)

#: Share of the largest singular value of a design below which a direction is none.
RANK = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class RegressionData:
    """Effects and moderators turned to axes with independent sampling errors.

    Parameters
    ----------
    z
        Rotated effects, shape (k,).
    X
        Rotated design, shape (k, p).
    lam
        Variances, shape (k,).
    U
        Rotation, shape (k, k), or None for the identity.
    """

    z: FloatArray
    X: FloatArray
    lam: FloatArray
    U: FloatArray | None = None

    @classmethod
    def of(
        cls, y: FloatArray, v: FloatArray, X: FloatArray, V: FloatArray | None = None
    ) -> RegressionData:
        """Rotate effects and design with variances ``v`` or covariance ``V``."""
        plain = Data.of(y, v, V)
        turned = X if plain.U is None else plain.U.T @ X
        return cls(plain.z, turned, plain.lam, plain.U)

    @property
    def rotation(self) -> FloatArray:
        """The rotation, shape (k, k)."""
        return np.eye(self.lam.size) if self.U is None else self.U


@dataclass(frozen=True, eq=False, slots=True)
class CoefficientPriors:
    """Independent priors of p coefficients.

    Parameters
    ----------
    mean, sd
        Shape (p,); sd is infinite where the prior is flat.
    """

    mean: FloatArray
    sd: FloatArray

    @property
    def flat(self) -> int:
        """Number of flat ones."""
        return int(np.isinf(self.sd).sum())


@dataclass(frozen=True, eq=False, slots=True)
class RegressionConditional(Conditional):
    """What is known given τ, at N values of it; the first axis is the coefficients.

    Parameters
    ----------
    weight, means, sds, share, log_likelihood
        As in `Conditional`, with shapes (1, N), (p, 1, N), (p, 1, N), (p, 1, N) and
        (N,).
    root
        Root of the posterior covariance C = root rootᵀ, shape (N, p, p).
    """

    root: FloatArray

    def combined(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and standard deviation of x'β given τ, shape (N,)."""
        sd = np.sqrt(((x @ self.root) ** 2).sum(axis=-1))
        return x @ self.means[:, 0, :], sd


def conditional(
    data: RegressionData, tau: FloatArray, priors: CoefficientPriors
) -> RegressionConditional:
    """Posterior of the coefficients given τ, and the likelihood of τ.

    Least squares on the studies and, as further rows, on the priors, by QR: the
    normal equations would lose twice the digits on an uncentred year.

    Parameters
    ----------
    data
        k rotated effects and their design.
    tau
        Shape (N,).
    priors
        Of the coefficients.
    """
    w = 1 / (data.lam + tau[:, None] ** 2)
    proper = np.isfinite(priors.sd)
    known = (np.eye(proper.size) / priors.sd)[proper]
    rows = np.broadcast_to(known, (tau.size, *known.shape))
    A = np.concatenate([np.sqrt(w)[:, :, None] * data.X, rows], axis=1)
    target = np.broadcast_to((priors.mean / priors.sd)[proper], rows.shape[:2])
    b = np.concatenate([np.sqrt(w) * data.z, target], axis=1)[:, :, None]
    Q, R = np.linalg.qr(A)
    root = np.linalg.inv(R)
    beta = root @ (Q.transpose(0, 2, 1) @ b)
    fit = ((b - A @ beta) ** 2).sum(axis=(1, 2))
    scale = 2 * np.log(np.abs(np.diagonal(R, axis1=1, axis2=2))).sum(axis=-1)
    log_fit = np.log(w).sum(axis=-1) - fit - 2 * np.log(priors.sd[proper]).sum() - scale
    log_likelihood = 0.5 * (log_fit - (data.lam.size - priors.flat) * LOG_2PI)
    with np.errstate(over="ignore"):  # far out, where τ has no mass
        sds = np.sqrt((root**2).sum(axis=-1)).T[:, None, :]
    none = np.full_like(sds, np.nan)
    means = beta[..., 0].T[:, None, :]
    one = np.ones((1, tau.size))
    return RegressionConditional(one, means, sds, none, log_likelihood, root)


@dataclass(frozen=True, eq=False, slots=True)
class RegressionLikelihood:
    """Likelihood of τ in a meta-regression, for quadrature.

    Parameters
    ----------
    data
        k rotated effects and their design.
    priors
        Of the coefficients.
    """

    data: RegressionData
    priors: CoefficientPriors

    def given(self, tau: FloatArray) -> RegressionConditional:
        """Posterior of the coefficients given τ, shape (N,), and its likelihood."""
        return conditional(self.data, tau, self.priors)


def shrinkage(
    data: RegressionData, tau: FloatArray, given: RegressionConditional
) -> Shrinkage:
    """Posterior of each true effect given τ, with the coefficients integrated out."""
    U = data.rotation
    b = tau**2 / (tau**2 + data.lam[:, None])
    # How far each true effect follows each coefficient, shape (N, k, p).
    G = U @ ((1 - b).T[:, :, None] * data.X)
    mean = U @ (b * data.z[:, None]) + np.einsum("nkp,pn->kn", G, given.means[:, 0, :])
    variance = U**2 @ (b * data.lam[:, None]) + ((G @ given.root) ** 2).sum(axis=-1).T
    return Shrinkage(mean, np.sqrt(variance))


def mean_weights(data: RegressionData, tau: FloatArray) -> FloatArray:
    """Weight of each effect given τ, as shares that add to 1, shape (k, N)."""
    w = data.rotation**2 @ (1 / (data.lam[:, None] + tau**2))
    return np.asarray(w / w.sum(axis=0))


def best_log_likelihood(data: RegressionData) -> float:
    """Log-likelihood at the best coefficients and τ, to a few digits."""
    unit = float(np.sqrt(data.lam.min()) + np.abs(data.z).max())
    tau = np.concatenate([[0.0], unit * np.geomspace(1e-4, 10, 60)])
    w = 1 / (data.lam + tau[:, None] ** 2)
    b = np.sqrt(w) * data.z
    # Singular values, for columns need not be independent under proper priors.
    axes, size, _ = np.linalg.svd(np.sqrt(w)[:, :, None] * data.X, full_matrices=False)
    axes = axes * (size > RANK * size[:, :1])[:, None, :]
    rest = b - (axes @ (b[:, None, :] @ axes).transpose(0, 2, 1))[:, :, 0]
    return float(0.5 * (np.log(w / (2 * np.pi)) - rest**2).sum(axis=1).max())


def independent(X: FloatArray) -> bool:
    """Tell whether no column of a design follows from the others, whatever its unit.

    Parameters
    ----------
    X
        Shape (k, p).

    Examples
    --------
    >>> independent(np.array([[1.0, 2011], [1, 2012], [1, 2013]]))
    True
    >>> independent(np.array([[1.0, 2], [1, 2]])), independent(np.ones((2, 3)))
    (False, False)
    """
    size = np.linalg.norm(X, axis=0)
    if X.shape[1] > X.shape[0] or not size.all():
        return False
    values = np.linalg.svd(X / size, compute_uv=False)
    return bool(values.size == 0 or values[-1] > RANK * values[0])
