"""Correction of small-sample bias, and Fisher's transformation of correlations."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from mdmameta.arrays import FloatArray
from mdmameta.effects.recipe import YV
from mdmameta.options import Correction


def bias_correction(df: FloatArray, correction: Correction = "exact") -> FloatArray:
    """Factor J that makes a standardised difference of df degrees unbiased.

    Parameters
    ----------
    df
        Degrees of freedom of the standard deviation, shape (k,). NaN is
        returned at 1 and below, where the factor does not exist.
    correction
        "exact", the ratio of gamma functions (the default, as in metafor);
        "approximate", J = 1 − 3/(4 df − 1); "none", J = 1.

    Returns
    -------
    numpy.ndarray
        J, shape (k,).

    References
    ----------
    Hedges 1981, doi:10.3102/10769986006002107.

    Examples
    --------
    >>> import numpy as np
    >>> bias_correction(np.array([10.0])).round(4)
    array([0.9227])
    >>> bias_correction(np.array([10.0]), "approximate").round(4)
    array([0.9231])
    """
    df = np.asarray(df, dtype=float)
    if correction == "none":
        return np.ones_like(df)
    m = np.where(df > 1, df, np.nan)
    if correction == "approximate":
        return 1 - 3 / (4 * m - 1)
    j: FloatArray = np.exp(gammaln(m / 2) - np.log(m / 2) / 2 - gammaln((m - 1) / 2))
    return j


def spread_of_t(df: FloatArray) -> FloatArray:
    """Variance m/(m − 2) of t with m degrees of freedom; NaN for 2 or fewer.

    Examples
    --------
    >>> spread_of_t(np.array([2.0, 4.0]))
    array([nan,  2.])
    """
    m = np.where(df > 2, df, np.nan)
    spread: FloatArray = m / (m - 2)
    return spread


def fisher_z(r: FloatArray, v: FloatArray) -> YV:
    """Fisher's z of a coefficient between −1 and 1, with its variance.

    Parameters
    ----------
    r, v
        Coefficients and their sampling variances, shape (k,).

    Returns
    -------
    tuple of numpy.ndarray
        z = artanh r and v/(1 − r²)² (delta method), each of shape (k,); not a
        number where r is beyond ±1.

    Examples
    --------
    >>> import numpy as np
    >>> z, v = fisher_z(np.array([0.5]), np.array([0.01]))
    >>> z.round(4), v.round(4)
    (array([0.5493]), array([0.0178]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arctanh(r), v / (1 - r**2) ** 2
