"""Exact and bootstrap intervals of the blinding indices."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.blinding_indices import JAMES_WRONG, james_index

#: Shares of people who guess at all over which the exact interval takes the worst.
NUISANCE = 51

#: Draws of the bootstrap: Monte Carlo error of an end about a twentieth of an SE.
DRAWS = 2000

#: Values closer to 1 or −1 than this end the search.
EDGE = 1e-9


def bang_exact(
    n_correct: int, n_wrong: int, n_unsure: int = 0, *, level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of Bang's index, whatever the share who are unsure.

    Inverts two one-sided tests on right minus wrong guesses, whose probability is
    the largest over all shares of people who guess; so coverage is never below
    the level, also where everybody guesses alike and a Wald interval has no width.

    Parameters
    ----------
    n_correct, n_wrong, n_unsure
        People of one arm by what they guessed.
    level
        Probability of the interval.

    Returns
    -------
    tuple
        Lower and upper end; NaN where nobody was asked.

    Raises
    ------
    SensitivityError
        For counts that are no whole numbers from 0.

    References
    ----------
    Chan and Zhang 1999, doi:10.1111/j.0006-341X.1999.01202.x.

    Examples
    --------
    >>> low, high = bang_exact(10, 0)
    >>> round(low, 2), round(high, 2)
    (0.38, 1.0)
    """
    counts = np.array([n_correct, n_wrong, n_unsure], dtype=float)
    if (counts < 0).any() or (counts != np.round(counts)).any():
        raise SensitivityError(
            f"found the counts {counts.tolist()}; give whole numbers of people from 0."
        )
    n, d = int(counts.sum()), int(counts[0] - counts[1])
    if n == 0:
        return (np.nan, np.nan)
    alpha = (1 - level) / 2
    return -_upper_end(n, -d, alpha), _upper_end(n, d, alpha)


def james_bootstrap(
    counts: ArrayLike, *, seed: int, level: float = 0.95, draws: int = DRAWS
) -> tuple[float, float]:
    """Percentile interval of James's index, guesses drawn anew within each arm.

    Parameters
    ----------
    counts
        As for `james_index`: rows guessed active, control, unsure; columns active
        and control arm.
    seed
        Of the draws.
    level, draws
        Probability of the interval, and number of draws.

    Returns
    -------
    tuple[float, float]

    Examples
    --------
    >>> low, high = james_bootstrap([[48, 22], [4, 30], [330, 319]], seed=1)
    >>> round(low, 2), round(high, 2)
    (0.88, 0.92)
    """
    table = np.asarray(counts, dtype=float)
    james_index(table)
    sizes = table.sum(axis=0)
    if not (sizes > 0).all():
        return (np.nan, np.nan)
    rng = np.random.default_rng(seed)
    arms = [
        rng.multinomial(int(n), table[:, arm] / n, size=draws)
        for arm, n in enumerate(sizes)
    ]
    values = _james_values(np.stack(arms, axis=-1) / sizes.sum())
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _james_values(p: FloatArray) -> FloatArray:
    """James's index of many tables of probabilities, shape (draws, 3, 2)."""
    q = p[:, :2].sum(axis=(1, 2))
    guessed, arm = p[:, :2].sum(axis=2), p[:, :2].sum(axis=1)
    observed = JAMES_WRONG * (p[:, 0, 1] + p[:, 1, 0])
    expected = JAMES_WRONG * (guessed[:, 0] * arm[:, 1] + guessed[:, 1] * arm[:, 0])
    ratio = np.divide(observed, expected, out=np.zeros_like(q), where=expected > 0)
    return np.asarray(1 - q + q**2 * ratio / 2)


@lru_cache(maxsize=256)
def _upper_end(n: int, d: int, alpha: float) -> float:
    """Largest index under which d or less is no rarer than alpha."""
    if d >= n:
        return 1.0

    def excess(index: float) -> float:
        return _largest_tail(n, d, index) - alpha

    if excess(1 - EDGE) > 0:
        return 1.0
    return float(brentq(excess, -1 + EDGE, 1 - EDGE, xtol=1e-8))


def _largest_tail(n: int, d: int, index: float) -> float:
    """P(right − wrong ≤ d), the largest over shares of people who guess."""
    q: FloatArray = np.linspace(abs(index), 1, NUISANCE)
    right, wrong = (q + index) / 2, (q - index) / 2
    size = 2 * n + 1
    angle = 2 * np.pi * np.arange(size) / size
    # One person's score is 1, 0 or −1; shifted by one its transform is a power.
    turn = np.exp(-1j * angle)
    one = wrong[:, None] + (1 - q)[:, None] * turn + right[:, None] * turn**2
    masses = np.fft.ifft(one**n, axis=1).real
    return float(masses[:, : d + n + 1].sum(axis=1).max())
