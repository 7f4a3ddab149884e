"""Log ratios of two means, of independent groups or of two times of one group."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.averages import pooled_sd, weighted_mean
from mdmameta.effects.continuous import FEWEST, TWO_MEANS
from mdmameta.effects.recipe import YV, Recipe, checked
from mdmameta.effects.single_group import TWO_TIMES
from mdmameta.options import Correction

ROMVType = Literal["LS", "HO", "LS2", "AV", "AVHO"]
PairedVType = Literal["LS", "LS2"]

#: Why a log ratio of means may not exist.
SIGNS = "Means must have the same sign and not be zero."


def log_ratio_of_means(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: ROMVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log of the mean of group 1 over that of group 2, the log response ratio.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    vtype
        With c = SD²/(n·mean²) of each group: "LS", c1 + c2; "LS2", the second
        order, c1 + c2 + (c1² + c2²)/2; "HO", c1 + c2 with the pooled SD;
        "AV", CV1²/n1 + CV2²/n2 with the coefficients of variation of each
        group averaged over studies, weighted by n; "AVHO", the same with one
        average over both groups.
    correction
        Unless "none", (c1 − c2)/2 is added: the second-order bias of the logs
        (Lajeunesse 2015, equation 8), as in metafor from version 5 on.

    References
    ----------
    Hedges, Gurevitch and Curtis 1999,
    doi:10.1890/0012-9658(1999)080[1150:TMAORR]2.0.CO;2; Lajeunesse 2015,
    doi:10.1890/14-2402.1; Nakagawa et al. 2023, doi:10.1111/ele.14144.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = log_ratio_of_means(
    ...     m1i=np.array([5.0]), sd1i=np.array([2.0]), n1i=np.array([8.0]),
    ...     m2i=np.array([7.0]), sd2i=np.array([4.0]), n2i=np.array([8.0]),
    ... )
    >>> y.round(4), v.round(4)
    (array([-0.3469]), array([0.0608]))
    """
    c1, c2 = sd1i**2 / (n1i * m1i**2), sd2i**2 / (n2i * m2i**2)
    y = np.log(m1i / m2i)
    if correction != "none":
        y = y + (c1 - c2) / 2
    if vtype == "LS2":
        return y, c1 + c2 + (c1**2 + c2**2) / 2
    if vtype == "HO":
        s2 = pooled_sd(sd1i, n1i, sd2i, n2i) ** 2
        return y, s2 / (n1i * m1i**2) + s2 / (n2i * m2i**2)
    if vtype in ("AV", "AVHO"):
        cv1, cv2 = _average_cvs(sd1i / m1i, n1i, sd2i / m2i, n2i, vtype == "AVHO")
        return y, cv1**2 / n1i + cv2**2 / n2i
    return y, c1 + c2


def _average_cvs(
    cv1: FloatArray, n1: FloatArray, cv2: FloatArray, n2: FloatArray, one: bool
) -> tuple[float, float]:
    if one:
        both = weighted_mean(np.concatenate([cv1, cv2]), np.concatenate([n1, n2]))
        return both, both
    return weighted_mean(cv1, n1), weighted_mean(cv2, n2)


def log_ratio_of_means_over_time(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    vtype: PairedVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log of the mean at time 1 over that at time 2, in one group (ROMC).

    Its variance is c1 + c2 − 2 r √(c1 c2) with c = SD²/(n·mean²) of each time.

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    vtype
        "LS", as above. "LS2", the second order, adds (c1² + c2²)/2 and
        r²·SD1²·SD2²·(mean1⁴ + mean2⁴)/(2 n²·mean1⁴·mean2⁴).
    correction
        Unless "none", (c1 − c2)/2 is added.

    References
    ----------
    Lajeunesse 2011, doi:10.1890/11-0423.1; Senior, Viechtbauer and Nakagawa 2020,
    doi:10.1002/jrsm.1423, equation 19.
    """
    c1, c2 = sd1i**2 / (ni * m1i**2), sd2i**2 / (ni * m2i**2)
    y = np.log(m1i / m2i)
    if correction != "none":
        y = y + (c1 - c2) / 2
    v = c1 + c2 - 2 * ri * np.sqrt(c1 * c2)
    if vtype == "LS2":
        shared = (ri * sd1i * sd2i / ni) ** 2 * (1 / m1i**4 + 1 / m2i**4)
        v = v + (c1**2 + c2**2 + shared) / 2
    return y, v


RECIPES = {
    "ROM": Recipe(
        meaning="log ratio of means",
        source="10.1890/14-2402.1",
        kernel=log_ratio_of_means,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        vtypes=ROMVType,
        takes=("vtype", "correction"),
        back_transform="exp",
        undefined=SIGNS,
    ),
    "ROMC": Recipe(
        meaning="log ratio of means, paired",
        source="10.1890/11-0423.1",
        kernel=log_ratio_of_means_over_time,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST),
        vtypes=PairedVType,
        takes=("vtype", "correction"),
        back_transform="exp",
        undefined=SIGNS,
    ),
}
