"""Measures of one group at two times: changes, never contrasts of treatments."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe, checked
from mdmameta.options import Correction

TWO_TIMES = ("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")
TWO_TIMES_ONE_SD = ("m1i", "m2i", "sd1i", "ni", "ri")

#: Fewest people of whom an SD can be had.
FEWEST_IN_ONE_GROUP = 2

#: With fewer, the SD of one group leaves less than 2 degrees of freedom and
#: the exact correction for bias does not exist.
SMALL = "With fewer than 3 people there is no correction for bias."


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


def mean_change(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
) -> YV:
    """Mean change m1 − m2 in scale points (MC); its variance is SD²/n of changes.

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.8, doi:10.1002/9781119536604.

    Examples
    --------
    >>> import numpy as np
    >>> times = {"m1i": 5.0, "m2i": 2.0, "sd1i": 3.0, "sd2i": 4.0, "ni": 10, "ri": 0.0}
    >>> y, v = mean_change(**{name: np.array([x]) for name, x in times.items()})
    >>> float(y[0]), float(v[0])
    (3.0, 2.5)
    """
    return m1i - m2i, change_sd(sd1i, sd2i, ri) ** 2 / ni


def change_over_change_sd(
    *, d: FloatArray, ni: FloatArray, correction: Correction = "exact"
) -> YV:
    """Mean change over the SD of the changes (SMCC).

    Its variance is 1/n + y²/(2n).

    Parameters
    ----------
    d
        Mean change over the SD of changes, uncorrected, shape (k,).
    ni
        Number measured at both times, shape (k,).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.

    References
    ----------
    Gibbons, Hedeker and Davis 1993, doi:10.3102/10769986018003271.
    """
    y = bias_correction(ni - 1, correction) * d
    return y, 1 / ni + y**2 / (2 * ni)


def change_over_raw_sd(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over the raw SD of one time (SMCR).

    Its variance is 2(1 − r)/n + y²/(2n), taking the SDs of both times as one.

    Parameters
    ----------
    m1i, m2i
        Means at the two times, shape (k,).
    sd1i
        The SD to divide by, usually that of the first time, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.

    References
    ----------
    Becker 1988, doi:10.1111/j.2044-8317.1988.tb00901.x.
    """
    y = bias_correction(ni - 1, correction) * (m1i - m2i) / sd1i
    return y, 2 * (1 - ri) / ni + y**2 / (2 * ni)


def heteroscedastic_change(
    *,
    m1i: FloatArray,
    m2i: FloatArray,
    sd1i: FloatArray,
    sd2i: FloatArray,
    ni: FloatArray,
    ri: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Mean change m1 − m2 over the SD of time 1, the SDs free to differ (SMCRH).

    Its variance is SD²/(SD1² (n − 1)) + y²/(2(n − 1)), SD² that of changes.

    Parameters
    ----------
    m1i, m2i, sd1i, sd2i
        Means and standard deviations at the two times, shape (k,).
    ni, ri
        Number measured at both times and the correlation, shape (k,).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.

    References
    ----------
    Bonett 2008, doi:10.1037/1082-989X.13.2.99.
    """
    m = ni - 1
    y = bias_correction(m, correction) * (m1i - m2i) / sd1i
    return y, change_sd(sd1i, sd2i, ri) ** 2 / (sd1i**2 * m) + y**2 / (2 * m)


def _change_d(inputs: Inputs, choices: Choices) -> Arrays:
    """Prepare d from means, or from a printed d, paired t or signed p-value."""
    own = inputs.only((*TWO_TIMES, "di", "ti", "pi"))
    x = check_inputs(own, FEWEST_IN_ONE_GROUP).get
    by_p = -np.sign(x("pi")) * stdtrit(x("ni") - 1, np.abs(x("pi")) / 2)
    t = np.where(np.isnan(x("ti")), by_p, x("ti"))
    printed = np.where(np.isnan(x("di")), t / np.sqrt(x("ni")), x("di"))
    d = (x("m1i") - x("m2i")) / change_sd(x("sd1i"), x("sd2i"), x("ri"))
    return {"d": np.where(np.isnan(d), printed, d), "ni": x("ni")}


RECIPES = {
    "MC": Recipe(
        meaning="mean change",
        source="10.1002/9781119536604",
        kernel=mean_change,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST_IN_ONE_GROUP),
    ),
    "SMCC": Recipe(
        meaning="change over SD of changes",
        source="10.3102/10769986018003271",
        kernel=change_over_change_sd,
        ways=(TWO_TIMES, ("di", "ni"), ("ti", "ni"), ("pi", "ni")),
        prepare=_change_d,
        takes=("correction",),
        undefined=f"Changes that are all alike have no SD. {SMALL}",
    ),
    "SMCR": Recipe(
        meaning="change over a raw SD",
        source="10.1111/j.2044-8317.1988.tb00901.x",
        kernel=change_over_raw_sd,
        ways=(TWO_TIMES_ONE_SD,),
        prepare=checked(TWO_TIMES_ONE_SD, FEWEST_IN_ONE_GROUP),
        takes=("correction",),
        undefined=SMALL,
    ),
    "SMCRH": Recipe(
        meaning="same, SDs free to differ",
        source="10.1037/1082-989X.13.2.99",
        kernel=heteroscedastic_change,
        ways=(TWO_TIMES,),
        prepare=checked(TWO_TIMES, FEWEST_IN_ONE_GROUP),
        takes=("correction",),
        undefined=SMALL,
    ),
}
