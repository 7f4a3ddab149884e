"""Intervals and tests of coefficients from a cluster-robust covariance."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.coefficients import Coefficients, tested
from mdmameta.models.frequentist.intervals import WaldTest, joint_test
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


def robust_coefficients(
    terms: tuple[str, ...], beta: FloatArray, sandwich: Sandwich, df: str, level: float
) -> Coefficients:
    """Coefficients with robust errors, tests and intervals.

    Parameters
    ----------
    terms, beta
        Names and values of the p coefficients.
    sandwich, df
        As in `robust_df`.
    level
        Probability of the intervals.
    """
    return tested(terms, beta, sandwich.vcov, robust_df(sandwich, df), level)


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
