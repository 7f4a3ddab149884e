"""Confidence intervals of single proportions, one a study."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.errors import EffectsError, OptionError
from mdmameta.options import check_option

ProportionMethod = Literal["CP", "WS", "WSCC", "AC", "SA", "SACC"]


def proportion_interval(
    x: ArrayLike,
    n: ArrayLike,
    *,
    method: ProportionMethod = "CP",
    level: float = 0.95,
) -> pd.DataFrame:
    """Confidence intervals of proportions x / n.

    Parameters
    ----------
    x, n
        Events and group sizes, shape (k,).
    method
        "CP" (Clopper–Pearson, exact, the default because it never covers less
        than stated), "WS" (Wilson's score), "WSCC" (same, with continuity
        correction), "AC" (Agresti–Coull), "SA" (simple, p ± z se), "SACC" (same,
        with continuity correction); codes of the R package meta. "AC", "SA" and
        "SACC" may lie outside 0 to 1: they are returned as they are.
    level
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        Columns p, ci_low, ci_high; NaN where x or n is missing.

    Raises
    ------
    OptionError
        For an unknown method or level.
    EffectsError
        When events are negative or exceed their group.

    References
    ----------
    Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.

    Examples
    --------
    >>> proportion_interval([8], [10], method="WS").round(3).values.tolist()
    [[0.8, 0.49, 0.943]]
    """
    check_option("method", method, ProportionMethod)
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} is not strictly between 0 and 1.")
    events, size = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (x, n))
    wrong = (events < 0) | (events > size) | (size <= 0)
    if wrong.any():
        found = f"x = {x!r} and n = {n!r}"
        raise EffectsError(
            f"{found}; allowed: 0 <= x <= n and n above 0. Correct the counts."
        )
    z = float(ndtri((1 + level) / 2))
    low, high = _bounds(events, size, z, method, (1 - level) / 2)
    return pd.DataFrame({"p": events / size, "ci_low": low, "ci_high": high})


def _bounds(
    x: FloatArray, n: FloatArray, z: float, method: str, tail: float
) -> tuple[FloatArray, FloatArray]:
    p = x / n
    if method == "CP":
        none, all_ = x == 0, x == n
        low = betaincinv(np.where(none, 1, x), n - x + 1, tail)
        high = betaincinv(x + 1, np.where(all_, 1, n - x), 1 - tail)
        return np.where(none, 0.0, low), np.where(all_, 1.0, high)
    if method == "WSCC":
        return _wilson_corrected(x, n, z)
    if method == "WS":
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        return centre - half, centre + half
    if method == "AC":
        n = n + z**2
        p = (x + z**2 / 2) / n
    half = z * np.sqrt(p * (1 - p) / n) + (1 / (2 * n) if method == "SACC" else 0)
    return p - half, p + half


def _wilson_corrected(
    x: FloatArray, n: FloatArray, z: float
) -> tuple[FloatArray, FloatArray]:
    p, q = x / n, 1 - x / n
    common, below = 2 * n * p + z**2, 2 * (n + z**2)
    low = common - 1 - z * np.sqrt(z**2 - 2 - 1 / n + 4 * p * (n * q + 1))
    high = common + 1 + z * np.sqrt(z**2 + 2 - 1 / n + 4 * p * (n * q - 1))
    return np.where(x == 0, 0.0, low / below), np.where(x == n, 1.0, high / below)
