"""Statements about scores of arms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import get_args

import numpy as np
from scipy.special import stdtr, stdtrit

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.counts import Z
from mdmameta.claims.recipes.material import Material, Row
from mdmameta.effects.measures import effect_size
from mdmameta.options import Correction

#: Half the last decimal of means that are printed with one.
HALF_OF_ONE_DECIMAL = 0.05

_J = {"none": "none (Cohen's d)", "approximate": "1 - 3/(4 df - 1)", "exact": "exact"}


def standardised_difference(m: Material) -> list[Attempt]:
    """Standardised difference of changes, else of endpoints; with and without J.

    Rows: changes of the active and control arm, then their endpoints.
    """
    change, endpoint = m.take(4)[:2], m.rows[2:]
    return [
        _standardised(m, rows, words, correction)
        for rows, words in ((change, "change"), (endpoint, "endpoint"))
        for correction in ("none", "exact")
    ]


def difference_of_model_means(m: Material) -> list[Attempt]:
    """Difference of model means over SDs made from their intervals, else observed.

    Rows: model means of the active and control arm, then observed endpoints.
    """
    rows = m.take(4)
    sds = [_model_sd(m, row) for row in rows[:2]]
    n = m.values("n", rows[:2])
    pooled = _pooled_sd(sds, n)
    means = m.values("mean", rows[:2])
    size = {"size": abs(means[0] - means[1]) / pooled}
    words = {"SD": "root n times the error that the printed intervals imply"}
    observed = _standardised(m, rows[2:], "endpoint", "none")
    words_2 = {**observed.convention, "SD": "observed at the endpoint"}
    return [
        Attempt(numbers=size, convention=words, proxy=True, caveat=_OTHER),
        Attempt(
            numbers=observed.numbers, convention=words_2, proxy=True, caveat=_OTHER
        ),
    ]


_OTHER = "Computed from other inputs than the source's."


def within_arm_difference(m: Material) -> list[Attempt]:
    """Mean change over the SD of the change."""
    (row,) = m.take(1)
    numbers = {"size": abs(m.value(row, "mean")) / m.sd(row)}
    return [Attempt(numbers=numbers, convention={"SD": "of the change"})]


def change_of_means(m: Material) -> list[Attempt]:
    """Endpoint less baseline of one arm."""
    before, after = m.take(2)
    numbers = {"change": m.value(after, "mean") - m.value(before, "mean")}
    words = {"change": "difference of the means, whoever is behind them"}
    return [Attempt(numbers=numbers, convention=words, proxy=True)]


def stored_or_recounted(m: Material) -> list[Attempt]:
    """Mean, SD and percentage of three arms together, by two sets of n."""
    rows = m.take(12)
    recounted = "The n of the arms were chosen because they give these numbers."
    return [
        _together(m, rows[:6], "n of the arms as stored", ""),
        _together(m, rows[6:], "n of the arms recounted", recounted),
    ]


def mean_difference(m: Material) -> list[Attempt]:
    """Difference of two means with its Wald interval."""
    a, c = m.take(2)
    y = m.value(a, "mean") - m.value(c, "mean")
    v = sum(m.sd(row) ** 2 / m.value(row, "n") for row in (a, c))
    return [Attempt(numbers=_interval(y, v), convention={"interval": "Wald"})]


def mean_difference_of_changes(m: Material) -> list[Attempt]:
    """Difference of changes, with SDs of the endpoint; then with errors as SDs.

    Rows: endpoints of the active and control arm, then their baselines.
    """
    rows = m.take(4)
    means = m.values("mean")
    y = (means[0] - means[2]) - (means[1] - means[3])
    right = sum(m.sd(row) ** 2 / m.value(row, "n") for row in rows[:2])
    wrong = sum(m.value(row, "se") ** 2 / m.value(row, "n") for row in rows[:2])
    return [
        Attempt(numbers=_interval(y, right), convention={"SD": "of the endpoints"}),
        Attempt(
            numbers=_interval(y, wrong),
            convention={"SD": "standard errors of the endpoints taken for SDs"},
        ),
    ]


def difference_of_intervals(m: Material) -> list[Attempt]:
    """Absolute difference of two estimates, its error from their intervals."""
    a, c = m.take(2)
    y = abs(m.value(a, "mean") - m.value(c, "mean"))
    v = sum(
        ((m.value(r, "ci_high") - m.value(r, "ci_low")) / (2 * Z)) ** 2 for r in (a, c)
    )
    made = _interval(y, v)
    names = {"difference": "estimate", "low": "ci_low", "high": "ci_high"}
    numbers = {name: made[of] for name, of in names.items()}
    return [
        Attempt(numbers=numbers, convention={"interval": "normal, independent arms"})
    ]


def difference_tests(m: Material) -> list[Attempt]:
    """P-values of Welch tests of pairs of rows: active and control, in turn."""
    return [_tests(m, proxy=False)]


def approximate_difference_tests(m: Material) -> list[Attempt]:
    """Compute the same in place of a test that needs participant data."""
    return [_tests(m, proxy=True)]


def given_t_test(m: Material) -> list[Attempt]:
    """P-value of printed means and SDs: equal variances, then Welch.

    The second group has either of two printed sizes.
    """
    first = [m.number(f"{x}_1") for x in ("mean", "sd", "n")]
    second = [m.number(f"{x}_2") for x in ("mean", "sd")]
    attempts = []
    for equal, words in ((True, "t, equal variances"), (False, "Welch")):
        for name in ("n_2", "n_2_elsewhere"):
            n = m.number(name)
            p = t_test(first, (*second, n), equal=equal)
            near = t_test(
                (first[0] - HALF_OF_ONE_DECIMAL, *first[1:]),
                (second[0] + HALF_OF_ONE_DECIMAL, *second[1:], n),
                equal=equal,
            )
            attempts.append(
                Attempt(
                    numbers={"p": p},
                    convention={"test": words, "n of the second group": f"{n:g}"},
                    slack=partial(dict, p=abs(near - p)),
                    slack_reason="The printed means are rounded to one decimal.",
                )
            )
    return attempts


def t_test(first: Sequence[float], second: Sequence[float], *, equal: bool) -> float:
    """Two-sided p-value of the difference of two means.

    Parameters
    ----------
    first, second
        Mean, SD and number of people of each group.
    equal
        Whether the groups share one variance; otherwise Welch's test.

    Examples
    --------
    >>> round(t_test((1.0, 2.0, 10), (3.0, 2.0, 10), equal=True), 4)
    0.0382
    """
    (m1, s1, n1), (m2, s2, n2) = first, second
    v1, v2 = s1**2 / n1, s2**2 / n2
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    if equal:
        df = n1 + n2 - 2
        pooled = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df
        v1, v2 = pooled / n1, pooled / n2
    return float(2 * stdtr(df, -abs(m1 - m2) / np.sqrt(v1 + v2)))


def _tests(m: Material, *, proxy: bool) -> Attempt:
    numbers = {}
    for i in range(len(m.rows) // 2):
        pair = m.rows[2 * i : 2 * i + 2]
        first, second = (
            (m.value(row, "mean"), m.sd(row), m.value(row, "n")) for row in pair
        )
        numbers[f"p_{i + 1}"] = t_test(first, second, equal=False)
    return Attempt(numbers=numbers, convention={"test": "Welch"}, proxy=proxy)


def _standardised(
    m: Material, rows: Sequence[Row], stat: str, correction: str
) -> Attempt:
    a, c = rows
    allowed = dict(zip(get_args(Correction), get_args(Correction), strict=True))
    size = effect_size(
        "SMD",
        m1i=[m.value(a, "mean")],
        sd1i=[m.sd(a)],
        n1i=[m.value(a, "n")],
        m2i=[m.value(c, "mean")],
        sd2i=[m.sd(c)],
        n2i=[m.value(c, "n")],
        correction=allowed[correction],
    )
    y, se = float(size["y"].iloc[0]), float(np.sqrt(size["v"].iloc[0]))
    numbers = {
        "size": abs(y),
        "size_low": abs(y) - Z * se,
        "size_high": abs(y) + Z * se,
    }
    convention = {"stat": stat, "SD": "pooled", "J": _J[correction]}
    return Attempt(numbers=numbers, convention=convention)


def _together(m: Material, rows: Sequence[Row], words: str, caveat: str) -> Attempt:
    scores, events = rows[:3], rows[3:]
    n, means = np.array(m.values("n", scores)), np.array(m.values("mean", scores))
    sds = np.array([m.sd(row) for row in scores])
    mean = float(n @ means / n.sum())
    squares = (n - 1) @ sds**2 + n @ (means - mean) ** 2
    share = sum(m.values("events", events)) / sum(m.values("n", events))
    numbers = {
        "mean": mean,
        "sd": float(np.sqrt(squares / (n.sum() - 1))),
        "percent": 100 * share,
    }
    return Attempt(numbers=numbers, convention={"n": words}, caveat=caveat)


def _interval(y: float, v: float) -> dict[str, float]:
    half = Z * float(np.sqrt(v))
    return {"estimate": y, "ci_low": y - half, "ci_high": y + half}


def _model_sd(m: Material, row: Row) -> float:
    n = m.value(row, "n")
    width = m.value(row, "ci_high") - m.value(row, "ci_low")
    return float(width / 2 / stdtrit(n - 1, 0.975) * np.sqrt(n))


def _pooled_sd(sds: Sequence[float], n: Sequence[float]) -> float:
    s, k = np.array(sds), np.array(n)
    return float(np.sqrt((k - 1) @ s**2 / (k.sum() - 2)))
