"""Effects and variances from printed estimates with intervals, z or p; delta method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.recovery import se_from_ci
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

Scale = Literal["identity", "log", "logit", "atanh"]

_TO: dict[str, Callable[[float], float]] = {
    "identity": float,
    "log": lambda x: float(np.log(x)),
    "logit": lambda x: float(np.log(x / (1 - x))),
    "atanh": lambda x: float(np.arctanh(x)),
}

#: Bounds that a printed number has to lie between, on each scale.
_WITHIN = {
    "identity": (-np.inf, np.inf),
    "log": (0.0, np.inf),
    "logit": (0.0, 1.0),
    "atanh": (-1.0, 1.0),
}

#: An estimate this share of the interval's length away from its middle is more
#: than rounding explains: the interval was perhaps made on another scale.
UNEVEN = 0.1


@dataclass(frozen=True, slots=True)
class RecoveredEffect:
    """An effect with its variance, and the step that gave them.

    Parameters
    ----------
    y, v
        Effect on the scale of analysis and its sampling variance.
    note
        The step in words, for the provenance.
    """

    y: float
    v: float
    note: str


def effect_from_wald(
    out: float | None = None,
    *,
    ci: tuple[float, float] | None = None,
    z: float | None = None,
    p: float | None = None,
    scale: Scale = "identity",
    level: float = 0.95,
) -> RecoveredEffect:
    """Recover y and v from a printed estimate with its interval, z or p.

    Parameters
    ----------
    out
        Estimate as printed; None takes the middle of the interval on the scale
        of analysis.
    ci
        Limits as printed. Preferred to z and p, as in metafor.
    z, p
        Wald statistic, or its two-sided p-value as printed, exact.
    scale
        On which the interval is symmetric: "log" for ratios.
    level
        Coverage of the interval.

    Returns
    -------
    RecoveredEffect
        y and v on the scale of analysis, with a note of the step.

    Raises
    ------
    EffectsError
        For an estimate outside its interval, z of 0 or against the sign of the
        estimate, p outside 0 to 1, or numbers that the scale has not.

    References
    ----------
    Cochrane Handbook, chapter 6.3, doi:10.1002/9781119536604.

    Examples
    --------
    >>> found = effect_from_wald(0.64, ci=(0.33, 1.22), scale="log")
    >>> round(found.y, 4), round(found.v, 4)
    (-0.4463, 0.1113)
    """
    check_option("scale", scale, Scale)
    if ci is not None:
        return _of_interval(out, ci, scale, level)
    if out is None or (z is None and p is None):
        raise EffectsError("give an interval, or an estimate with z or p.")
    y = _moved(out, scale)
    if z is None:
        z, said = _z(p), f"p = {p:g}"
    else:
        said = f"z = {z:g}"
        if z * y < 0:
            raise EffectsError(
                f"z = {z:g} and the estimate {out:g} ({y:g} as pooled) differ in sign. "
                f"Look at the source, and whether scale={scale!r} is right."
            )
    if z == 0 or y == 0:
        raise EffectsError(
            f"estimate {out:g} with {said} says nothing of the error: one of them is "
            "that of no effect. Give the interval (ci=)."
        )
    v = (y / z) ** 2
    note = f"{_named(scale)}{out:g}: variance {v:.4g} from {said}"
    return RecoveredEffect(y, v, note)


def _z(p: float | None) -> float:
    if p is None or not 0 < p < 1:
        raise EffectsError(f"p = {p}; allowed: above 0 and below 1, exact.")
    return float(-ndtri(p / 2))


def _of_interval(
    out: float | None, ci: tuple[float, float], scale: Scale, level: float
) -> RecoveredEffect:
    low, high = (_moved(x, scale) for x in ci)
    se = se_from_ci(low, high, level=level)
    y = (low + high) / 2 if out is None else _moved(out, scale)
    if not low <= y <= high:
        raise EffectsError(
            f"the estimate {out:g} lies outside its interval {ci[0]:g} to {ci[1]:g}. "
            "Look at the source for swapped numbers or another scale."
        )
    note = f"{_named(scale)}{se.note}"
    if abs(y - (low + high) / 2) > UNEVEN * (high - low):
        note += "; CAUTION: the estimate is not in the middle of the interval"
    return RecoveredEffect(y, se.value**2, note)


def _named(scale: str) -> str:
    return "" if scale == "identity" else f"{scale} of "


def _moved(x: float, scale: str) -> float:
    low, high = _WITHIN[scale]
    if not low < x < high:
        raise EffectsError(
            f"{x:g} has no {scale}; allowed: above {low:g} and below {high:g}."
        )
    return _TO[scale](x)


def delta_method(
    y: ArrayLike,
    v: ArrayLike,
    transform: Callable[[FloatArray], FloatArray],
    derivative: Callable[[FloatArray], FloatArray] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Transform effects and, to first order, their variances: v f′(y)².

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (k,).
    transform
        Smooth function of an array.
    derivative
        Its derivative; by default central differences of fourth order.

    Returns
    -------
    tuple of numpy.ndarray
        Transformed effects and their variances, shape (k,) each.

    Raises
    ------
    EffectsError
        For a negative variance.

    References
    ----------
    Oehlert 1992, doi:10.1080/00031305.1992.10475842.

    Examples
    --------
    >>> y, v = delta_method([0.2], [0.04], np.exp)
    >>> y.round(4), v.round(5)
    (array([1.2214]), array([0.05967]))
    """
    x, var = np.asarray(y, dtype=float), np.asarray(v, dtype=float)
    if (var < 0).any():
        raise EffectsError("v holds a negative variance; allowed: 0 or more.")
    slope = _slope(transform, x) if derivative is None else derivative(x)
    return np.asarray(transform(x)), np.asarray(var * slope**2)


def _slope(f: Callable[[FloatArray], FloatArray], x: FloatArray) -> FloatArray:
    #: Truncation h⁴ and rounding ε/h balance near ε^(1/5).
    h = 1e-3 * np.maximum(1.0, np.abs(x))
    near, far = f(x + h) - f(x - h), f(x + 2 * h) - f(x - 2 * h)
    slope: FloatArray = (8 * near - far) / (12 * h)
    return slope
