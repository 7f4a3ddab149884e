"""Statements whose own printed numbers are checked against each other."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import ndtr, stdtrit

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.counts import Z
from mdmameta.claims.recipes.material import Material
from mdmameta.claims.recipes.scores import HALF_OF_ONE_DECIMAL


def wald_tests(m: Material) -> list[Attempt]:
    """P-values of printed estimates over their printed standard errors."""
    numbers = {}
    for name in m.given:
        kind, _, i = name.partition("_")
        if kind == "se":
            estimate = {**m.printed, **m.given}[f"estimate_{i}"]
            z = estimate / m.number(name)
            numbers[f"p_{i}"] = float(2 * ndtr(-abs(z)))
    return [Attempt(numbers=numbers, convention={"test": "Wald, normal"})]


def interval_test(m: Material) -> list[Attempt]:
    """P-value that a printed estimate and interval imply."""
    width = m.number("ci_high") - m.number("ci_low")
    z = m.number("estimate") / (width / (2 * Z))
    numbers = {"p": float(2 * ndtr(-abs(z)))}
    words = {"error": "width of the interval over 3.92", "test": "Wald, normal"}
    return [Attempt(numbers=numbers, convention=words)]


def interval_from_error(m: Material) -> list[Attempt]:
    """Interval from a printed estimate and standard error: normal, then t."""
    y, se, df = m.number("estimate"), m.number("se"), m.number("n") - 1
    quantiles = {"normal": Z, f"t with {df:g} df": float(stdtrit(df, 0.975))}
    attempts = []
    for words, quantile in quantiles.items():
        half = quantile * se
        slack = HALF_OF_ONE_DECIMAL * (1 + quantile)
        attempts.append(
            Attempt(
                numbers={"ci_low": y - half, "ci_high": y + half},
                convention={"interval": words},
                slack=partial(dict, ci_low=slack, ci_high=slack),
                slack_reason="Estimate and standard error are rounded to one decimal.",
            )
        )
    return attempts


def interval_of_g(m: Material) -> list[Attempt]:
    """Interval of a printed g from the sizes of its groups.

    Row: the contrast, which has the number of people in each group.
    """
    (row,) = m.take(1)
    g = m.number("estimate")
    a, c = m.value(row, "n_active"), m.value(row, "n_control")
    half = Z * float(np.sqrt(1 / a + 1 / c + g**2 / (2 * (a + c))))
    numbers = {"ci_low": g - half, "ci_high": g + half}
    words = {"variance": "1/n1 + 1/n2 + g²/(2 N)", "interval": "Wald"}
    return [Attempt(numbers=numbers, convention=words)]
