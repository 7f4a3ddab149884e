"""Measures of two independent groups on a scale: MD, SMD and SMDH."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from scipy.special import stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.averages import pooled_sd, weighted_mean
from mdmameta.effects.corrections import bias_correction, spread_of_t
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe, checked
from mdmameta.options import Correction

MDVType = Literal["LS", "HO"]
SMDVType = Literal["LS", "LS2", "UB", "AV", "H0", "uncorrected-d"]
SMDHVType = Literal["LS", "LS2"]

TWO_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
SIZES = ("n1i", "n2i")
OR_D = (TWO_MEANS, ("di", *SIZES), ("ti", *SIZES), ("pi", *SIZES))

#: Fewest people of whom a group can be made: below it no variance exists.
FEWEST = 2


def mean_difference(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: MDVType = "LS",
) -> YV:
    """Difference between two means, group 1 minus group 2, in scale points.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    vtype
        "LS": each group has its own variance (metafor's default);
        "HO": one variance, pooled over both groups.

    References
    ----------
    Cochrane Handbook, chapter 6, doi:10.1002/9781119536604.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = mean_difference(
    ...     m1i=np.array([5.0]), sd1i=np.array([2.0]), n1i=np.array([8.0]),
    ...     m2i=np.array([7.0]), sd2i=np.array([4.0]), n2i=np.array([8.0]),
    ... )
    >>> float(y[0]), float(v[0])
    (-2.0, 2.5)
    """
    if vtype == "HO":
        sd1i = sd2i = pooled_sd(sd1i, n1i, sd2i, n2i)
    return m1i - m2i, sd1i**2 / n1i + sd2i**2 / n2i


def cohen_d(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    di: FloatArray,
    ti: FloatArray,
    pi: FloatArray,
) -> FloatArray:
    """Standardised mean difference without correction for bias.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    di, ti, pi
        What to use where a mean or an SD is missing, in this order: a printed
        d, a t statistic of two independent groups, its two-sided p-value with
        the sign of the difference.

    Returns
    -------
    numpy.ndarray
        d, shape (k,); NaN where nothing gives it.
    """
    df = n1i + n2i - 2
    t = np.where(np.isnan(ti), -np.sign(pi) * stdtrit(df, np.abs(pi) / 2), ti)
    printed = np.where(np.isnan(di), t * np.sqrt(1 / n1i + 1 / n2i), di)
    d = (m1i - m2i) / pooled_sd(sd1i, n1i, sd2i, n2i)
    return np.where(np.isnan(d), printed, d)


def hedges_g(
    d: FloatArray,
    n1i: FloatArray,
    n2i: FloatArray,
    *,
    vtype: SMDVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Standardised mean difference g = J·d of two independent groups.

    Parameters
    ----------
    d
        Difference of means over the pooled SD, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).
    vtype
        "LS" (metafor's default): 1/n1 + 1/n2 + g²/(2(n1 + n2)).
        "LS2": J²·(1/n1 + 1/n2 + d²/(2(n1 + n2))).
        "UB": the unbiased estimate,
        1/n1 + 1/n2 + (1 − (m − 2)/(m·J²))·g² with m = n1 + n2 − 2.
        "AV": as "LS", with the average of g over the studies, weighted by
        their sizes, in place of each g. "H0": J²·(1/n1 + 1/n2)·m/(m − 2),
        exact if no difference is true.
        "uncorrected-d": 1/n1 + 1/n2 + d²/(2(n1 + n2)), the variance of the
        uncorrected d, without J², standing for that of g. With
        ``correction="approximate"`` this is the convention of Metapsy's data
        sets, SYPRES's extraction among them.
    correction
        See `bias_correction`.

    References
    ----------
    Hedges 1981, doi:10.3102/10769986006002107;
    Viechtbauer 2007, doi:10.3102/1076998606298034.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = hedges_g(np.array([-1.0]), np.array([12.0]), np.array([8.0]))
    >>> y.round(4), v.round(4)
    (array([-0.9576]), array([0.2313]))
    """
    m = n1i + n2i - 2
    j = bias_correction(m, correction)
    g, n = j * d, n1i + n2i
    base = 1 / n1i + 1 / n2i
    if vtype == "LS2":
        return g, j**2 * (base + d**2 / (2 * n))
    if vtype == "UB":
        return g, base + (1 - (m - 2) / (m * j**2)) * g**2
    if vtype == "H0":
        return g, j**2 * base * spread_of_t(m) + 0 * g
    if vtype == "AV":
        return g, base + weighted_mean(g, n) ** 2 / (2 * n) + 0 * g
    return g, base + (d if vtype == "uncorrected-d" else g) ** 2 / (2 * n)


def heteroscedastic_smd(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
    vtype: SMDHVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Mean difference over √((SD1² + SD2²)/2), the SDs free to differ.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).
    vtype
        With s² = (SD1² + SD2²)/2 and y the corrected difference,
        y²·(SD1⁴/f1 + SD2⁴/f2)/(8 s⁴) + (SD1²/f1 + SD2²/f2)/s². "LS"
        (metafor's default) has f = n − 1, "LS2" f = n.
    correction
        See `bias_correction`; J has n1 + n2 − 2 degrees of freedom.

    References
    ----------
    Bonett 2009, doi:10.1037/a0016619.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = heteroscedastic_smd(
    ...     m1i=np.array([5.0]), sd1i=np.array([2.0]), n1i=np.array([8.0]),
    ...     m2i=np.array([7.0]), sd2i=np.array([4.0]), n2i=np.array([8.0]),
    ... )
    >>> y.round(4), v.round(4)
    (array([-0.5979]), array([0.3031]))
    """
    s2 = (sd1i**2 + sd2i**2) / 2
    j = bias_correction(n1i + n2i - 2, correction)
    y = j * (m1i - m2i) / np.sqrt(s2)
    lost = 0 if vtype == "LS2" else 1
    w1, w2 = 1 / (n1i - lost), 1 / (n2i - lost)
    spread = (sd1i**4 * w1 + sd2i**4 * w2) / (8 * s2**2)
    return y, y**2 * spread + (sd1i**2 * w1 + sd2i**2 * w2) / s2


def prepare_d(inputs: Inputs, choices: Choices) -> Arrays:
    """Prepare d, from means or what stands in for them, and both sizes."""
    names = (*TWO_MEANS, "di", "ti", "pi")
    columns = check_inputs(inputs.only(names), FEWEST).pick(names)
    return {"d": cohen_d(**columns), **inputs.pick(SIZES)}


def of_difference(
    meaning: str, kernel: Callable[..., YV], source: str, **options: Any
) -> Recipe:
    """Recipe of a measure made of d and the sizes of two groups."""
    return Recipe(
        meaning=meaning,
        kernel=kernel,
        source=source,
        ways=OR_D,
        prepare=prepare_d,
        **options,
    )


RECIPES = {
    "MD": Recipe(
        meaning="mean difference",
        source="10.1002/9781119536604",
        kernel=mean_difference,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        vtypes=MDVType,
        takes=("vtype",),
    ),
    "SMD": of_difference(
        "standardised difference",
        hedges_g,
        "10.3102/10769986006002107",
        vtypes=SMDVType,
        takes=("vtype", "correction"),
    ),
    "SMDH": Recipe(
        meaning="same, SDs free to differ",
        source="10.1037/a0016619",
        kernel=heteroscedastic_smd,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        vtypes=SMDHVType,
        takes=("vtype", "correction"),
    ),
}
