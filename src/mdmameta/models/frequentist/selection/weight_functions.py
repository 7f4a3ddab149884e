"""How likely a result is to be selected, as a function of its p-value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray

#: Largest value tried of a parameter of a weight function: beyond it every
#: such function is a step at p = 0 for any number of studies.
LARGEST = 100.0


#: From log p, log(1 − p), shape (n,), and the parameters, shape (d,), to the log
#: weight up to a constant, shape (n,), and its derivatives, shape (d, n).
LogWeight = Callable[
    [FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]
]


@dataclass(frozen=True, slots=True)
class WeightFunction:
    """A smooth weight function of p.

    Parameters
    ----------
    log_weight
        See `LogWeight`.
    none
        Parameters at which every result is as likely to be selected.
    starts
        Parameters at which a search begins.
    """

    log_weight: LogWeight
    none: tuple[float, ...]
    starts: tuple[tuple[float, ...], ...]


def _beta(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    slopes = np.stack([log_p, log_q])
    return (delta[0] - 1) * log_p + (delta[1] - 1) * log_q, slopes


def _half_normal(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    square = np.exp(2 * log_p)
    return -delta[0] * square, -square[None]


def _negative_exponential(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    p = np.exp(log_p)
    return -delta[0] * p, -p[None]


def _logistic(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    p = np.exp(log_p)
    t = np.exp(-delta[0] * p)
    return -delta[0] * p - np.log1p(t), (-p / (1 + t))[None]


def _power(
    log_p: FloatArray, log_q: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    return delta[0] * log_q, log_q[None]


_ONE = (0.0,), ((0.3,), (3.0,))

#: Smooth weight functions by metafor's names.
WEIGHT_FUNCTIONS: dict[str, WeightFunction] = {
    "beta": WeightFunction(_beta, (1.0, 1.0), ((1.0, 1.0), (1.2, 2.0), (0.8, 1.0))),
    "halfnorm": WeightFunction(_half_normal, *_ONE),
    "negexp": WeightFunction(_negative_exponential, *_ONE),
    "logistic": WeightFunction(_logistic, *_ONE),
    "power": WeightFunction(_power, *_ONE),
}
