"""Confidence intervals and tests of regression coefficients."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from mdmameta.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Inference:
    """Intervals and tests of p coefficients.

    Parameters
    ----------
    vcov
        Covariance after the scale factor, shape (p, p).
    se, statistic, p_value, ci_low, ci_high
        Shape (p,).
    df
        Degrees of freedom of the t reference; infinite for the normal.
    scale
        Factor that multiplied the covariance; 1 for Wald and t.
    """

    vcov: FloatArray
    se: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    df: float
    scale: float


def critical_value(level: float, df: float) -> float:
    """Two-sided quantile of t, or of the normal when df is infinite.

    Examples
    --------
    >>> round(critical_value(0.95, np.inf), 4), round(critical_value(0.95, 5), 4)
    (1.96, 2.5706)
    """
    upper = 1 - (1 - level) / 2
    return float(ndtri(upper) if np.isinf(df) else stdtrit(df, upper))


def two_sided_p(statistic: FloatArray, df: float) -> FloatArray:
    """Probability of a statistic at least as far from zero, either way.

    Examples
    --------
    >>> two_sided_p(np.array([-1.96]), np.inf).round(3)
    array([0.05])
    """
    below = -np.abs(statistic)
    p: FloatArray = 2 * (ndtr(below) if np.isinf(df) else stdtr(df, below))
    return p


def coefficient_intervals(
    beta: FloatArray,
    vcov: FloatArray,
    q: float,
    df: int,
    *,
    interval: str,
    level: float,
) -> Inference:
    """Build intervals and tests of each coefficient.

    Parameters
    ----------
    beta, vcov
        Coefficients and classic covariance, shapes (p,) and (p, p).
    q
        Weighted residual sum of squares at the estimate of τ².
    df
        Residual degrees of freedom k − p. When 0, nothing is left to estimate
        a scale or a t from, and every interval is Wald's.
    interval
        "wald" (normal), "t", "knapp-hartung" (t, with the covariance times
        q / df), or "knapp-hartung-adhoc" (the same factor, at least 1).
    level
        Probability of the intervals.

    References
    ----------
    Knapp and Hartung 2003, doi:10.1002/sim.1482. The ad hoc version: Jackson
    et al. 2017, doi:10.1002/sim.7411.

    Examples
    --------
    >>> one, V = np.array([1.0]), np.array([[0.25]])
    >>> got = coefficient_intervals(one, V, 8.0, 4, interval="wald", level=0.95)
    >>> got.ci_low.round(2), got.ci_high.round(2)
    (array([0.02]), array([1.98]))
    """
    wald = interval == "wald" or df < 1
    reference = np.inf if wald else float(df)
    scale = 1.0
    if not wald and interval.startswith("knapp-hartung"):
        scale = q / df
        scale = max(1.0, scale) if interval.endswith("adhoc") else scale
    return scaled_intervals(beta, vcov, scale, reference, level=level)


def scaled_intervals(
    beta: FloatArray, vcov: FloatArray, scale: float, df: float, *, level: float
) -> Inference:
    """Build intervals and tests from a factor of the covariance and a reference.

    Parameters
    ----------
    beta, vcov
        Coefficients and classic covariance, shapes (p,) and (p, p).
    scale
        What the covariance is multiplied by.
    df
        Degrees of freedom of t; infinite for the normal.
    level
        Probability of the intervals.

    Examples
    --------
    >>> one, V = np.array([1.0]), np.array([[0.25]])
    >>> scaled_intervals(one, V, 4.0, np.inf, level=0.95).ci_high.round(2)
    array([2.96])
    """
    scaled = vcov * scale
    se = np.sqrt(np.diag(scaled))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    half = critical_value(level, df) * se
    p = two_sided_p(statistic, df)
    return Inference(scaled, se, statistic, p, beta - half, beta + half, df, scale)


@dataclass(frozen=True, slots=True)
class WaldTest:
    """Joint test of m linear hypotheses on coefficients.

    Parameters
    ----------
    statistic, df, df_residual, p_value
        χ² with df = m when ``df_residual`` is infinite, else F with both; NaN
        where a combination has no variance.
    hypotheses
        What was tested, as text; empty where the caller knows.
    """

    statistic: float
    df: int
    df_residual: float
    p_value: float
    hypotheses: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row with every number."""
        row = {field.name: getattr(self, field.name) for field in fields(self)}
        return pd.DataFrame([{**row, "hypotheses": ", ".join(self.hypotheses)}])


def joint_test(beta: FloatArray, vcov: FloatArray, df_residual: float) -> WaldTest:
    """Test that several coefficients are all zero (metafor's QM).

    Parameters
    ----------
    beta, vcov
        Shapes (m,) and (m, m), the covariance after any scale factor.
    df_residual
        Of the t reference of the intervals; infinite gives χ², else F.

    Examples
    --------
    >>> test = joint_test(np.array([2.0, 0.0]), np.eye(2), np.inf)
    >>> test.statistic, round(test.p_value, 4)
    (4.0, 0.1353)
    """
    m = beta.size
    if not np.diag(vcov).all():
        return WaldTest(np.nan, m, df_residual, np.nan)
    chi2 = float(beta @ np.linalg.solve(vcov, beta))
    if np.isinf(df_residual):
        return WaldTest(chi2, m, df_residual, float(chdtrc(m, chi2)))
    f = chi2 / m
    return WaldTest(f, m, df_residual, float(fdtrc(m, df_residual, f)))
