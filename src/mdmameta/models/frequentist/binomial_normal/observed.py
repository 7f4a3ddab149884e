"""Effects observed in each trial, which heterogeneity is related to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.counts import OF_TIME, Counts
from mdmameta.models.frequentist.regression import typical_variance

#: What is added to every cell of a trial that has an empty one.
ADDED = 0.5


def sampling_variances(counts: Counts) -> FloatArray:
    """Compute the sampling variance of each trial's effect, shape (k,).

    One half is added to the cells of a trial with an empty one, as metafor's
    default has it; the counts that are fitted are never changed.

    Parameters
    ----------
    counts
        With their measure.

    Examples
    --------
    >>> counts = Counts(measure="IRLN", x=np.array([[4.0]]),
    ...                 size=np.array([[10.0]]), rows=np.array([0]), cautions=())
    >>> sampling_variances(counts)
    array([0.25])
    """
    x, size = counts.x, counts.size
    of_time = counts.measure in OF_TIME
    cells = x if of_time else np.concatenate([x, size - x], axis=1)
    add = ADDED * (cells == 0).any(axis=1, keepdims=True)
    n = size if of_time else size + 2 * add
    return np.asarray(VARIANCES[counts.measure](x + add, n).sum(axis=1))


def typical_v(counts: Counts, X: FloatArray) -> float:
    """Compute the sampling variance of a typical trial; NaN without residual df.

    Parameters
    ----------
    counts
        With their measure.
    X
        Design of the effect, shape (k, p).
    """
    if len(X) <= X.shape[1]:
        return float(np.nan)
    return typical_variance(sampling_variances(counts), X)


def _odds(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(1 / x + 1 / (n - x))


def _log_risk(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(1 / x - 1 / n)


def _risk(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(x * (n - x) / n**3)


def _log_rate(x: FloatArray, t: FloatArray) -> FloatArray:
    return np.asarray(1 / x)


#: Variance that an arm adds, by measure.
VARIANCES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "OR": _odds,
    "PLO": _odds,
    "RR": _log_risk,
    "PLN": _log_risk,
    "RD": _risk,
    "PR": _risk,
    "IRR": _log_rate,
    "IRLN": _log_rate,
}
