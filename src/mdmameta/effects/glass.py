"""Mean differences over the SD of the second group alone: Glass's Δ."""

from __future__ import annotations

from typing import Literal

from mdmameta.arrays import FloatArray
from mdmameta.effects.averages import weighted_mean
from mdmameta.effects.continuous import FEWEST, TWO_MEANS
from mdmameta.effects.corrections import bias_correction, spread_of_t
from mdmameta.effects.recipe import YV, Recipe, checked
from mdmameta.options import Correction

GlassVType = Literal["LS", "LS2", "UB", "AV", "H0"]

#: The correction for bias exists from 2 degrees of freedom of the second SD on.
_SMALL = "Group 2 needs 3 people or more."

ONE_SD = ("m1i", "n1i", "m2i", "sd2i", "n2i")


def glass_delta(
    *,
    m1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: GlassVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Mean difference over the SD of group 2, taken to be that of both (SMD1).

    Parameters
    ----------
    m1i, n1i, m2i, sd2i, n2i
        Means, sizes, and the standard deviation of group 2, shape (k,).
    vtype
        "LS": 1/n1 + 1/n2 + y²/(2 n2). "LS2": J²·(1/n1 + 1/n2 + d²/(2 n2)).
        "UB": 1/n1 + 1/n2 + (1 − (m − 2)/(m J²))·y² with m = n2 − 1. "AV": as
        "LS" with the average of y over studies. "H0":
        J²·(1/n1 + 1/n2)·m/(m − 2).
    correction
        See `bias_correction`; J has n2 − 1 degrees of freedom.

    References
    ----------
    Hedges 1981, doi:10.3102/10769986006002107.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = glass_delta(
    ...     m1i=np.array([5.0]), n1i=np.array([8.0]),
    ...     m2i=np.array([7.0]), sd2i=np.array([4.0]), n2i=np.array([8.0]),
    ... )
    >>> y.round(4), v.round(4)
    (array([-0.4441]), array([0.2623]))
    """
    m = n2i - 1
    j = bias_correction(m, correction)
    d = (m1i - m2i) / sd2i
    y, base = j * d, 1 / n1i + 1 / n2i
    if vtype == "LS2":
        return y, j**2 * (base + d**2 / (2 * n2i))
    if vtype == "UB":
        return y, base + (1 - (m - 2) / (m * j**2)) * y**2
    if vtype == "H0":
        return y, j**2 * base * spread_of_t(m) + 0 * y
    plugged = weighted_mean(y, n1i + n2i) if vtype == "AV" else y
    return y, base + plugged**2 / (2 * n2i) + 0 * y


def heteroscedastic_glass_delta(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Mean difference over the SD of group 2, the SDs free to differ (SMD1H).

    Its variance is SD1²/(SD2² (n1 − 1)) + 1/(n2 − 1) + y²/(2(n2 − 1)).

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    correction
        See `bias_correction`; J has n2 − 1 degrees of freedom.

    References
    ----------
    Bonett 2008, doi:10.1037/1082-989X.13.2.99.
    """
    y = bias_correction(n2i - 1, correction) * (m1i - m2i) / sd2i
    own = sd1i**2 / (sd2i**2 * (n1i - 1))
    return y, own + 1 / (n2i - 1) + y**2 / (2 * (n2i - 1))


RECIPES = {
    "SMD1": Recipe(
        meaning="SMD over the SD of group 2",
        source="10.3102/10769986006002107",
        kernel=glass_delta,
        ways=(ONE_SD,),
        prepare=checked(ONE_SD, FEWEST),
        vtypes=GlassVType,
        takes=("vtype", "correction"),
        undefined=_SMALL,
    ),
    "SMD1H": Recipe(
        meaning="same, SDs free to differ",
        source="10.1037/1082-989X.13.2.99",
        kernel=heteroscedastic_glass_delta,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        takes=("correction",),
        undefined=_SMALL,
    ),
}
