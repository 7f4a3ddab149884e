"""Rank tests of small-study effects."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist.intervals import two_sided_p
from mdmameta.sensitivity.small_study.result import AsymmetryTest, asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import independent_studies

__all__ = ["Concordance", "begg", "concordance"]

#: Numbers that agree in this many digits tie.
DIGITS = 13


class Concordance(NamedTuple):
    """How far two orders agree.

    Parameters
    ----------
    score
        Σ sign(xᵢ − xⱼ) sign(yᵢ − yⱼ) over pairs.
    se
        Its standard error where the orders have nothing to do with each other, ties
        allowed for; 0 where all of one are the same.
    untied
        Pairs that are told apart in the first, and in the second.
    """

    score: float
    se: float
    untied: tuple[float, float]


def concordance(x: FloatArray, y: FloatArray) -> Concordance:
    """Score how far the orders of two sets of numbers agree.

    Parameters
    ----------
    x, y
        Shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> found = concordance(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    >>> found.score, round(found.se, 4), found.untied
    (1.0, 1.9149, (3.0, 3.0))
    """
    k = x.size
    signs = [np.sign(a[:, None] - a) for a in (x, y)]
    # Of each number, how many it ties with, itself among them.
    ties = [k - np.abs(sign).sum(axis=1) for sign in signs]
    untied = tuple(float(k * k - t.sum()) / 2 for t in ties)
    score = float((signs[0] * signs[1]).sum()) / 2
    if min(untied) == 0:
        return Concordance(0.0, 0.0, (untied[0], untied[1]))
    single = sum(float(((t - 1) * (2 * t + 5)).sum()) for t in ties)
    pair = math.prod(float((t - 1).sum()) for t in ties)
    variance = (k * (k - 1) * (2 * k + 5) - single) / 18 + pair / (2 * k * (k - 1))
    if k > 2:
        triple = math.prod(float(((t - 1) * (t - 2)).sum()) for t in ties)
        variance += triple / (9 * k * (k - 1) * (k - 2))
    se = math.sqrt(max(variance, 0.0))
    return Concordance(score, se, (untied[0], untied[1]))


def begg(effects: Effects) -> AsymmetryTest:
    """Test by ranks whether effects depend on their variances.

    Effects are standardised by the common effect, (yᵢ − ŷ) / √(vᵢ − 1/Σ1/v), and
    correlated with their variances by Kendall's τ (``tau``, corrected for ties).
    The p-value is exact without ties; ``statistic`` is the normal one, bias the
    score of concordance with its standard error.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.

    Returns
    -------
    AsymmetryTest

    Raises
    ------
    SensitivityError
        With one study, or equal variances.

    References
    ----------
    Begg and Mazumdar 1994, doi:10.2307/2533446.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.4, 0.9], v=[0.01, 0.02, 0.05, 0.2])
    >>> test = begg(effects)
    >>> test, round(test.tau, 4)
    (<Begg: z = 2.038, p = 0.0833>, 1.0)
    """
    usable = independent_studies(effects, "a rank test", least=2)
    w = 1 / usable.v
    standardised = _told_apart(
        (usable.y - w @ usable.y / w.sum())
        / np.sqrt(np.maximum(usable.v - 1 / w.sum(), np.finfo(float).tiny))
    )
    score, se, untied = concordance(standardised, usable.v)
    if untied[1] == 0:
        raise SensitivityError(
            "the variances are the same for all studies, so nothing can depend on them."
        )
    if se == 0:
        raise SensitivityError(
            "the standardised effects are the same for all studies: ranks tell nothing."
        )
    return AsymmetryTest(
        name="Begg",
        statistic=score / se,
        df=np.inf,
        p_value=_p_value(score, se, usable.k, min(untied)),
        tau=score / math.sqrt(math.prod(untied)),
        bias=score,
        bias_se=se,
        k=usable.k,
        warnings=(
            *usable.cautions,
            *asymmetry_cautions(usable.k, effects.measure, by_size=False),
        ),
    )


def _told_apart(x: FloatArray) -> FloatArray:
    """Round what differs by the rounding of arithmetic alone, so that it ties."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in x])


def _p_value(score: float, se: float, k: int, untied: float) -> float:
    """Probability of a score as far from 0, exact without ties."""
    pairs = k * (k - 1) // 2
    if untied < pairs:
        return float(two_sided_p(np.array(score / se), np.inf))
    return exact_p(k, round(pairs - abs(score)) // 2)


def exact_p(k: int, inversions: int) -> float:
    """Twice the share of orders of k numbers with at most so many inversions.

    A number that is put among m - 1 others adds 0 to m - 1 inversions.

    Parameters
    ----------
    k
        How many numbers.
    inversions
        Pairs out of order, at most half of all.

    References
    ----------
    Kendall 1938, doi:10.1093/biomet/30.1-2.81.

    Examples
    --------
    >>> round(exact_p(4, 1), 4)
    0.3333
    """
    share = np.zeros(inversions + 1)
    share[0] = 1.0
    for m in range(2, k + 1):
        total = share.cumsum()
        share = total / m
        share[m:] -= total[:-m] / m
    return min(1.0, 2 * float(share.sum()))
