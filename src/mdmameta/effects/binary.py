"""Measures of events in two independent groups: 2 × 2 tables."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.cells import Cells as Cells
from mdmameta.effects.cells import adjusted_cells as adjusted_cells
from mdmameta.effects.cells import of_tables
from mdmameta.effects.recipe import YV
from mdmameta.effects.recipe import AddTo as AddTo


def log_risk_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Logarithm of the ratio of risks, group 1 over group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Katz et al. 1978, doi:10.2307/2530610.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = log_risk_ratio(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> y.round(4), v.round(4)
    (array([0.8473]), array([0.3988]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(ai / (ai + bi)) - np.log(ci / (ci + di))
        v = 1 / ai - 1 / (ai + bi) + 1 / ci - 1 / (ci + di)
    return y, v


def log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Logarithm of the ratio of odds, group 1 over group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(ai * di) - np.log(bi * ci)
        v = 1 / ai + 1 / bi + 1 / ci + 1 / di
    return y, v


def risk_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Risk in group 1 minus risk in group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Cochrane Handbook, chapter 6, doi:10.1002/9781119536604.
    """
    n1, n2 = ai + bi, ci + di
    with np.errstate(divide="ignore", invalid="ignore"):
        y = ai / n1 - ci / n2
        v = ai * bi / n1**3 + ci * di / n2**3
    return y, v


def arcsine_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Difference of the arcsines of the square roots of two risks.

    Its variance 1/(4n₁) + 1/(4n₂) does not depend on the risks, so that
    nothing needs to be added to cells of zero.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Rücker et al. 2009, doi:10.1002/sim.3511.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = arcsine_difference(*(np.array([x]) for x in (0.0, 8.0, 4.0, 4.0)))
    >>> y.round(4), v.round(4)
    (array([-0.7854]), array([0.0625]))
    """
    n1, n2 = ai + bi, ci + di
    y = np.arcsin(np.sqrt(ai / n1)) - np.arcsin(np.sqrt(ci / n2))
    return y, 1 / (4 * n1) + 1 / (4 * n2)


def peto_log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Log odds ratio by Peto's method: (observed − expected)/variance.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Yusuf et al. 1985, doi:10.1016/s0033-0620(85)80003-7.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = peto_log_odds_ratio(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> y.round(4), v.round(4)
    (array([1.4476]), array([0.8595]))
    """
    n1, n2, events, others = ai + bi, ci + di, ai + ci, bi + di
    n = n1 + n2
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = events * others * n1 * n2 / (n**2 * (n - 1))
        return (ai - events * n1 / n) / variance, 1 / variance


_HANDBOOK = "10.1002/9781119536604"

RECIPES = {
    "RR": of_tables(
        "log risk ratio", log_risk_ratio, "10.2307/2530610", back_transform="exp"
    ),
    "OR": of_tables(
        "log odds ratio",
        log_odds_ratio,
        "10.1111/j.1469-1809.1955.tb01348.x",
        back_transform="exp",
    ),
    "RD": of_tables("risk difference", risk_difference, _HANDBOOK),
    "AS": of_tables(
        "arcsine risk difference", arcsine_difference, "10.1002/sim.3511", add=0.0
    ),
    "PETO": of_tables(
        "log odds ratio, Peto's",
        peto_log_odds_ratio,
        "10.1016/s0033-0620(85)80003-7",
        back_transform="exp",
    ),
}
