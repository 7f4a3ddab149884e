"""Degrees of freedom and joint tests of cluster-robust covariances."""

from __future__ import annotations

import numpy as np
from scipy.special import fdtrc

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.intervals import WaldTest
from mdmameta.models.frequentist.robust import Sandwich
from mdmameta.models.frequentist.working import times


def satterthwaite_df(
    sandwich: Sandwich, contrasts: FloatArray | None = None
) -> FloatArray:
    """Degrees of freedom of the robust variance of each linear combination.

    Twice the squared mean over the variance that the estimated variance would
    have if the errors were normal with the covariance that it targets.

    Parameters
    ----------
    sandwich
        A cluster-robust covariance.
    contrasts
        One combination a row, shape (q, p); each coefficient when left out.

    Returns
    -------
    numpy.ndarray
        Shape (q,); NaN for a combination without variance.

    References
    ----------
    Bell and McCaffrey 2002, Survey Methodology 28(2), 169-181; Pustejovsky and
    Tipton 2018, doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> from mdmameta.models.frequentist.robust import robust_covariance
    >>> from mdmameta.models.frequentist.working import Working
    >>> working = Working(
    ...     y=np.array([1.0, 3.0, 2.0]), X=np.ones((3, 1)), W=np.ones(3),
    ...     M=np.ones(3), rows=np.arange(3))
    >>> satterthwaite_df(robust_covariance(working, ["a", "b", "c"])).round(9)
    array([2.])
    """
    a = sandwich.F if contrasts is None else np.atleast_2d(contrasts) @ sandwich.F
    df = np.full(len(a), np.nan)
    for i in range(len(a)):
        P = cluster_moments(sandwich, a[i : i + 1])[0, 0]
        squares = (P**2).sum()
        if squares > 0:
            df[i] = np.trace(P) ** 2 / squares
    return df


def cluster_moments(sandwich: Sandwich, a: FloatArray) -> FloatArray:
    """Covariances of the clusters' contributions to q combinations.

    Parameters
    ----------
    sandwich
        A cluster-robust covariance.
    a
        Weights of the residuals in each combination, shape (q, k), rows in
        the order of the clusters.

    Returns
    -------
    numpy.ndarray
        P with P[s, t, i, j] = Cov(aₛᵢᵀeᵢ, aₜⱼᵀeⱼ), shape (q, q, m, m).
    """
    G = times(sandwich.B, sandwich.Phi)
    U = sandwich.clusters.sums(a[:, None, :] * sandwich.Q.T)
    H = sandwich.clusters.sums(a[:, None, :] * G)
    spread = G @ sandwich.B.T
    fitted = np.einsum("spi,tpj->stij", U, H - np.einsum("pr,trj->tpj", spread / 2, U))
    P: FloatArray = _of_errors(sandwich, a) - fitted - fitted.transpose(1, 0, 3, 2)
    return P


def _of_errors(sandwich: Sandwich, a: FloatArray) -> FloatArray:
    Phi, clusters = sandwich.Phi, sandwich.clusters
    q, m = len(a), clusters.m
    if Phi.ndim == 1:
        each = clusters.sums(a[:, None, :] * Phi * a[None, :, :])
        diagonal: FloatArray = each[..., None] * np.eye(m)
        return diagonal
    P = np.empty((q, q, m, m))
    for s in range(q):
        left = np.add.reduceat(a[s][:, None] * Phi, clusters.starts, axis=0)
        P[s] = clusters.sums(left * a[:, None, :])
    return P


def hotelling_test(
    sandwich: Sandwich, beta: FloatArray, contrasts: FloatArray
) -> WaldTest:
    """Test that q linear combinations are all zero, by a robust covariance.

    The Wald statistic is referred to Hotelling's T² with η degrees of freedom,
    chosen so that a Wishart matrix has the total variance of the estimated
    one ("AHZ" or "HTZ").

    Parameters
    ----------
    sandwich
        A cluster-robust covariance.
    beta
        Coefficients, shape (p,).
    contrasts
        One combination a row, shape (q, p), of rank q.

    Returns
    -------
    WaldTest
        F with q and η − q + 1 degrees of freedom; NaN when there are too few
        clusters for q combinations.

    References
    ----------
    Tipton and Pustejovsky 2015, doi:10.3102/1076998615606099; Pustejovsky and
    Tipton 2018, doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> from mdmameta.models.frequentist.robust import robust_covariance
    >>> from mdmameta.models.frequentist.working import Working
    >>> working = Working(
    ...     y=np.array([1.0, 3.0, 2.0]), X=np.ones((3, 1)), W=np.ones(3),
    ...     M=np.ones(3), rows=np.arange(3))
    >>> sandwich = robust_covariance(working, ["a", "b", "c"])
    >>> test = hotelling_test(sandwich, working.beta, np.ones((1, 1)))
    >>> round(test.statistic, 6), round(test.df_residual, 6)
    (12.0, 2.0)
    """
    C = np.atleast_2d(contrasts)
    q, values, vcov = len(C), C @ beta, C @ sandwich.vcov @ C.T
    df = wishart_df(sandwich, C) - q + 1
    if not df > 0 or np.linalg.matrix_rank(vcov, hermitian=True) < q:
        return WaldTest(np.nan, q, df, np.nan)
    chi2 = float(values @ np.linalg.solve(vcov, values))
    f = df / (df + q - 1) * chi2 / q
    return WaldTest(f, q, df, float(fdtrc(q, df, f)))


def wishart_df(sandwich: Sandwich, contrasts: FloatArray) -> float:
    """Degrees of freedom η of the Wishart matrix nearest to the estimated one.

    Parameters
    ----------
    sandwich, contrasts
        As in `hotelling_test`.
    """
    a = contrasts @ sandwich.F
    mean = np.einsum("stii->st", cluster_moments(sandwich, a))
    d, U = np.linalg.eigh(mean)
    if d[0] <= 0:
        return float("nan")
    P = cluster_moments(sandwich, (U / np.sqrt(d)) @ U.T @ a)
    same = np.einsum("ssij,ttij->", P, P)
    crossed = np.einsum("stij,tsij->", P, P)
    q = len(contrasts)
    return float(q * (q + 1) / (same + crossed))
