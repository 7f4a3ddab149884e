"""Kernels for stratified 2 × 2 tables: Mantel–Haenszel, Peto, and their tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Strata:
    """Events and non-events of two groups in k tables, each of shape (k,)."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def n1(self) -> FloatArray:
        """Size of group 1."""
        return self.a + self.b

    @property
    def n2(self) -> FloatArray:
        """Size of group 2."""
        return self.c + self.d

    @property
    def n(self) -> FloatArray:
        """Size of both groups."""
        return self.a + self.b + self.c + self.d

    @property
    def excess(self) -> FloatArray:
        """Events of group 1 less those expected if the groups were alike."""
        return self.a - self.n1 * (self.a + self.c) / self.n

    @property
    def variance(self) -> FloatArray:
        """Hypergeometric variance of the events of group 1."""
        events, others = self.a + self.c, self.b + self.d
        spread = self.n1 * self.n2 * events * others
        return np.asarray(spread / (self.n**2 * (self.n - 1)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled contrast, its standard error, and weights of shape (k,)."""

    value: float
    se: float
    weights: FloatArray


def pooled_odds_ratio(t: Strata) -> Pooled:
    """Pool the log odds ratio: log(Σ ad/n / Σ bc/n).

    References
    ----------
    Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719; standard error:
    Robins, Breslow and Greenland 1986, doi:10.2307/2531052.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> round(pooled_odds_ratio(one).value, 4)
    1.6094
    """
    p, q = (t.a + t.d) / t.n, (t.b + t.c) / t.n
    r, s = t.a * t.d / t.n, t.b * t.c / t.n
    R, S = r.sum(), s.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(R / S)
        parts = (p @ r) / R**2 + (p @ s + q @ r) / (R * S) + (q @ s) / S**2
    return Pooled(float(value), float(np.sqrt(parts / 2)), s)


def pooled_risk_ratio(t: Strata) -> Pooled:
    """Pool the log risk ratio: log(Σ a n₂/n / Σ c n₁/n).

    References
    ----------
    Standard error: Greenland and Robins 1985, doi:10.2307/2530643.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> round(pooled_risk_ratio(one).value, 4)
    0.8473
    """
    r, s = t.a * t.n2 / t.n, t.c * t.n1 / t.n
    R, S = r.sum(), s.sum()
    spread = (t.n1 * t.n2 * (t.a + t.c) / t.n**2 - t.a * t.c / t.n).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return Pooled(float(np.log(R / S)), float(np.sqrt(spread / (R * S))), s)


def pooled_risk_difference(t: Strata) -> Pooled:
    """Pool the risk difference: Σ (a n₂ − c n₁)/n / Σ n₁n₂/n.

    References
    ----------
    Standard error: Sato, Greenland and Robins 1989, Biometrics 45:1323–1324.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 2.0, 2.0, 3.0)))
    >>> round(pooled_risk_difference(one).value, 4)
    0.4
    """
    w = t.n1 * t.n2 / t.n
    value = ((t.a * t.n2 - t.c * t.n1) / t.n).sum() / w.sum()
    p = (t.c * t.n1**2 - t.a * t.n2**2 + t.n1 * t.n2 * (t.n2 - t.n1) / 2) / t.n**2
    q = (t.a * (t.n2 - t.c) + t.c * (t.n1 - t.a)) / (2 * t.n)
    spread = value * p.sum() + q.sum()
    return Pooled(float(value), float(np.sqrt(spread)) / float(w.sum()), w)


def pooled_differences(counted: Strata, corrected: Strata) -> Pooled:
    """Pool the risk difference with the variance of Greenland and Robins.

    It is the weighted mean of the trials' differences, with the variance of each
    proportion its own; Sato's is also right for many trials that are small.

    Parameters
    ----------
    counted
        Tables that the differences are of.
    corrected
        Tables, with constants added perhaps, that weights and variances are of.

    References
    ----------
    Greenland and Robins 1985, doi:10.2307/2530643.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 2.0, 2.0, 3.0)))
    >>> round(pooled_differences(one, one).se, 4)
    0.253
    """
    t = corrected
    w = t.n1 * t.n2 / t.n
    difference = counted.a / counted.n1 - counted.c / counted.n2
    variance = t.a * t.b / t.n1**3 + t.c * t.d / t.n2**3
    value = float(w @ difference / w.sum())
    return Pooled(value, float(np.sqrt(w**2 @ variance) / w.sum()), w)


def pooled_peto(t: Strata) -> Pooled:
    """Pool the log odds ratio by one step from no contrast: Σ (O − E) / Σ V.

    References
    ----------
    Yusuf et al. 1985, doi:10.1016/S0033-0620(85)80003-7.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> round(pooled_peto(one).value, 4)
    1.4476
    """
    v = t.variance
    return Pooled(float(t.excess.sum() / v.sum()), float(1 / np.sqrt(v.sum())), v)


def association(t: Strata, *, correct: bool = True) -> tuple[float, float]:
    """Test that no stratum has a contrast (Cochran–Mantel–Haenszel).

    Parameters
    ----------
    t
        Tables.
    correct
        Whether to draw |Σ (O − E)| towards zero by one half.

    Returns
    -------
    tuple of float
        χ² with one degree of freedom, and its p-value.

    References
    ----------
    Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719.

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> round(association(one, correct=False)[0], 4)
    2.4381
    """
    distance = max(0.0, abs(t.excess.sum()) - (0.5 if correct else 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = float(np.divide(distance**2, t.variance.sum()))
    return chi2, float(chdtrc(1, chi2))


def homogeneity(t: Strata, odds_ratio: float) -> tuple[float, float, int]:
    """Test that strata share one odds ratio: Breslow and Day, and Tarone.

    Parameters
    ----------
    t
        Tables; those with no event, or only events, say nothing about it.
    odds_ratio
        Of Mantel and Haenszel.

    Returns
    -------
    tuple
        χ² of Breslow and Day, χ² of Tarone, and their degrees of freedom.

    References
    ----------
    Breslow and Day 1980, ISBN 978-92-832-0132-8, section 4.4; Tarone 1985,
    doi:10.1093/biomet/72.1.91.
    """
    fitted = fitted_events(t, odds_ratio)
    others = t.a + t.c - fitted
    cells = np.array([fitted, t.n1 - fitted, others, t.n2 - others])
    with np.errstate(divide="ignore", invalid="ignore"):
        v = 1 / (1 / cells).sum(axis=0)
        parts = (t.a - fitted) ** 2 / v
    informative = np.isfinite(parts) & (v > 0)
    excess, v = (t.a - fitted)[informative], v[informative]
    breslow_day = float(parts[informative].sum())
    tarone = breslow_day - float(excess.sum()) ** 2 / float(v.sum())
    return breslow_day, max(0.0, tarone), int(informative.sum()) - 1


def fitted_events(t: Strata, odds_ratio: float) -> FloatArray:
    """Events of group 1 expected under an odds ratio, given all margins, (k,).

    Examples
    --------
    >>> one = Strata(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> fitted_events(one, 5.0).round(9)
    array([8.])
    """
    events, slack = t.a + t.c, odds_ratio - 1
    if abs(slack) < 1e-12:
        return np.asarray(t.n1 * events / t.n, dtype=np.float64)
    middle = odds_ratio * (events + t.n1) + t.n2 - events
    root = np.sqrt(middle**2 - 4 * slack * odds_ratio * t.n1 * events)
    # The form that loses no digits when the odds ratio is near 1.
    fitted = 2 * odds_ratio * t.n1 * events / (middle + root)
    return np.asarray(fitted, dtype=np.float64)
