"""Standardised differences said in other ways: overlap, superiority, correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from mdmameta.arrays import FloatArray
from mdmameta.effects.between_scales import LOGISTIC, NORMAL
from mdmameta.errors import EffectsError


def cohen_u1(d: ArrayLike) -> FloatArray:
    """Share of two normal groups together that does not overlap.

    References
    ----------
    Cohen 1988, doi:10.4324/9780203771587 (all three U).

    Examples
    --------
    >>> float(cohen_u1(0.8).round(4))
    0.4743
    """
    u2 = ndtr(np.abs(_x(d)) / 2)
    return np.asarray((2 * u2 - 1) / u2)


def cohen_u2(d: ArrayLike) -> FloatArray:
    """Share of one group that exceeds the same share of the other.

    Examples
    --------
    >>> float(cohen_u2(0.8).round(4))
    0.6554
    """
    return np.asarray(ndtr(_x(d) / 2))


def cohen_u3(d: ArrayLike) -> FloatArray:
    """Share of the first group above the mean of the second.

    Examples
    --------
    >>> float(cohen_u3(0.8).round(4))
    0.7881
    """
    return np.asarray(ndtr(_x(d)))


def overlap(d: ArrayLike) -> FloatArray:
    """Overlapping coefficient of two normal densities.

    References
    ----------
    Inman & Bradley 1989, doi:10.1080/03610928908830127.

    Examples
    --------
    >>> float(overlap(0.0))
    1.0
    """
    return np.asarray(2 * ndtr(-np.abs(_x(d)) / 2))


def probability_of_superiority(d: ArrayLike) -> FloatArray:
    """Probability that somebody of the first group scores above one of the second.

    Parameters
    ----------
    d
        Standardised differences, shape (k,) or a number.

    Returns
    -------
    numpy.ndarray
        Φ(d / √2), for normal scores of equal spread.

    References
    ----------
    McGraw & Wong 1992, doi:10.1037/0033-2909.111.2.361.

    Examples
    --------
    >>> float(probability_of_superiority(0.8).round(4))
    0.7142
    """
    return np.asarray(ndtr(_x(d) / np.sqrt(2)))


def cliff_delta(d: ArrayLike) -> FloatArray:
    """Probability of superiority minus that of inferiority.

    Examples
    --------
    >>> float(cliff_delta(0.8).round(4))
    0.4284
    """
    return 2 * probability_of_superiority(d) - 1


def point_biserial(
    d: ArrayLike, n1i: ArrayLike | None = None, n2i: ArrayLike | None = None
) -> FloatArray:
    """Correlation of scores with group: d/√(d² + h).

    h = m/n1 + m/n2 with m = n1 + n2 − 2; without sizes h = 4.

    Raises
    ------
    EffectsError
        For one size without the other.

    References
    ----------
    Jacobs & Viechtbauer 2017, doi:10.1002/jrsm.1218.

    Examples
    --------
    >>> float(point_biserial(0.8).round(4))
    0.3714
    """
    x = _x(d)
    return np.asarray(x / np.sqrt(x**2 + _h(n1i, n2i)))


def smd_from_point_biserial(
    r: ArrayLike, n1i: ArrayLike | None = None, n2i: ArrayLike | None = None
) -> FloatArray:
    """Invert `point_biserial`.

    Raises
    ------
    EffectsError
        For a correlation of 1 or beyond, or one size without the other.

    Examples
    --------
    >>> float(smd_from_point_biserial(point_biserial(0.8)).round(6))
    0.8
    """
    x = _x(r)
    if (np.abs(x) >= 1).any():
        raise EffectsError("a correlation is 1 or beyond; allowed: between −1 and 1.")
    return np.asarray(x * np.sqrt(_h(n1i, n2i) / (1 - x**2)))


def binomial_effect_size(d: ArrayLike) -> FloatArray:
    """Share of the first group above the median of both: ½ + r/2.

    References
    ----------
    Rosenthal & Rubin 1982, doi:10.1037/0022-0663.74.2.166.

    Examples
    --------
    >>> float(binomial_effect_size(0.8).round(4))
    0.6857
    """
    return 0.5 + point_biserial(d) / 2


def mean_difference(d: ArrayLike, sd: ArrayLike) -> FloatArray:
    """Points of a scale whose SD is known, such as one of a validation study.

    Examples
    --------
    >>> float(mean_difference(-0.5, 12.0))
    -6.0
    """
    points = _x(sd)
    if (points <= 0).any():
        raise EffectsError("sd is not positive; allowed: an SD above 0, in points.")
    return _x(d) * points


def log_odds_ratio_from_smd(d: ArrayLike, *, logistic: bool = True) -> FloatArray:
    """Log odds ratio of scores cut in two: π/√3·d of logistic, 1.65·d of normal ones.

    References
    ----------
    Chinn 2000, doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M.

    Examples
    --------
    >>> float(log_odds_ratio_from_smd(0.8).round(3))
    1.451
    """
    return _x(d) * (LOGISTIC if logistic else NORMAL)


def smd_from_log_odds_ratio(y: ArrayLike, *, logistic: bool = True) -> FloatArray:
    """Invert `log_odds_ratio_from_smd`.

    Examples
    --------
    >>> float(smd_from_log_odds_ratio(1.451).round(3))
    0.8
    """
    return _x(y) / (LOGISTIC if logistic else NORMAL)


def _x(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _h(n1i: ArrayLike | None, n2i: ArrayLike | None) -> FloatArray:
    if n1i is None and n2i is None:
        return np.float64(4.0) * np.ones(())
    if n1i is None or n2i is None:
        raise EffectsError("give both n1i and n2i, or neither for large equal groups.")
    n1, n2 = _x(n1i), _x(n2i)
    m = n1 + n2 - 2
    return np.asarray(m / n1 + m / n2)
