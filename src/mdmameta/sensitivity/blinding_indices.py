"""Bang's and James's blinding indices of guesses of allocation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError

#: James's weights of a correct guess, a wrong guess and "do not know": one half
#: and one are those of the 1996 paper for a single level of certainty.
JAMES_CORRECT, JAMES_WRONG = 0.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index with its standard error and interval.

    Parameters
    ----------
    value, se
        The index and its large-sample standard error.
    ci_low, ci_high
        Wald interval, cut at the limits of the index.

    Examples
    --------
    >>> from mdmameta.sensitivity import bang_index
    >>> index = bang_index(48, 4, 330)
    >>> round(index.value, 3), round(index.se, 3)
    (0.115, 0.018)
    """

    value: float
    se: float
    ci_low: float
    ci_high: float


def bang_index(
    n_correct: float, n_wrong: float, n_unsure: float = 0.0, *, level: float = 0.95
) -> Index:
    """Bang's blinding index of one arm: share of right minus share of wrong guesses.

    1 means that everybody guessed right, 0 is what blind guessing gives, −1
    that everybody guessed wrong.

    Parameters
    ----------
    n_correct, n_wrong, n_unsure
        People of one arm by what they guessed.
    level
        Probability of the interval.

    Returns
    -------
    Index
        NaN where nobody was asked.

    Raises
    ------
    SensitivityError
        For a negative count.

    References
    ----------
    Bang, Ni & Davis 2004, doi:10.1016/j.cct.2003.10.016.

    Examples
    --------
    >>> index = bang_index(48, 4, 330)
    >>> round(index.value, 3), round(index.ci_low, 3), round(index.ci_high, 3)
    (0.115, 0.08, 0.15)
    """
    counts = _counts(n_correct, n_wrong, n_unsure)
    n = counts.sum()
    if not n > 0:
        return Index(value=np.nan, se=np.nan, ci_low=np.nan, ci_high=np.nan)
    right, wrong = counts[:2] / n
    value = right - wrong
    variance = (right + wrong - value**2) / n
    return _index(value, variance, (-1.0, 1.0), level)


def james_index(counts: ArrayLike, *, level: float = 0.95) -> Index:
    """James's blinding index of one trial: 0 unblinded, 0.5 random, 1 all unsure.

    The weighted kappa of guesses that stand for disagreement, raised by the
    share who do not know; its variance is the delta method's for one
    multinomial sample.

    Parameters
    ----------
    counts
        Shape (3, 2): rows guessed active, guessed control, did not know;
        columns active arm, control arm.
    level
        Probability of the interval.

    Returns
    -------
    Index
        NaN where nobody was asked.

    Raises
    ------
    SensitivityError
        For counts of another shape.

    References
    ----------
    James et al. 1996,
    doi:10.1002/(SICI)1097-0258(19960715)15:13<1421::AID-SIM266>3.0.CO;2-H.

    Examples
    --------
    >>> index = james_index([[48, 22], [4, 30], [330, 319]])
    >>> round(index.value, 3), round(index.ci_low, 3), round(index.ci_high, 3)
    (0.896, 0.875, 0.918)
    """
    table = np.asarray(counts, dtype=float)
    if table.shape != (3, 2):
        raise SensitivityError(
            f"counts has shape {table.shape}; James's index needs 3 by 2: guessed "
            "active, guessed control, did not know, by active and control arm."
        )
    n = _counts(*table.ravel()).sum()
    if not n > 0:
        return Index(value=np.nan, se=np.nan, ci_low=np.nan, ci_high=np.nan)
    p = table / n
    value, slope = _james(p)
    variance = (np.sum(p * slope**2) - np.sum(p * slope) ** 2) / n
    return _index(value, variance, (0.0, 1.0), level)


def _james(p: FloatArray) -> tuple[float, FloatArray]:
    """Index and its gradient in the cell probabilities, shape (3, 2).

    With q the share who guess, D and E the weighted observed and expected
    disagreement among them, the index is 1 - q/2 + q (D/E - 1)/2 = 1 - q + q D/(2 E).
    """
    q = p[:2].sum()
    if q == 0:
        return 1.0, np.zeros((3, 2))
    weights = np.full((2, 2), JAMES_WRONG)
    np.fill_diagonal(weights, JAMES_CORRECT)
    guessed, arm = p[:2].sum(axis=1), p[:2].sum(axis=0)
    observed = float(np.sum(weights * p[:2]))
    expected = float(guessed @ weights @ arm)
    if expected == 0:
        return 1.0 - q, np.zeros((3, 2))
    # D = observed / q and E = expected / q²: q D / (2 E) = q² observed / (2 expected).
    ratio = observed / expected
    slope_expected = (weights @ arm)[:, None] + (guessed @ weights)[None, :]
    slope = np.zeros((3, 2))
    slope[:2] = (
        -1
        + q * ratio
        + q**2 / 2 * (weights / expected - ratio * slope_expected / expected)
    )
    return 1 - q + q**2 * ratio / 2, slope


def _counts(*values: float) -> FloatArray:
    counts = np.asarray(values, dtype=float)
    if (counts < 0).any():
        raise SensitivityError(f"found a negative count among {counts.tolist()}.")
    return counts


def _index(
    value: float, variance: float, limits: tuple[float, float], level: float
) -> Index:
    se = float(np.sqrt(max(variance, 0.0)))
    half = float(ndtri(0.5 + level / 2)) * se
    return Index(
        value=float(value),
        se=se,
        ci_low=float(max(limits[0], value - half)),
        ci_high=float(min(limits[1], value + half)),
    )
