"""Intervals and tests of coefficients from a cluster-robust covariance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.intervals import (
    WaldTest,
    critical_value,
    joint_test,
    two_sided_p,
)
from mdmameta.models.frequentist.robust import Sandwich
from mdmameta.models.frequentist.satterthwaite import hotelling_test, satterthwaite_df


def robust_df(
    sandwich: Sandwich, df: str, contrasts: FloatArray | None = None
) -> FloatArray:
    """Degrees of freedom of each coefficient, or combination of them.

    Parameters
    ----------
    sandwich
        A cluster-robust covariance of p coefficients from m clusters.
    df
        "satterthwaite"; "clusters" for m − p; "normal" for infinity.
    contrasts
        One combination a row, shape (q, p); each coefficient when left out.

    Returns
    -------
    numpy.ndarray
        Shape (q,); NaN where m − p is not positive.
    """
    if df == "satterthwaite":
        return satterthwaite_df(sandwich, contrasts)
    p = sandwich.Q.shape[1]
    q = p if contrasts is None else len(np.atleast_2d(contrasts))
    left = float(sandwich.clusters.m - p)
    value = np.inf if df == "normal" else left if left > 0 else np.nan
    return np.full(q, value)


def robust_table(
    terms: Sequence[str], beta: FloatArray, sandwich: Sandwich, df: str, level: float
) -> pd.DataFrame:
    """Coefficients with robust errors, one row a term.

    Parameters
    ----------
    terms, beta
        Names and values of the p coefficients.
    sandwich, df
        As in `robust_df`.
    level
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        term, value, se, statistic, df, p_value, ci_low, ci_high.
    """
    se, dfs = np.sqrt(np.diag(sandwich.vcov)), robust_df(sandwich, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    half = se * [critical_value(level, each) for each in dfs]
    tests = zip(statistic, dfs, strict=True)
    return pd.DataFrame(
        {
            "term": list(terms),
            "value": beta,
            "se": se,
            "statistic": statistic,
            "df": dfs,
            "p_value": [float(two_sided_p(t, each)) for t, each in tests],
            "ci_low": beta - half,
            "ci_high": beta + half,
        }
    )


def robust_joint_test(
    beta: FloatArray, sandwich: Sandwich, df: str, contrasts: FloatArray
) -> WaldTest:
    """Test that q combinations are all zero, with the degrees of freedom asked.

    Parameters
    ----------
    beta
        Coefficients, shape (p,).
    sandwich, df
        As in `robust_df`; "satterthwaite" stands for Hotelling's test, the
        others for F with q and m − p, and χ² with q degrees of freedom.
    contrasts
        One combination a row, shape (q, p), of rank q.
    """
    if df == "satterthwaite":
        return hotelling_test(sandwich, beta, contrasts)
    of = robust_df(sandwich, df)[0]
    vcov = contrasts @ sandwich.vcov @ contrasts.T
    singular = np.linalg.matrix_rank(vcov, hermitian=True) < len(contrasts)
    if np.isnan(of) or singular:
        return WaldTest(np.nan, len(contrasts), of, np.nan)
    return joint_test(contrasts @ beta, vcov, of)
