"""The tetrachoric correlation of two dichotomised normal variables."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from mdmameta.arrays import FloatArray
from mdmameta.effects.cells import of_tables
from mdmameta.effects.corrections import fisher_z
from mdmameta.effects.recipe import YV

#: Stands for a threshold of 0, where Owen's formula divides by it.
TINY = 1e-200

#: Halvings of (−π/2, π/2) after which nothing of a double is left to find.
HALVINGS = 60


def bivariate_normal(h: FloatArray, k: FloatArray, angle: FloatArray) -> FloatArray:
    """Probability that two standard normal variables are below h and k.

    Parameters
    ----------
    h, k
        Thresholds, shape (k,).
    angle
        Arcsine of the correlation, from −π/2 to π/2, shape (k,).

    Returns
    -------
    numpy.ndarray
        Probabilities, shape (k,).

    References
    ----------
    Owen 1956, doi:10.1214/aoms/1177728074.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.array([0.0])
    >>> bivariate_normal(zero, zero, np.arcsin(np.array([0.5]))).round(6)
    array([0.333333])
    """
    r, s = np.sin(angle), np.cos(angle)
    h, k = (np.where(np.abs(x) < TINY, TINY, x) for x in (h, k))
    ahead = owens_t(h, (k - r * h) / (h * s)) + owens_t(k, (h - r * k) / (k * s))
    apart = np.where(np.sign(h) == np.sign(k), 0.0, 0.5)
    p: FloatArray = (ndtr(h) + ndtr(k)) / 2 - ahead - apart
    return p


def tetrachoric(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Correlation of the normal variables behind two dichotomous ones.

    The thresholds are those of the margins; r is where the bivariate normal
    distribution gives the first cell its observed share. That is the maximum
    of the likelihood, found by bisection to the last digit. The variance is
    that of r as a function of four multinomial shares (delta method).

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,). A cell
        of zero puts r at ±1, where there is no variance.

    References
    ----------
    Pearson 1900, doi:10.1098/rsta.1900.0022; Kirk 1973, doi:10.1007/BF02291118.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = tetrachoric(*(np.array([x]) for x in (40.0, 20.0, 15.0, 45.0)))
    >>> y.round(4), v.round(4)
    (array([0.6121]), array([0.0106]))
    """
    n = ai + bi + ci + di
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.array([ai, bi, ci, di]) / n
        shares[:, (shares == 0).any(axis=0)] = np.nan
        h, k = ndtri(shares[0] + shares[1]), ndtri(shares[0] + shares[2])
        angle = _solve(h, k, shares[0])
        return np.sin(angle), _variance(h, k, angle, shares) / n


def _solve(h: FloatArray, k: FloatArray, p: FloatArray) -> FloatArray:
    low, high = np.full_like(p, -np.pi / 2), np.full_like(p, np.pi / 2)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = bivariate_normal(h, k, middle) < p
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(np.isnan(p), np.nan, (low + high) / 2)


def _variance(
    h: FloatArray, k: FloatArray, angle: FloatArray, shares: FloatArray
) -> FloatArray:
    """Variance of r times n: by its slopes in the shares of the four cells."""
    r, s = np.sin(angle), np.cos(angle)
    density = np.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * s**2)) / (2 * np.pi * s)
    row, column = ndtr((k - r * h) / s), ndtr((h - r * k) / s)
    slopes = np.array([1 - row - column, -row, -column, np.zeros_like(row)]) / density
    mean = (shares * slopes).sum(axis=0)
    v: FloatArray = (shares * slopes**2).sum(axis=0) - mean**2
    return v


def tetrachoric_z(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Fisher's z of the tetrachoric correlation, its variance by the delta method.

    Parameters
    ----------
    ai, bi, ci, di
        As in `tetrachoric`.
    """
    return fisher_z(*tetrachoric(ai, bi, ci, di))


_PEARSON = "10.1098/rsta.1900.0022"
_BOUND = "A cell of zero puts the tetrachoric correlation at ±1: give add=0.5."

RECIPES = {
    "RTET": of_tables(
        "tetrachoric correlation", tetrachoric, _PEARSON, add=0.0, undefined=_BOUND
    ),
    "ZTET": of_tables(
        "Fisher's z of RTET",
        tetrachoric_z,
        _PEARSON,
        add=0.0,
        back_transform="tanh",
        undefined=_BOUND,
    ),
}
