"""Changes within one group over the SD pooled from both times."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.recipe import YV, Recipe, checked
from mdmameta.effects.single_group import (
    FEWEST_IN_ONE_GROUP,
    SMALL,
    TWO_TIMES,
    change_sd,
)
from mdmameta.options import Correction


def _change(
    m1i: FloatArray,
    m2i: FloatArray,
    s2: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    correction: Correction,
) -> FloatArray:
    # Two variances that correlate by r² are worth 2(n − 1)/(1 + r²) degrees.
    df = 2 * (ni - 1) / (1 + ri**2)
    y: FloatArray = bias_correction(df, correction) * (m1i - m2i) / np.sqrt(s2)
    return y


def change_over_pooled_sd(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over √((SD1² + SD2²)/2), the SDs being one (SMCRP).

    Its variance is 2(1 − r)/n + y² (1 + r²)/(4n).

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    correction
        See `bias_correction`; J has 2(n − 1)/(1 + r²) degrees of freedom.

    References
    ----------
    Cousineau 2020, doi:10.20982/tqmp.16.4.p418.

    Examples
    --------
    >>> import numpy as np
    >>> times = {"m1i": 5.0, "m2i": 2.0, "sd1i": 3.0, "sd2i": 3.0, "ni": 9, "ri": 0.5}
    >>> y, v = change_over_pooled_sd(
    ...     **{name: np.array([x]) for name, x in times.items()})
    >>> y.round(4), v.round(4)
    (array([0.94]), array([0.1418]))
    """
    y = _change(m1i, m2i, (sd1i**2 + sd2i**2) / 2, ni, ri, correction)
    return y, 2 * (1 - ri) / ni + y**2 * (1 + ri**2) / (4 * ni)


def heteroscedastic_change_over_pooled_sd(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over √((SD1² + SD2²)/2), the SDs free to differ (SMCRPH).

    With s² = (SD1² + SD2²)/2 and SD² that of changes, its variance is
    SD²/(s² (n − 1)) + y² (SD1⁴ + SD2⁴ + 2 r² SD1² SD2²)/(8 s⁴ (n − 1)).

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    correction
        See `bias_correction`; J has 2(n − 1)/(1 + r²) degrees of freedom.

    References
    ----------
    Bonett 2008, doi:10.1037/1082-989X.13.2.99.
    """
    s2, m = (sd1i**2 + sd2i**2) / 2, ni - 1
    y = _change(m1i, m2i, s2, ni, ri, correction)
    spread = sd1i**4 + sd2i**4 + 2 * ri**2 * sd1i**2 * sd2i**2
    change = change_sd(sd1i, sd2i, ri) ** 2
    return y, change / (s2 * m) + y**2 * spread / (8 * s2**2 * m)


RECIPES = {
    "SMCRP": Recipe(
        meaning="change over the pooled SD",
        source="10.20982/tqmp.16.4.p418",
        kernel=change_over_pooled_sd,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST_IN_ONE_GROUP),
        takes=("correction",),
        undefined=SMALL,
    ),
    "SMCRPH": Recipe(
        meaning="same, SDs free to differ",
        source="10.1037/1082-989X.13.2.99",
        kernel=heteroscedastic_change_over_pooled_sd,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST_IN_ONE_GROUP),
        takes=("correction",),
        undefined=SMALL,
    ),
}
