"""Normal effects with everything but a few parameters integrated out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.kernel import LOG_2PI
from mdmameta.models.bayesian.regression_kernel import RegressionData
from mdmameta.models.bayesian.rotation import principal_axes
from mdmameta.models.bayesian.sampled.program import Tensors


def one_mean(found: Tensors, data: Tensors) -> object:
    """Log density of z ~ N(e μ, λ + τ²), as a tensor."""
    pt = compat.tensor()
    variance = data["lam"] + found["tau"] ** 2
    residual = data["z"] - data["e"] * found["mu"]
    return -0.5 * pt.sum(LOG_2PI + pt.log(variance) + residual**2 / variance)


def two_levels(found: Tensors, data: Tensors) -> object:
    """Log density of z ~ N(e μ, λ + τ²_within + τ²_between e eᵀ by study).

    The last term has rank one in each study: Sherman and Morrison's formula and the
    lemma of determinants leave sums.
    """
    pt = compat.tensor()
    e, Z = data["e"], data["Z"]
    variance = data["lam"] + found["tau_within"] ** 2
    between2 = found["tau_between"] ** 2
    residual = data["z"] - e * found["mu"]
    inside = pt.sum(LOG_2PI + pt.log(variance) + residual**2 / variance)
    more = 1 + between2 * pt.sum(Z * (e**2 / variance), axis=1)
    told = pt.sum(Z * (e * residual / variance), axis=1) ** 2
    return -0.5 * (inside + pt.sum(pt.log(more) - between2 * told / more))


def regression(found: Tensors, data: Tensors) -> object:
    """Log density of z ~ N(Xβ, λ + τ²) with β = b + Aγ and t priors of β.

    γ lies on axes on which the coefficients are nearly independent, so that no scale
    of a moderator troubles the sampler. A normal prior is a t of very many degrees of
    freedom.
    """
    pt = compat.tensor()
    variance = data["lam"] + found["tau"] ** 2
    residual = data["z"] - pt.sum(data["XA"] * found["gamma"], axis=1)
    distance = data["prior"] + pt.sum(data["priorA"] * found["gamma"], axis=1)
    fit = pt.sum(LOG_2PI + pt.log(variance) + residual**2 / variance)
    df = data["df"]
    return -0.5 * (fit + pt.sum((df + 1) * pt.log1p(distance**2 / df)))


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """Parameters of the covariance and of the means, for S draws.

    Parameters
    ----------
    beta
        Coefficients, shape (S, p).
    within, between
        Standard deviations of true effects within and between groups, shape (S, 1).
    """

    beta: FloatArray
    within: FloatArray
    between: FloatArray | None = None


@dataclass(frozen=True, eq=False, slots=True)
class NormalEffects:
    """y ~ N(Xβ, V + τ²_within I + τ²_between ZᵀZ), on axes that make V diagonal.

    Parameters
    ----------
    data
        k rotated effects and their design.
    Z
        Which axes are of which group, shape (G, k), or None for one level.
    """

    data: RegressionData
    Z: FloatArray | None = None

    @property
    def e(self) -> FloatArray:
        """Rotated ones, shape (k,): the first column of the design."""
        return np.asarray(self.data.X[:, 0])

    def _solved(self, residual: FloatArray, at: Given) -> FloatArray:
        """Product of the inverse covariance with rows of shape (S, k)."""
        w = 1 / (self.data.lam + at.within**2)
        if self.Z is None or at.between is None:
            return np.asarray(w * residual)
        we = w * self.e
        share = at.between**2 / (1 + at.between**2 * ((we * self.e) @ self.Z.T))
        return np.asarray(
            w * residual - we * ((share * ((we * residual) @ self.Z.T)) @ self.Z)
        )

    def _noise(self, at: Given, rng: Generator) -> tuple[FloatArray, FloatArray]:
        """Draw random effects: of groups, shape (S, G), and of axes, shape (S, k)."""
        S, k = at.within.shape[0], self.data.lam.size
        inner = at.within * rng.standard_normal((S, k))
        if self.Z is None or at.between is None:
            return np.zeros((S, 0)), inner
        groups = at.between * rng.standard_normal((S, len(self.Z)))
        return groups, inner + (groups @ self.Z) * self.e

    def true_effects(
        self, at: Given, rng: Generator
    ) -> tuple[FloatArray, FloatArray | None]:
        """Draw true effects given each draw, by conditioning a joint draw on z.

        Returns
        -------
        tuple
            True effects, shape (S, k), and random effects of the groups, shape (S, G).

        References
        ----------
        Hoffman and Ribak (1991), doi:10.1086/186160.
        """
        mean = at.beta @ self.data.X.T
        groups, effect = self._noise(at, rng)
        error = np.sqrt(self.data.lam) * rng.standard_normal(effect.shape)
        gap = self._solved(self.data.z - mean - effect - error, at)
        theta = mean + effect + at.within**2 * gap
        if self.Z is None or at.between is None:
            return self._back(theta), None
        moved = at.between**2 * ((gap * self.e) @ self.Z.T)
        return self._back(theta + (moved @ self.Z) * self.e), groups + moved

    def new_data(self, at: Given, rng: Generator) -> FloatArray:
        """Draw new effects of the same studies, shape (S, k)."""
        _, effect = self._noise(at, rng)
        error = np.sqrt(self.data.lam) * rng.standard_normal(effect.shape)
        return self._back(at.beta @ self.data.X.T + effect + error)

    def log_likelihood(self, at: Given) -> FloatArray:
        """Log density of each effect given the parameters and the other effects.

        For independent effects this is the density of each by itself.

        References
        ----------
        Bürkner, Gabry and Vehtari (2021), doi:10.1007/s00180-020-01045-4.
        """
        g = self._back(self._solved(self.data.z - at.beta @ self.data.X.T, at))
        w = 1 / (self.data.lam + at.within**2)
        precision = w if self.data.U is None else w @ (self.data.U**2).T
        if self.Z is not None and at.between is not None:
            share = at.between**2 / (1 + at.between**2 * ((w * self.e**2) @ self.Z.T))
            precision = precision - (share @ self.Z) * self._back(w * self.e) ** 2
        return np.asarray(0.5 * (np.log(precision) - LOG_2PI - g**2 / precision))

    def weights(self, at: Given) -> FloatArray:
        """Weight of each effect in the mean given each draw, shape (S, k)."""
        return self._back(
            self._solved(np.broadcast_to(self.e, (len(at.within), self.e.size)), at)
        )

    def _back(self, rotated: FloatArray) -> FloatArray:
        return rotated if self.data.U is None else rotated @ self.data.U.T


def by_group(
    y: FloatArray, v: FloatArray, V: FloatArray | None, group: NDArray[np.intp]
) -> NormalEffects:
    """Turn each group to axes on which its sampling errors are independent.

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (k,).
    V
        Covariance, block diagonal by group, shape (k, k), or None.
    group
        Place of the group of each row, from 0, shape (k,).
    """
    Z = (group == np.arange(group.max() + 1)[:, None]).astype(float)
    if V is None:
        return NormalEffects(RegressionData.of(y, v, np.ones((y.size, 1))), Z)
    lam, U = np.empty_like(v), np.zeros_like(V)
    for rows in (np.flatnonzero(one) for one in Z):
        lam[rows], U[np.ix_(rows, rows)] = principal_axes(V[np.ix_(rows, rows)])
    return NormalEffects(RegressionData(y @ U, U.sum(axis=0)[:, None], lam, U), Z)


def containers(effects: NormalEffects) -> Mapping[str, FloatArray]:
    """Arrays that the densities of this module read."""
    groups = {} if effects.Z is None else {"Z": effects.Z}
    return {"z": effects.data.z, "e": effects.e, "lam": effects.data.lam, **groups}
