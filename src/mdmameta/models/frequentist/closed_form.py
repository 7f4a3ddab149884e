"""Estimators of tau2 that are a linear function of one generalised Q."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.quadratic import GeneralisedQ, generalised_q
from mdmameta.models.frequentist.tau2_estimate import Tau2


def by_moments(y: FloatArray, v: FloatArray, X: FloatArray, a: FloatArray) -> Tau2:
    """Estimate tau2 by equating Q with weights a to its expectation.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.
    a
        Weights, shape (k,).

    References
    ----------
    DerSimonian and Kacker 2007, doi:10.1016/j.cct.2006.04.004.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(by_moments(y, v, X, a=np.array([1.0, 3.0])).value, 9)
    1.0
    """
    form = generalised_q(contrasts(y, v, X).y, X, a)
    slope = form.expectation(np.ones_like(v))
    return _linear(form, v, 1 / slope, form.expectation(v) / slope)


def dersimonian_laird(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 by equating Cochran's Q to its expectation.

    max(0, (Q − (k − p)) / tr P), with weights 1 / v. The code GENQ of metafor
    with those weights is the same estimate.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(dersimonian_laird(y, v, X).value, 9)
    1.0
    """
    return by_moments(y, v, X, 1 / v)


def hedges(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as the unweighted residual variance less the mean of v.

    Unbiased before truncation, and less precise where v differs much.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Hedges 1983, doi:10.1037/0033-2909.93.2.388.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.array([0.5, 1.5]), np.ones((2, 1))
    >>> round(hedges(y, v, X).value, 9)
    1.0
    """
    return by_moments(y, v, X, np.ones_like(v))


def hunter_schmidt(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as max(0, (Q − k) / Σ w), w = 1 / v; biased towards zero.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Viechtbauer 2005, doi:10.3102/10769986030003261.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 4.0]), np.ones(2), np.ones((2, 1))
    >>> round(hunter_schmidt(y, v, X).value, 9)
    3.0
    """
    return _hunter_schmidt(y, v, X, 1.0)


def hunter_schmidt_small_k(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as Hunter and Schmidt, with Q times k / (k − p).

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Brannick, Potter, Benitez and Morris 2019, doi:10.1177/1094428117741966.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 4.0]), np.ones(2), np.ones((2, 1))
    >>> round(hunter_schmidt_small_k(y, v, X).value, 9)
    7.0
    """
    k, p = X.shape
    return _hunter_schmidt(y, v, X, k / (k - p))


def _hunter_schmidt(y: FloatArray, v: FloatArray, X: FloatArray, factor: float) -> Tau2:
    form = generalised_q(contrasts(y, v, X).y, X, 1 / v)
    total = float(form.a.sum())
    return _linear(form, v, factor / total, v.size / total)


def sidik_jonkman(
    y: FloatArray, v: FloatArray, X: FloatArray, ones: FloatArray | None = None
) -> Tau2:
    """Estimate tau2 from a rough first value, corrected once; always positive.

    The first value is the variance of the effects about their unweighted
    mean, with divisor k, whether or not the design has an intercept. Unless
    all effects are equal the estimate is above zero, also where the data show
    no heterogeneity.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.
    ones
        The column of ones in the axes of y, shape (k,); needed when the rows
        are those of correlated effects in axes where they are independent.

    References
    ----------
    Sidik and Jonkman 2005, doi:10.1111/j.1467-9876.2005.00489.x.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(sidik_jonkman(y, v, X).value, 9)
    1.0
    """
    ones = np.ones(v.size) if ones is None else ones
    about_mean = contrasts(y, v, ones[:, None]).y
    first = float(about_mean @ about_mean) / v.size
    if first == 0:
        return Tau2(0.0, 0.0)
    form = generalised_q(contrasts(y, v, X).y, X, 1 / (v + first))
    return _linear(form, v, first / form.df, 0.0)


def _linear(form: GeneralisedQ, v: FloatArray, slope: float, offset: float) -> Tau2:
    value = max(0.0, slope * form.q - offset)
    return Tau2(value, slope * float(np.sqrt(form.variance(v + value))))
