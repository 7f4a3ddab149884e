"""Rank tests of small-study effects."""

from __future__ import annotations

import math

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist.intervals import two_sided_p
from mdmameta.sensitivity.small_study.result import AsymmetryTest, asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import independent_studies

__all__ = ["begg", "kendall_score"]

#: Numbers that agree in this many digits tie.
DIGITS = 13


def kendall_score(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Score of concordance, Σ sign(xᵢ − xⱼ) sign(yᵢ − yⱼ), with its null SE.

    Parameters
    ----------
    x, y
        Shape (k,). Ties are allowed for in the standard error, which is 0 where
        all of one are the same.

    Examples
    --------
    >>> import numpy as np
    >>> score, se = kendall_score(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    >>> score, round(se, 4)
    (1.0, 1.9149)
    """
    k = x.size
    signs = [np.sign(a[:, None] - a) for a in (x, y)]
    score = float((signs[0] * signs[1]).sum()) / 2
    ties = [np.unique(a, return_counts=True)[1].astype(float) for a in (x, y)]
    if min(t.size for t in ties) == 1:
        return 0.0, 0.0
    single = [float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties]
    pair = [float((t * (t - 1)).sum()) for t in ties]
    triple = [float((t * (t - 1) * (t - 2)).sum()) for t in ties]
    variance = (k * (k - 1) * (2 * k + 5) - sum(single)) / 18
    variance += pair[0] * pair[1] / (2 * k * (k - 1))
    if k > 2:
        variance += triple[0] * triple[1] / (9 * k * (k - 1) * (k - 2))
    return score, float(np.sqrt(max(variance, 0.0)))


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
    untied = _untied(standardised), _untied(usable.v)
    if untied[1] == 0:
        raise SensitivityError(
            "the variances are the same for all studies, so nothing can depend on them."
        )
    score, se = kendall_score(standardised, usable.v)
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


def _untied(x: FloatArray) -> float:
    """Count the pairs that are no ties."""
    t = np.unique(x, return_counts=True)[1]
    return float(x.size * (x.size - 1) - (t * (t - 1)).sum()) / 2


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
