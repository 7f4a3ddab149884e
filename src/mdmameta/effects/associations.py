"""Measures of association of two dichotomous variables: φ, Yule's Q and Y."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.binary import log_odds_ratio
from mdmameta.effects.cells import of_tables
from mdmameta.effects.corrections import fisher_z
from mdmameta.effects.recipe import YV

PhiVType = Literal["LS", "CS", "ST"]


def phi_coefficient(
    ai: FloatArray,
    bi: FloatArray,
    ci: FloatArray,
    di: FloatArray,
    *,
    vtype: PhiVType = "LS",
) -> YV:
    """Correlation of two dichotomous variables, φ.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).
    vtype
        How people were sampled. "CS": one cross-section, all four cells
        multinomial; "ST": stratified, the sizes of both groups fixed, as in a
        trial; "LS" is "CS", as in metafor. Both by the delta method.

    References
    ----------
    Bishop, Fienberg and Holland 1975, Discrete Multivariate Analysis, chapter
    11, doi:10.1007/978-0-387-72806-3.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = phi_coefficient(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> y.round(4), v.round(4)
    (array([0.368]), array([0.045]))
    """
    n1, n2, events, others = ai + bi, ci + di, ai + ci, bi + di
    with np.errstate(divide="ignore", invalid="ignore"):
        y = (ai * di - bi * ci) / np.sqrt(n1 * n2 * events * others)
        if vtype == "ST":
            return y, _stratified(ai / n1, n1, ci / n2, n2)
        return y, _cross_section(y, n1, n2, events, others)


def _cross_section(
    y: FloatArray,
    n1: FloatArray,
    n2: FloatArray,
    events: FloatArray,
    others: FloatArray,
) -> FloatArray:
    n = n1 + n2
    rows, columns = n1 * n2 / n**2, events * others / n**2
    tilt_rows, tilt_columns = (n1 - n2) / n, (events - others) / n
    tilt = tilt_rows * tilt_columns / np.sqrt(rows * columns)
    squares = tilt_rows**2 / rows + tilt_columns**2 / columns
    v: FloatArray = (1 - y**2 + y * (1 + y**2 / 2) * tilt - 0.75 * y**2 * squares) / n
    return v


def _stratified(
    p1: FloatArray, n1: FloatArray, p2: FloatArray, n2: FloatArray
) -> FloatArray:
    # With w the share of group 1 and p = w p1 + (1 - w) p2 that of events,
    # phi = sqrt(w(1 - w)) (p1 - p2) / sqrt(p(1 - p)).
    w = n1 / (n1 + n2)
    p = w * p1 + (1 - w) * p2
    spread = p * (1 - p)
    slope = (p1 - p2) * (1 - 2 * p) / (2 * spread)
    by_p1, by_p2 = 1 - w * slope, -1 - (1 - w) * slope
    binomial1, binomial2 = p1 * (1 - p1) / n1, p2 * (1 - p2) / n2
    v: FloatArray = w * (1 - w) / spread * (by_p1**2 * binomial1 + by_p2**2 * binomial2)
    return v


def phi_z(
    ai: FloatArray,
    bi: FloatArray,
    ci: FloatArray,
    di: FloatArray,
    *,
    vtype: PhiVType = "LS",
) -> YV:
    """Fisher's z of φ, which does not make its variance stable.

    Parameters
    ----------
    ai, bi, ci, di, vtype
        As in `phi_coefficient`.
    """
    return fisher_z(*phi_coefficient(ai, bi, ci, di, vtype=vtype))


def yule_q(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Yule's Q = (OR − 1)/(OR + 1).

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).

    References
    ----------
    Yule 1912, doi:10.2307/2340126.
    """
    log_or, v = log_odds_ratio(ai, bi, ci, di)
    y: FloatArray = np.tanh(log_or / 2)
    return y, (1 - y**2) ** 2 * v / 4


def yule_y(ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray) -> YV:
    """Yule's Y = (√OR − 1)/(√OR + 1), the coefficient of colligation.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `mdmameta.effects.cells.adjusted_cells`, shape (k,).

    References
    ----------
    Yule 1912, doi:10.2307/2340126.
    """
    log_or, v = log_odds_ratio(ai, bi, ci, di)
    y: FloatArray = np.tanh(log_or / 4)
    return y, (1 - y**2) ** 2 * v / 16


_BISHOP = "10.1007/978-0-387-72806-3"
_EMPTY = "φ needs people in both groups, with and without the event."

RECIPES = {
    "PHI": of_tables(
        "phi coefficient",
        phi_coefficient,
        _BISHOP,
        vtypes=PhiVType,
        takes=("vtype",),
        add=0.0,
        undefined=_EMPTY,
    ),
    "ZPHI": of_tables(
        "Fisher's z of phi",
        phi_z,
        _BISHOP,
        vtypes=PhiVType,
        takes=("vtype",),
        add=0.0,
        back_transform="tanh",
        undefined=_EMPTY,
    ),
    "YUQ": of_tables("Yule's Q", yule_q, "10.2307/2340126"),
    "YUY": of_tables("Yule's Y", yule_y, "10.2307/2340126"),
}
