"""From the scale of analysis to the one people read, and back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr
from scipy.special import logit as _logit

from mdmameta.arrays import FloatArray
from mdmameta.effects.recipe import BackTransform
from mdmameta.errors import EffectsError


def r_to_z(r: ArrayLike) -> FloatArray:
    """Fisher's z of a correlation.

    Examples
    --------
    >>> float(r_to_z(0.5).round(4))
    0.5493
    """
    return np.arctanh(_within("r", r, -1, 1))


def r2_to_z(r2: ArrayLike) -> FloatArray:
    """Fisher's z of the root of a coefficient of determination.

    References
    ----------
    Olkin & Finn 1995, doi:10.1037/0033-2909.118.1.155.

    Examples
    --------
    >>> float(r2_to_z(0.25).round(4))
    0.5493
    """
    return np.arctanh(np.sqrt(_within("r2", r2, 0, 1)))


def logit(p: ArrayLike) -> FloatArray:
    """Log odds of a proportion.

    Examples
    --------
    >>> float(logit(0.5))
    0.0
    """
    return np.asarray(_logit(_within("p", p, 0, 1)))


def arcsine(p: ArrayLike) -> FloatArray:
    """Arcsine of the root of a proportion.

    Examples
    --------
    >>> float(arcsine(0.5).round(4))
    0.7854
    """
    return np.arcsin(np.sqrt(_within("p", p, 0, 1)))


def hakstian_whalen(alpha: ArrayLike) -> FloatArray:
    """1 − (1 − α)^⅓ of a reliability, rising with it.

    References
    ----------
    Hakstian & Whalen 1976, doi:10.1007/BF02291840.

    Examples
    --------
    >>> float(hakstian_whalen(0.9).round(4))
    0.5358
    """
    return 1 - np.cbrt(1 - _within("alpha", alpha, -np.inf, 1))


def bonett(alpha: ArrayLike) -> FloatArray:
    """−log(1 − α) of a reliability, rising with it.

    References
    ----------
    Bonett 2002, doi:10.3102/10769986027004335.

    Examples
    --------
    >>> float(bonett(0.9).round(4))
    2.3026
    """
    return -np.log1p(-_within("alpha", alpha, -np.inf, 1))


def back_transform(
    y: ArrayLike, name: BackTransform, n: ArrayLike | None = None
) -> FloatArray:
    """Lead an effect back to the scale people read, by the name its measure gives.

    Parameters
    ----------
    y
        Effects, estimates or limits on the scale of analysis.
    name
        As the registry of measures names it: "exp", "tanh", "inverse logit", ….
    n
        People (or person-time) for the inverse Freeman–Tukey: the harmonic mean
        for a pooled estimate (Miller), which can mislead when sizes differ widely.

    Returns
    -------
    numpy.ndarray
        Of the shape of y. Values beyond what the transformation can give become
        the end of its range: limits of an interval reach there.

    Raises
    ------
    EffectsError
        For an unknown name, or Freeman–Tukey without n.

    References
    ----------
    Miller 1978, doi:10.1080/00031305.1978.10479283; Schwarzer et al. 2019,
    doi:10.1002/jrsm.1348 (why a pooled Freeman–Tukey misleads).

    Examples
    --------
    >>> float(back_transform(np.log(2), "exp").round(6))
    2.0
    >>> float(back_transform(0.5, "tanh").round(4))
    0.4621
    """
    x = np.asarray(y, dtype=np.float64)
    if name in _WITH_N:
        if n is None:
            raise EffectsError(f"{name} needs n: people, or person-time, behind y.")
        return _WITH_N[name](x, np.asarray(n, dtype=np.float64))
    if name not in _BACK:
        raise EffectsError(
            f"there is no back-transform {name!r}; allowed: "
            f"{', '.join(map(repr, (*_BACK, *_WITH_N)))}."
        )
    return np.asarray(_BACK[name](x))


def expected_value(
    mu: float, tau2: float, transform: Callable[[FloatArray], FloatArray]
) -> float:
    """Mean of a transformed normal effect: the integral transformation method.

    The transformed mean is the median on the scale people read; this is the mean.

    Parameters
    ----------
    mu, tau2
        Mean and variance of true effects on the scale of analysis.
    transform
        Such as ``numpy.exp``.

    Examples
    --------
    >>> round(expected_value(0.0, 1.0, np.exp), 4), round(float(np.exp(0.5)), 4)
    (1.6487, 1.6487)
    """
    if tau2 < 0:
        raise EffectsError(f"tau2 = {tau2:g}; allowed: 0 or more.")
    x, w = np.polynomial.hermite_e.hermegauss(80)
    return float(w @ transform(mu + np.sqrt(tau2) * x) / w.sum())


def _freeman_tukey_proportion(t: FloatArray, n: FloatArray) -> FloatArray:
    least, most = (
        (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
        for x in (0 * n, n)
    )
    s = np.sin(2 * np.clip(t, least, most))
    root = 1 - (s + (s - 1 / s) / n) ** 2
    p = (1 - np.sign(np.cos(2 * t)) * np.sqrt(np.maximum(root, 0))) / 2
    return np.asarray(np.where(t <= least, 0.0, np.where(t >= most, 1.0, p)))


def _freeman_tukey_rate(y: FloatArray, t: FloatArray) -> FloatArray:
    low = np.maximum(y, 1 / (2 * np.sqrt(t)))
    return np.asarray((low - 1 / (4 * low * t)) ** 2)


_BACK: dict[str, Callable[[FloatArray], FloatArray]] = {
    "none": lambda y: y,
    "exp": np.exp,
    "tanh": np.tanh,
    "tanh squared": lambda y: np.tanh(np.maximum(y, 0)) ** 2,
    "square": lambda y: np.maximum(y, 0) ** 2,
    "inverse logit": expit,
    "inverse probit": ndtr,
    "inverse arcsine": lambda y: np.sin(np.clip(y, 0, np.pi / 2)) ** 2,
    "inverse Hakstian-Whalen": lambda y: 1 - (1 - y) ** 3,
    "inverse Bonett": lambda y: -np.expm1(-y),
}

_WITH_N = {
    "inverse Freeman-Tukey proportion": _freeman_tukey_proportion,
    "inverse Freeman-Tukey rate": _freeman_tukey_rate,
}


def _within(name: str, values: ArrayLike, low: float, high: float) -> FloatArray:
    x = np.asarray(values, dtype=np.float64)
    outside = x[(x < low) | (x > high)]
    if outside.size:
        raise EffectsError(
            f"{name} = {outside[0]:g}; allowed: {low:g} to {high:g}. Correct it, or "
            "leave out the transformation if it is done already."
        )
    return x
