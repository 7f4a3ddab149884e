"""Kernels for one group measured twice: changes, never contrasts of treatments."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.effects.checks import FloatArray
from mdmameta.effects.continuous import YV, bias_correction
from mdmameta.options import Correction

SMCVType = Literal["LS"]


def change_sd(sd1i: FloatArray, sd2i: FloatArray, ri: FloatArray) -> FloatArray:
    """Return the SD of the difference of two correlated measurements.

    Parameters
    ----------
    sd1i, sd2i
        Standard deviations at the two times, shape (k,).
    ri
        Correlation between the two times, shape (k,).

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.8, doi:10.1002/9781119536604.

    Examples
    --------
    >>> import numpy as np
    >>> change_sd(np.array([3.0]), np.array([4.0]), np.array([0.0]))
    array([5.])
    """
    s2 = sd1i**2 + sd2i**2 - 2 * ri * sd1i * sd2i
    s: FloatArray = np.sqrt(np.maximum(s2, 0.0))
    return s


def change_over_change_sd(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    vtype: SMCVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over the SD of the changes (SMCC).

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni
        Number measured at both times, shape (k,).
    ri
        Correlation between the two times, shape (k,).
    vtype
        "LS": 1/n + y²/(2n).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.

    References
    ----------
    Gibbons, Hedeker and Davis 1993, doi:10.3102/10769986018003271.
    """
    d = (m1i - m2i) / change_sd(sd1i, sd2i, ri)
    y = bias_correction(ni - 1, correction) * d
    return y, 1 / ni + y**2 / (2 * ni)


def change_over_raw_sd(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    vtype: SMCVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over the raw SD of one time (SMCR).

    Parameters
    ----------
    m1i, m2i
        Means at the two times, shape (k,).
    sd1i
        The SD to divide by, usually that of the first time, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    vtype
        "LS": 2(1 − r)/n + y²/(2n).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.

    References
    ----------
    Becker 1988, doi:10.1111/j.2044-8317.1988.tb00901.x.
    """
    y = bias_correction(ni - 1, correction) * (m1i - m2i) / sd1i
    return y, 2 * (1 - ri) / ni + y**2 / (2 * ni)
