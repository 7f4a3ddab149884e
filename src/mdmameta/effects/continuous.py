"""Kernels for two independent groups measured on a scale."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import gammaln, stdtrit

from mdmameta.effects.checks import FloatArray
from mdmameta.options import Correction

MDVType = Literal["LS", "HO"]
SMDVType = Literal["LS", "LS2", "UB", "uncorrected-d"]
SMDHVType = Literal["LS", "LS2"]

#: Effect sizes and their sampling variances, each of shape (k,).
YV = tuple[FloatArray, FloatArray]


def bias_correction(df: FloatArray, correction: Correction = "exact") -> FloatArray:
    """Factor J that makes a standardised difference of df degrees unbiased.

    Parameters
    ----------
    df
        Degrees of freedom of the standard deviation, shape (k,). NaN is
        returned below 2, where the factor does not exist.
    correction
        "exact", the ratio of gamma functions (the default, as in metafor);
        "approximate", J = 1 − 3/(4 df − 1); "none", J = 1.

    Returns
    -------
    numpy.ndarray
        J, shape (k,).

    References
    ----------
    Hedges 1981, doi:10.3102/10769986006002107.

    Examples
    --------
    >>> import numpy as np
    >>> bias_correction(np.array([10.0])).round(4)
    array([0.9227])
    >>> bias_correction(np.array([10.0]), "approximate").round(4)
    array([0.9231])
    """
    df = np.asarray(df, dtype=float)
    if correction == "none":
        return np.ones_like(df)
    m = np.where(df >= 2, df, np.nan)
    if correction == "approximate":
        return 1 - 3 / (4 * m - 1)
    j: FloatArray = np.exp(gammaln(m / 2) - np.log(m / 2) / 2 - gammaln((m - 1) / 2))
    return j


def pooled_sd(
    sd1i: FloatArray, n1i: FloatArray, sd2i: FloatArray, n2i: FloatArray
) -> FloatArray:
    """Pool the standard deviations of two groups, taken to be the same in both.

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
