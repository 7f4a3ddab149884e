"""Quantities pooled over the groups of a study, or over studies, for variances."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray


def pooled_sd(
    sd1i: FloatArray, n1i: FloatArray, sd2i: FloatArray, n2i: FloatArray
) -> FloatArray:
    """Pool the standard deviations of two groups, taken to be the same in both.

    Parameters
    ----------
    sd1i, n1i, sd2i, n2i
        Standard deviations and sizes of the groups, shape (k,).

    Returns
    -------
    numpy.ndarray
        Pooled standard deviations, shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> pooled_sd(*(np.array([x]) for x in (3.0, 10, 4.0, 10))).round(3)
    array([3.536])
    """
    s: FloatArray = np.sqrt(
        ((n1i - 1) * sd1i**2 + (n2i - 1) * sd2i**2) / (n1i + n2i - 2)
    )
    return s


def weighted_mean(x: FloatArray, n: FloatArray) -> float:
    """Average of x over studies, weighted by their size; missing rows left out.

    Variances of the kind "AV" put it in place of each study's own value, so
    that the weights do not depend on the estimates.

    Parameters
    ----------
    x, n
        Values and sizes, shape (k,).

    Returns
    -------
    float
        NaN when every row is missing.

    Examples
    --------
    >>> import numpy as np
    >>> weighted_mean(np.array([1.0, 4.0, np.nan]), np.array([10.0, 20.0, 5.0]))
    3.0
    """
    there = ~(np.isnan(x) | np.isnan(n))
    if not there.any():
        return float("nan")
    return float(n[there] @ x[there] / n[there].sum())
