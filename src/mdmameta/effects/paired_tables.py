"""Measures of a dichotomous variable at two times, or in matched pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.cells import prepare_cells
from mdmameta.effects.recipe import YV, Recipe

#: Pairs with both events, with the first or the second alone, and with neither.
PAIRS = ("ai", "bi", "ci", "di")


def marginal_log_risk_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Log ratio of the risks at both times; v = (b + c)/((a + b)(a + c)) (MPRR).

    Parameters
    ----------
    ai, bi, ci, di
        Pairs with both events, with the first alone, the second alone, and
        with neither, shape (k,).

    References
    ----------
    Zou 2007, doi:10.1177/1740774506075667.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = marginal_log_risk_ratio(*(np.array([x]) for x in (10.0, 10, 5, 15)))
    >>> y.round(4), v
    (array([0.2877]), array([0.05]))
    """
    first, second = ai + bi, ai + ci
    return np.log(first / second), (bi + ci) / (first * second)


def marginal_log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Log ratio of the odds at both times (MPOR).

    Its variance is the sum of those of both logits less twice their covariance
    n(ad − bc)/((a + b)(c + d)(a + c)(b + d)).

    Parameters
    ----------
    ai, bi, ci, di
        As in `marginal_log_risk_ratio`.

    References
    ----------
    Becker and Balagtas 1993, doi:10.2307/2532242; Zou 2007,
    doi:10.1177/1740774506075667.
    """
    margins = np.array([ai + bi, ci + di, ai + ci, bi + di])
    n = ai + bi + ci + di
    covariance = n * (ai * di - bi * ci) / margins.prod(axis=0)
    y: FloatArray = np.log(margins[0] / margins[1]) - np.log(margins[2] / margins[3])
    return y, (1 / margins).sum(axis=0) - 2 * covariance


def marginal_risk_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Difference (b − c)/n of the risks; v = (b + c)/n² − (b − c)²/n³ (MPRD).

    Parameters
    ----------
    ai, bi, ci, di
        As in `marginal_log_risk_ratio`.

    References
    ----------
    May and Johnson 1997,
    doi:10.1002/(SICI)1097-0258(19970930)16:18<2127::AID-SIM633>3.0.CO;2-W.
    """
    n = ai + bi + ci + di
    return (bi - ci) / n, (bi + ci) / n**2 - (bi - ci) ** 2 / n**3


def conditional_log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Log of b over c, the pairs that changed; v = 1/b + 1/c (MPORC).

    Parameters
    ----------
    ai, bi, ci, di
        As in `marginal_log_risk_ratio`.

    References
    ----------
    Curtin, Elbourne and Altman 2002, doi:10.1002/sim.1206.
    """
    return np.log(bi / ci), 1 / bi + 1 / ci


def conditional_peto(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Peto's estimate of the same, 2(b − c)/(b + c); v = 4/(b + c) (MPPETO).

    Parameters
    ----------
    ai, bi, ci, di
        As in `marginal_log_risk_ratio`.

    References
    ----------
    Curtin, Elbourne and Altman 2002, doi:10.1002/sim.1206.
    """
    return 2 * (bi - ci) / (bi + ci), 4 / (bi + ci)


def _of_pairs(
    meaning: str, kernel: Callable[..., YV], source: str, **options: Any
) -> Recipe:
    return Recipe(
        meaning=meaning,
        kernel=kernel,
        source=source,
        ways=(PAIRS,),
        prepare=prepare_cells,
        **options,
    )


_ZOU, _CURTIN = "10.1177/1740774506075667", "10.1002/sim.1206"

RECIPES = {
    "MPRR": _of_pairs(
        "log risk ratio, paired", marginal_log_risk_ratio, _ZOU, back_transform="exp"
    ),
    "MPOR": _of_pairs(
        "log odds ratio, paired", marginal_log_odds_ratio, _ZOU, back_transform="exp"
    ),
    "MPRD": _of_pairs("risk difference, paired", marginal_risk_difference, _ZOU),
    "MPORC": _of_pairs(
        "log odds ratio of changers",
        conditional_log_odds_ratio,
        _CURTIN,
        back_transform="exp",
    ),
    "MPPETO": _of_pairs(
        "the same, Peto's", conditional_peto, _CURTIN, back_transform="exp"
    ),
}
