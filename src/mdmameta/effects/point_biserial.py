"""Correlation of a scale with a dichotomous variable: point-biserial and biserial."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.continuous import of_difference
from mdmameta.effects.corrections import fisher_z
from mdmameta.effects.recipe import YV

RPBVType = Literal["LS", "ST", "CS"]


def point_biserial(
    d: FloatArray, n1i: FloatArray, n2i: FloatArray, *, vtype: RPBVType = "LS"
) -> YV:
    """Correlation of a scale with the group, r = d/√(d² + h) (RPB).

    Parameters
    ----------
    d
        Difference of means over the pooled SD, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).
    vtype
        With n = n1 + n2, m = n − 2 and h = m/n1 + m/n2: "ST", sizes fixed,
        h²/(d² + h)³·(1/n1 + 1/n2 + d²/(2n)); "CS", one cross-section,
        (1 − r²)²·(n r²/(4 n1 n2) + (2 − 3r²)/(2n)) (Tate 1954); "LS" is "ST",
        as in metafor.

    References
    ----------
    Tate 1954, doi:10.1214/aoms/1177728730; Jacobs and Viechtbauer 2017,
    doi:10.1002/jrsm.1218.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = point_biserial(np.array([1.0]), np.array([12.0]), np.array([8.0]))
    >>> y.round(4), v.round(4)
    (array([0.4588]), array([0.0306]))
    """
    n = n1i + n2i
    h = (n - 2) / n1i + (n - 2) / n2i
    r: FloatArray = d / np.sqrt(d**2 + h)
    if vtype == "CS":
        binomial = n * r**2 / (4 * n1i * n2i)
        return r, (1 - r**2) ** 2 * (binomial + (2 - 3 * r**2) / (2 * n))
    return r, h**2 / (d**2 + h) ** 3 * (1 / n1i + 1 / n2i + d**2 / (2 * n))


def biserial(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> YV:
    """Correlation of a scale with the normal variable behind the groups (RBIS).

    With p the share of group 1, z its probit, f the normal density there, and
    q = 1 − p, r is √(pq)/f times the point-biserial correlation, and its
    variance is (pq/f² − (3/2 + (1 + pz/f)(1 − qz/f))·r² + r⁴)/(n − 1). A sample
    may give r beyond ±1; it enters its variance, which knows none, as ±1.

    Parameters
    ----------
    d
        Difference of means over the pooled SD, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).

    References
    ----------
    Soper 1914, doi:10.1093/biomet/10.2-3.384; Jacobs and Viechtbauer 2017,
    doi:10.1002/jrsm.1218.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = biserial(np.array([1.0]), np.array([12.0]), np.array([8.0]))
    >>> y.round(4), v.round(4)
    (array([0.5818]), array([0.0456]))
    """
    n = n1i + n2i
    p = n1i / n
    q, z = 1 - p, ndtri(p)
    f = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    r = np.sqrt(p * q) / f * point_biserial(d, n1i, n2i)[0]
    tilt = 1.5 + (1 + p * z / f) * (1 - q * z / f)
    r2 = np.minimum(r**2, 1.0)
    return r, (p * q / f**2 - tilt * r2 + r2**2) / (n - 1)


def point_biserial_z(
    d: FloatArray, n1i: FloatArray, n2i: FloatArray, *, vtype: RPBVType = "LS"
) -> YV:
    """Fisher's z of the point-biserial correlation, its variance not stable (ZPB).

    Parameters
    ----------
    d, n1i, n2i, vtype
        As in `point_biserial`.
    """
    return fisher_z(*point_biserial(d, n1i, n2i, vtype=vtype))


def biserial_z(d: FloatArray, n1i: FloatArray, n2i: FloatArray) -> YV:
    """Fisher's z of the biserial correlation; it does not exist beyond ±1 (ZBIS).

    Parameters
    ----------
    d, n1i, n2i
        As in `biserial`.
    """
    return fisher_z(*biserial(d, n1i, n2i))


_JACOBS = "10.1002/jrsm.1218"

RECIPES = {
    "RPB": of_difference(
        "point-biserial correlation",
        point_biserial,
        "10.1214/aoms/1177728730",
        vtypes=RPBVType,
        takes=("vtype",),
    ),
    "ZPB": of_difference(
        "Fisher's z of RPB",
        point_biserial_z,
        "10.1214/aoms/1177728730",
        vtypes=RPBVType,
        takes=("vtype",),
        back_transform="tanh",
    ),
    "RBIS": of_difference("biserial correlation", biserial, _JACOBS),
    "ZBIS": of_difference(
        "Fisher's z of RBIS",
        biserial_z,
        _JACOBS,
        back_transform="tanh",
        undefined="A biserial correlation beyond ±1 has no z.",
    ),
}
