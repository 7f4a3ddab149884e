"""Standardised differences from 2 × 2 tables, and log odds ratios from means."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.binary import log_odds_ratio
from mdmameta.effects.cells import of_tables
from mdmameta.effects.continuous import of_difference
from mdmameta.effects.recipe import YV

#: Log odds ratio per standardised difference, scores normal (Cox's constant).
NORMAL = 1.65

#: The same when scores are logistic: the standard deviation of that distribution.
LOGISTIC = float(np.pi / np.sqrt(3))


def probit_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Difference of the probits of two risks: an SMD of normal scores cut in two.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).

    References
    ----------
    Sánchez-Meca et al. 2003, doi:10.1037/1082-989X.8.4.448.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = probit_difference(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> y.round(4), v.round(4)
    (array([0.9967]), array([0.3924]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        n1, n2 = ai + bi, ci + di
        z1, z2 = ndtri(ai / n1), ndtri(ci / n2)
        v1 = ai * bi / n1**3 * np.exp(z1**2)
        v2 = ci * di / n2**3 * np.exp(z2**2)
        return z1 - z2, 2 * np.pi * (v1 + v2)


def normal_smd(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Log odds ratio over 1.65: an SMD of normal scores.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).

    References
    ----------
    Sánchez-Meca et al. 2003, doi:10.1037/1082-989X.8.4.448.
    """
    y, v = log_odds_ratio(ai, bi, ci, di)
    return y / NORMAL, v / NORMAL**2


def logistic_smd(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Log odds ratio over π/√3: an SMD of logistic scores.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).

    References
    ----------
    Hasselblad and Hedges 1995, doi:10.1037/0033-2909.117.1.167.
    """
    y, v = log_odds_ratio(ai, bi, ci, di)
    return y / LOGISTIC, v / LOGISTIC**2


def normal_log_odds_ratio(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> YV:
    """Log odds ratio 1.65·d of normal scores cut in two; d is not corrected.

    Parameters
    ----------
    d
        Difference of means over the pooled SD, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).

    References
    ----------
    Sánchez-Meca et al. 2003, doi:10.1037/1082-989X.8.4.448.
    """
    return NORMAL * d, NORMAL**2 * _variance(d, n1i, n2i)


def logistic_log_odds_ratio(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> YV:
    """Log odds ratio π/√3·d of logistic scores cut in two; d is not corrected.

    Parameters
    ----------
    d
        Difference of means over the pooled SD, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).

    References
    ----------
    Hasselblad and Hedges 1995, doi:10.1037/0033-2909.117.1.167.
    """
    return LOGISTIC * d, LOGISTIC**2 * _variance(d, n1i, n2i)


def _variance(d: FloatArray, n1: FloatArray, n2: FloatArray) -> FloatArray:
    v: FloatArray = 1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2))
    return v


_SANCHEZ_MECA = "10.1037/1082-989X.8.4.448"
_HASSELBLAD = "10.1037/0033-2909.117.1.167"

RECIPES = {
    "PBIT": of_tables(
        "probit difference, an SMD", probit_difference, "10.1037/1082-989X.8.4.448"
    ),
    "OR2DN": of_tables("log OR to SMD, normal", normal_smd, _SANCHEZ_MECA),
    "OR2DL": of_tables("log OR to SMD, logistic", logistic_smd, _HASSELBLAD),
    "D2ORN": of_difference(
        "SMD to log OR, normal",
        normal_log_odds_ratio,
        _SANCHEZ_MECA,
        back_transform="exp",
    ),
    "D2ORL": of_difference(
        "SMD to log OR, logistic",
        logistic_log_odds_ratio,
        _HASSELBLAD,
        back_transform="exp",
    ),
}
