"""A measure: the log ratio of a group's quartiles, from their logs' normality."""

from __future__ import annotations

import numpy as np

from mdmameta.effects.recipe import YV, Recipe, checked

#: Distance of the quartiles of a normal distribution, in SD.
QUARTILES_APART = 1.3489795003921634

#: Density of the standard normal at its upper quartile.
DENSITY_THERE = 0.3177765


def log_quartile_ratio(*, q1i: np.ndarray, q3i: np.ndarray, ni: np.ndarray) -> YV:
    """Return log(Q3/Q1) of one group, and its large-sample variance.

    Quartiles of n normal scores have the covariance matrix of order
    statistics: variance p(1 − p)/(n φ²) each, covariance p²/(n φ²), p = 1/4.

    Parameters
    ----------
    q1i, q3i, ni
        Quartiles above zero, and sizes, shape (k,).

    Examples
    --------
    >>> y, v = log_quartile_ratio(
    ...     q1i=np.array([2.0]), q3i=np.array([8.0]), ni=np.array([50.0]))
    >>> y.round(3), v.round(4)
    (array([1.386]), array([0.0523]))
    """
    y = np.log(q3i / q1i)
    sd = y / QUARTILES_APART
    each, both = 3 / 16, 1 / 16
    return y, 2 * (each - both) * sd**2 / (ni * DENSITY_THERE**2)


LNQR = Recipe(
    meaning="log ratio of the quartiles of one group",
    source="Mosteller 1946, doi:10.1214/aoms/1177730881",
    kernel=log_quartile_ratio,
    ways=[("q1i", "q3i", "ni")],
    prepare=checked(("q1i", "q3i", "ni"), fewest=5),
    back_transform="exp",
    undefined="Quartiles must be above zero, the upper one above the lower.",
)
