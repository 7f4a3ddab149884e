"""Log ratios of standard deviations and of coefficients of variation."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.continuous import FEWEST, TWO_MEANS
from mdmameta.effects.ratio_of_means import (
    SIGNS,
    log_ratio_of_means,
    log_ratio_of_means_over_time,
)
from mdmameta.effects.recipe import YV, Recipe, checked
from mdmameta.effects.single_group import TWO_TIMES
from mdmameta.options import Correction

VariabilityVType = Literal["LS", "LS2"]

TWO_SDS = ("sd1i", "n1i", "sd2i", "n2i")
TWO_SDS_OF_ONE = ("sd1i", "sd2i", "ni", "ri")


def log_variability_ratio(
    *,
    sd1i: FloatArray,
    n1i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: VariabilityVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log of the SD of group 1 over that of group 2 (VR).

    Parameters
    ----------
    sd1i, n1i, sd2i, n2i
        Standard deviations and sizes of the groups, shape (k,).
    vtype
        The sum over groups of 1/(2(n − 1)), "LS", or of n/(2(n − 1)²), "LS2",
        the second order.
    correction
        Unless "none", (1/(n1 − 1) − 1/(n2 − 1))/2 is added.

    References
    ----------
    Senior, Viechtbauer and Nakagawa 2020, doi:10.1002/jrsm.1423.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = log_variability_ratio(
    ...     sd1i=np.array([2.0]), n1i=np.array([8.0]),
    ...     sd2i=np.array([4.0]), n2i=np.array([8.0]),
    ... )
    >>> y.round(4), v.round(4)
    (array([-0.6931]), array([0.1429]))
    """
    w1, w2 = 1 / (n1i - 1), 1 / (n2i - 1)
    y = np.log(sd1i / sd2i)
    if correction != "none":
        y = y + (w1 - w2) / 2
    if vtype == "LS2":
        return y, (n1i * w1**2 + n2i * w2**2) / 2
    return y, (w1 + w2) / 2


def log_cv_ratio(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: VariabilityVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log ratio of the coefficients of variation of two groups (CVR).

    Means and SDs of normal scores are independent: y is VR minus ROM, and v
    the sum of their variances.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    vtype, correction
        Those of `log_variability_ratio`, and of ROM under the same names.

    References
    ----------
    Senior, Viechtbauer and Nakagawa 2020, doi:10.1002/jrsm.1423.
    """
    sds = {"sd1i": sd1i, "n1i": n1i, "sd2i": sd2i, "n2i": n2i}
    vr, v_vr = log_variability_ratio(**sds, vtype=vtype, correction=correction)
    rom, v_rom = log_ratio_of_means(
        m1i=m1i, m2i=m2i, **sds, vtype=vtype, correction=correction
    )
    return vr - rom, v_vr + v_rom


def log_variability_ratio_over_time(
    *,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    vtype: VariabilityVType = "LS",
) -> YV:
    """Log of the SD at time 1 over that at time 2, in one group (VRC).

    Its variance is (1 − r²)/(n − 1); the biases of both logs cancel.

    Parameters
    ----------
    sd1i, sd2i
        Standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    vtype
        "LS", as above. "LS2", the second order: n/(n − 1)² − r²/(n − 1) +
        r⁴·(SD1⁸ + SD2⁸)/(2 (n − 1)²·SD1⁴·SD2⁴).

    References
    ----------
    Senior, Viechtbauer and Nakagawa 2020, doi:10.1002/jrsm.1423, equations 21
    and 22.
    """
    y, w = np.log(sd1i / sd2i), 1 / (ni - 1)
    if vtype == "LS2":
        unequal = (sd1i / sd2i) ** 4 + (sd2i / sd1i) ** 4
        return y, ni * w**2 - ri**2 * w + ri**4 * unequal * w**2 / 2
    return y, (1 - ri**2) * w


def log_cv_ratio_over_time(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    vtype: VariabilityVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log ratio of the coefficients of variation at two times (CVRC).

    y is VRC minus ROMC, and v the sum of their variances.

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    vtype
        Of both of them.
    correction
        As in `log_ratio_of_means_over_time`.

    References
    ----------
    Senior, Viechtbauer and Nakagawa 2020, doi:10.1002/jrsm.1423.
    """
    sds = {"sd1i": sd1i, "sd2i": sd2i, "ni": ni, "ri": ri}
    vr, v_vr = log_variability_ratio_over_time(**sds, vtype=vtype)
    rom, v_rom = log_ratio_of_means_over_time(
        m1i=m1i, m2i=m2i, **sds, vtype=vtype, correction=correction
    )
    return vr - rom, v_vr + v_rom


_SENIOR = "10.1002/jrsm.1423"

RECIPES = {
    "VR": Recipe(
        meaning="log ratio of SDs",
        source=_SENIOR,
        kernel=log_variability_ratio,
        ways=(TWO_SDS,),
        prepare=checked(TWO_SDS, FEWEST),
        vtypes=VariabilityVType,
        takes=("vtype", "correction"),
        back_transform="exp",
    ),
    "CVR": Recipe(
        meaning="log ratio of CVs",
        source=_SENIOR,
        kernel=log_cv_ratio,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        vtypes=VariabilityVType,
        takes=("vtype", "correction"),
        back_transform="exp",
        undefined=SIGNS,
    ),
    "VRC": Recipe(
        meaning="log ratio of SDs, paired",
        source=_SENIOR,
        kernel=log_variability_ratio_over_time,
        ways=(TWO_SDS_OF_ONE,),
        prepare=checked(TWO_SDS_OF_ONE, FEWEST),
        vtypes=VariabilityVType,
        takes=("vtype",),
        back_transform="exp",
    ),
    "CVRC": Recipe(
        meaning="log ratio of CVs, paired",
        source=_SENIOR,
        kernel=log_cv_ratio_over_time,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST),
        vtypes=VariabilityVType,
        takes=("vtype", "correction"),
        back_transform="exp",
        undefined=SIGNS,
    ),
}
