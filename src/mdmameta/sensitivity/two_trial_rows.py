"""What each test of two trials finds: a row a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from mdmameta.sensitivity import two_trial_tests as tests
from mdmameta.sensitivity.two_trial_words import WORDS

Alternative = Literal["less", "greater"]

COLUMNS = ("test", "p_value", "threshold", "type1", "shown", "estimate", "ci_low",
           "ci_high", "claims", "source")  # fmt: skip

#: Test, p-value, type I error (None: that of two significant trials), estimate and
#: the ends of its interval.
Row = tuple[str, float, float | None, float, float, float]


def row_of(
    alpha: float,
    test: str,
    p: float,
    type1: float | None,
    estimate: float = np.nan,
    low: float = np.nan,
    high: float = np.nan,
) -> tuple[object, ...]:
    """Compare a p-value with its threshold, and add the words of its test.

    Parameters
    ----------
    alpha
        One-sided level of one trial.
    test, p, type1, estimate, low, high
        As in `Row`.
    """
    one = test.startswith(("two-trials", "sceptical"))
    threshold = alpha if one else alpha**2
    error = alpha**2 if type1 is None else type1
    shown = bool(p <= threshold)
    return (test, p, threshold, error, shown, estimate, low, high, *WORDS[test])


def combined(
    y: np.ndarray, v: np.ndarray, level: float, side: Alternative
) -> list[Row]:
    """Combine the p-values of two trials, with the effects that each way gives.

    Parameters
    ----------
    y, v
        Effects, positive where they are a benefit, and variances, shape (2,).
    level
        Coverage of intervals.
    side
        Side of benefit, to which estimates are led back.
    """
    se = np.sqrt(v)
    precision = (float(1 / se[0]), float(1 / se[1]))
    combine: dict[str, Callable[[tests.Pair], float]] = {
        "two-trials rule": tests.largest,
        "Fisher": tests.fisher,
        "Stouffer": tests.stouffer,
        "Stouffer, inverse variance": lambda p: tests.stouffer(p, precision),
        "Edgington": tests.edgington,
    }

    def at(mu: float) -> tests.Pair:
        first, second = np.maximum(ndtr(-(y - mu) / se), 1e-300)
        return float(first), float(second)

    rows: list[Row] = []
    for name, test in combine.items():
        p = max(at(0.0)) if name == "two-trials rule" else test(at(0.0))
        tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
        low, estimate, high = (_where(lambda mu: test(at(mu)), t, y, se) for t in tails)  # noqa: B023
        if side == "less":
            low, estimate, high = -high, -estimate, -low
        rows.append((name, p, None, estimate, low, high))
    z = (float(y[0] / se[0]), float(y[1] / se[1]))
    rows.append(("harmonic mean", tests.harmonic(z), None, np.nan, np.nan, np.nan))
    return rows


def _where(
    p: Callable[[float], float], target: float, y: np.ndarray, se: np.ndarray
) -> float:
    """Effect at which the combined p-value, rising with it, meets a target."""
    reach = 10 * float(se.max())
    ends = float(y.min()) - reach, float(y.max()) + reach
    return float(brentq(lambda mu: p(mu) - target, *ends, xtol=1e-12))


def sceptical(z: tests.Pair, c: float, alpha: float) -> list[Row]:
    """Give the sceptical p-values of a replication.

    Parameters
    ----------
    z
        Of the original and of the second trial, positive where it is a benefit.
    c
        Variance of the original over that of the second.
    alpha
        One-sided level of one trial.
    """
    critical = -float(ndtri(alpha))
    type1: dict[str, float | None] = {
        "nominal": tests.sceptical_type1(critical, c),
        "golden": tests.sceptical_type1(critical / np.sqrt(tests.GOLDEN), c),
        "controlled": None,
    }
    return [
        (f"sceptical, {kind}", p, type1[kind], np.nan, np.nan, np.nan)
        for kind, p in tests.sceptical(z, c).items()
    ]
