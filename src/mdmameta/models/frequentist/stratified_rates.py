"""Kernels for stratified rates of two groups: Mantel–Haenszel and its test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.stratified import Pooled


@dataclass(frozen=True, slots=True)
class Rates:
    """Events and person-time of two groups in k trials, each of shape (k,)."""

    x1: FloatArray
    t1: FloatArray
    x2: FloatArray
    t2: FloatArray

    @property
    def t(self) -> FloatArray:
        """Person-time of both groups."""
        return self.t1 + self.t2

    @property
    def excess(self) -> FloatArray:
        """Events of group 1 less those expected if the rates were alike."""
        return self.x1 - (self.x1 + self.x2) * self.t1 / self.t

    @property
    def variance(self) -> FloatArray:
        """Binomial variance of the events of group 1, given those of both."""
        spread = (self.x1 + self.x2) * self.t1 * self.t2
        return np.asarray(spread / self.t**2, dtype=np.float64)


def pooled_rate_ratio(r: Rates) -> Pooled:
    """Pool the log rate ratio: log(Σ x₁t₂/t / Σ x₂t₁/t).

    References
    ----------
    Rothman, Greenland and Lash 2008, ISBN 978-0-7817-5564-1, chapter 15; standard
    error: Greenland and Robins 1985, doi:10.2307/2530643.

    Examples
    --------
    >>> one = Rates(*(np.array([x]) for x in (8.0, 100.0, 4.0, 100.0)))
    >>> round(pooled_rate_ratio(one).value, 4)
    0.6931
    """
    s = r.x2 * r.t1 / r.t
    R, S = (r.x1 * r.t2 / r.t).sum(), s.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(R / S)
        se = np.sqrt(r.variance.sum() / (R * S))
    return Pooled(float(value), float(se), s)


def pooled_rate_difference(r: Rates) -> Pooled:
    """Pool the rate difference: Σ (x₁t₂ − x₂t₁)/t / Σ t₁t₂/t.

    References
    ----------
    Greenland and Robins 1985, doi:10.2307/2530643.

    Examples
    --------
    >>> one = Rates(*(np.array([x]) for x in (8.0, 100.0, 4.0, 100.0)))
    >>> round(pooled_rate_difference(one).value, 4)
    0.04
    """
    w = r.t1 * r.t2 / r.t
    W = float(w.sum())
    value = float(((r.x1 * r.t2 - r.x2 * r.t1) / r.t).sum()) / W
    spread = float(((r.x1 * r.t2**2 + r.x2 * r.t1**2) / r.t**2).sum())
    return Pooled(value, float(np.sqrt(spread)) / W, w)


def rate_association(r: Rates, *, correct: bool = True) -> tuple[float, float]:
    """Test that the rates are alike in every stratum (Mantel–Haenszel).

    Parameters
    ----------
    r
        Rates.
    correct
        Whether to draw |Σ (O − E)| towards zero by one half.

    Returns
    -------
    tuple of float
        χ² with one degree of freedom, and its p-value.

    References
    ----------
    Rothman, Greenland and Lash 2008, ISBN 978-0-7817-5564-1, chapter 15.

    Examples
    --------
    >>> one = Rates(*(np.array([x]) for x in (8.0, 100.0, 4.0, 100.0)))
    >>> round(rate_association(one, correct=False)[0], 4)
    1.3333
    """
    distance = max(0.0, abs(r.excess.sum()) - (0.5 if correct else 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = float(np.divide(distance**2, r.variance.sum()))
    return chi2, float(chdtrc(1, chi2))
