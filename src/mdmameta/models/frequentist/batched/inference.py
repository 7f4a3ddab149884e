"""Coefficients, intervals and heterogeneity of many data sets at given τ²."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import AtZero, Basis, Many, dot


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients of n data sets with their covariance.

    Parameters
    ----------
    beta, vcov
        Shape (p, n) and (p, p, n); the covariance after the scale factor.
    df
        Residual degrees of freedom, shape (n,).
    wald
        Which data sets have normal intervals, shape (n,).
    """

    beta: FloatArray
    vcov: FloatArray
    df: FloatArray
    wald: bool

    @property
    def se(self) -> FloatArray:
        """Standard errors, shape (p, n)."""
        root: FloatArray = np.sqrt(np.einsum("iin->in", self.vcov))
        return root

    @property
    def statistic(self) -> FloatArray:
        """The z or t of each coefficient, shape (p, n)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio: FloatArray = self.beta / self.se
        return ratio

    def p_value(self) -> FloatArray:
        """Two-sided p-values, shape (p, n)."""
        below = -np.abs(self.statistic)
        p: FloatArray = 2 * (ndtr(below) if self.wald else stdtr(self.df, below))
        return p

    def half_width(self, level: float) -> FloatArray:
        """Half of the width of the intervals, shape (p, n)."""
        upper = 1 - (1 - level) / 2
        if self.wald:
            return self.se * float(ndtri(upper))
        df, place = np.unique(self.df, return_inverse=True)
        half: FloatArray = self.se * stdtrit(df, upper)[place]
        return half

    def omnibus(self, tested: list[int]) -> FloatArray:
        """Joint statistic of some coefficients, χ² or F, shape (n,)."""
        if len(tested) == 1:
            chi2: FloatArray = self.statistic[tested[0]] ** 2
            return chi2
        b = self.beta[tested].T
        V = self.vcov[np.ix_(tested, tested)].transpose(2, 0, 1)
        found = np.full(len(b), np.nan)
        regular = (np.diagonal(V, axis1=1, axis2=2) > 0).all(axis=1)
        solved = np.linalg.solve(V[regular], b[regular][:, :, None])[:, :, 0]
        found[regular] = (b[regular] * solved).sum(axis=1)
        return found if self.wald else found / len(tested)


def coefficients(
    data: Many, t: FloatArray, out: FloatArray, back: FloatArray, interval: str
) -> Coefficients:
    """Estimate the coefficients of a design at one τ² a data set.

    Parameters
    ----------
    data
        n data sets, centred.
    t
        Variances between studies, shape (n,).
    out
        What centring took out, shape (p, n).
    back
        What makes the coefficients of the design asked for of those of the
        design of ``data``, shape (p, p).
    interval
        See `mdmameta.models.frequentist.batched.fit_many`.
    """
    w = data.weights(t)
    basis = data.basis(w)
    wy = w * data.y
    c = [dot(wy, u) for u in basis.u]
    beta, vcov = _solve(basis, c)
    if interval.startswith("knapp-hartung"):
        vcov *= _scale(_q(data, w, basis, c), data.df, interval)
    beta += out
    if data.p > 1 or back[0, 0] != 1:
        beta = back @ beta
        vcov = np.einsum("ij,jln,ml->imn", back, vcov, back)
    return Coefficients(beta, vcov, data.df, interval == "wald")


def of_mean(
    data: Many, y: FloatArray, t: FloatArray, centre: float, interval: str
) -> Coefficients:
    """Estimate the mean of subsets of the same rows at one τ² a subset.

    Parameters
    ----------
    data
        n subsets of k rows.
    y
        Effects of the rows about a centre, shape (k,).
    t
        Variances between studies, shape (n,).
    centre
        What was taken out of y.
    interval
        See `mdmameta.models.frequentist.batched.fit_many`.
    """
    w = data.weights(t)
    total, wy = np.array([np.ones_like(y), y]) @ w
    mean, variance = wy / total, 1 / total
    if interval.startswith("knapp-hartung"):
        q = (w * (y[:, None] - mean) ** 2).sum(axis=0)
        variance *= _scale(q, data.df, interval)
    mean += centre
    return Coefficients(mean[None], variance[None, None], data.df, interval == "wald")


def _scale(q: FloatArray, df: FloatArray, interval: str) -> FloatArray:
    # Without degrees of freedom there is no scale, and the interval is Wald's.
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(df > 0, q / df, 1.0)
    return np.maximum(1.0, scale) if interval.endswith("adhoc") else scale


def _solve(basis: Basis, c: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Coefficients of the design and (XᵀWX)⁻¹, shape (p, n) and (p, p, n)."""
    if len(c) == 1:
        return basis.turn[0] * c[0], basis.turn**2
    beta = np.einsum("ijn,jn->in", basis.turn, np.array(c))
    return beta, np.einsum("ijn,ljn->iln", basis.turn, basis.turn)


def _q(data: Many, w: FloatArray, basis: Basis, c: list[FloatArray]) -> FloatArray:
    r = data.y
    for u, share in zip(basis.u, c, strict=True):
        r = r - u * share
    total: FloatArray = (w * r * r).sum(axis=0)
    return total


def heterogeneity(
    zero: AtZero, df: FloatArray, t: FloatArray, *, common: bool
) -> dict[str, FloatArray]:
    """τ², Cochran's Q, I² in percent and H² of each data set, shape (n,).

    Parameters
    ----------
    zero
        What the data sets are like at τ² = 0.
    df, t
        Residual degrees of freedom, and variances between studies, shape (n,).
    common
        Whether the effect is assumed to be common, so that I² and H² come
        from Q.
    """
    q = zero.q
    with np.errstate(divide="ignore", invalid="ignore"):
        if common:
            i2, h2 = np.where(q > 0, np.maximum(0.0, 1 - df / q), 0.0), q / df
        else:
            typical = df / zero.trace
            i2, h2 = t / (t + typical), (t + typical) / typical
    none = df <= 0
    return {
        "tau2": np.where(none, np.nan, t),
        "q": q,
        "i2": np.where(none, np.nan, 100 * i2),
        "h2": np.where(none, np.nan, h2),
    }
