"""Tests of coefficients against what permuted data give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, INTERVALS
from mdmameta.sensitivity.batchable import is_batchable
from mdmameta.sensitivity.permuted import Permuted

#: Exact tests of up to this many permutations take about a second.
EXACT_LIMIT = 100_000

#: Exact tests of up to this many, when asked for, take about a minute.
PATIENT_LIMIT = 2**23

#: Limits of intervals are found to this part of the half width of the model's.
CLOSE = 1e-5

#: A limit is looked for this many times, each three times as far away.
FARTHEST = 12

PermutableModel = CommonEffect | RandomEffects | MetaRegression


@dataclass(frozen=True, eq=False, kw_only=True)
class PermutationTest:
    """Two-sided p-values from permuted data.

    Parameters
    ----------
    fit
        The fit to the data as observed.
    p_values
        One a coefficient, shape (p,).
    ci_low, ci_high
        Limits of the values that the test does not reject at the level of the
        model, shape (p,); NaN where not asked for.
    omnibus_p
        Of all coefficients but the intercept together, or of the mean.
    exact, permutations
        Whether every permutation was used, and how many were.
    smallest_p
        The smallest value that a p-value of this test can have.
    seed
        Of a random test, else None.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> from mdmameta.sensitivity import permutation_test
    >>> test = permutation_test(effects, mm.RandomEffects())
    >>> test.permutations, float(test.p_values[0])
    (16, 0.125)
    """

    fit: Fit
    p_values: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    omnibus_p: float
    exact: bool
    permutations: int
    smallest_p: float
    seed: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient.

        Returns
        -------
        pandas.DataFrame
            term, value, statistic and p_value of the fit; p_permuted, and the
            limits ci_low and ci_high of the interval by permutation.
        """
        columns = ["term", "value", "statistic", "p_value"]
        return self.fit.coefficients[columns].assign(
            p_permuted=self.p_values, ci_low=self.ci_low, ci_high=self.ci_high
        )


def permutation_test(
    effects: Effects,
    model: PermutableModel,
    *,
    exact: bool | str = "auto",
    iterations: int = 1000,
    seed: int | None = None,
    ci: bool | Sequence[str] = False,
) -> PermutationTest:
    """Test coefficients without trust in the distribution of their statistics.

    Without moderators the signs of the effects are flipped, which is valid
    where they are symmetric about zero if there is no effect. With moderators
    the rows of the design are permuted.

    Parameters
    ----------
    effects
        Independent effects.
    model
        `CommonEffect`, `RandomEffects` or `MetaRegression`, with an estimator
        that `fit_many` has.
    exact
        True: every permutation, up to eight million. False: random ones.
        "auto": every one where there are at most 100,000, else random ones.
    iterations
        How many of a random test, the observed data being the first, so that
        no p-value is zero.
    seed
        Required for a random test.
    ci
        Whether to find confidence intervals too, or the terms whose intervals
        to find: the values that the test with these same permutations does not
        reject at the level of the model. It takes about fifty tests a term.

    Returns
    -------
    PermutationTest
        p-values by term, and intervals where they were asked for.

    Raises
    ------
    SensitivityError
        When the model or the effects have no such test, there are too many
        permutations, a term is not in the model, or a seed is absent.

    Notes
    -----
    Permutations are made and fitted a few thousand at a time, so that exact
    tests of many rows take no more memory than others. A limit is infinite
    where there are too few permutations to reject anything at the level.

    References
    ----------
    Higgins and Thompson 2004, doi:10.1002/sim.1752; Follmann and Proschan
    1999, doi:10.1111/j.0006-341X.1999.00732.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.3, 0.5, 0.4, 0.9], v=[0.1] * 4)
    >>> test = permutation_test(effects, RandomEffects())
    >>> test.permutations, float(test.p_values[0]), test.smallest_p
    (16, 0.125, 0.125)
    """
    whole = model.fit(effects)
    _check(effects, model)
    if whole.working is None:
        raise SensitivityError(f"{model!r} has no design whose rows can be permuted.")
    working = whole.working()
    if working.y.size < 2:
        raise SensitivityError("one study: there is nothing to permute.")
    scheme = Permuted(working.y, effects.v[working.rows], working.X)
    n = scheme.total
    every = n <= EXACT_LIMIT if exact == "auto" else bool(exact)
    if not every:
        scheme = Permuted(scheme.y, scheme.v, scheme.X, iterations, seed)
    _check_number(n, every, iterations, seed)
    p_at = partial(scheme.p_values, getattr(model, "tau2", None), model.interval)
    p, omnibus = p_at()
    smallest = (2 if scheme.signs and every else 1) / scheme.number
    limits = _intervals(p_at, whole, _wanted(whole, ci), smallest)
    return PermutationTest(
        fit=whole,
        p_values=p,
        ci_low=limits[0],
        ci_high=limits[1],
        omnibus_p=omnibus,
        exact=every,
        permutations=scheme.number,
        smallest_p=smallest,
        seed=None if every else seed,
    )


def _check(effects: Effects, model: PermutableModel) -> None:
    if type(model) not in (CommonEffect, RandomEffects, MetaRegression):
        raise SensitivityError(
            f"{model!r} has no permutation test; use CommonEffect, RandomEffects or "
            "MetaRegression."
        )
    if effects.covariance is not None:
        raise SensitivityError(
            "correlated effects cannot be permuted one by one; combine those of a "
            "study first."
        )
    if not is_batchable(effects, model):
        raise SensitivityError(
            f"{model!r} has no permutation test: its tau2 must be a number or one of "
            f"{', '.join(BATCHED)}, its interval one of {', '.join(INTERVALS)}, and "
            "its weights those of the model."
        )


def _check_number(n: int, every: bool, iterations: int, seed: int | None) -> None:
    if every and n > PATIENT_LIMIT:
        raise SensitivityError(
            f"{n:,} permutations are too many for an exact test: give exact=False, "
            "iterations=10_000, seed=1."
        )
    if not every and (seed is None or iterations < 2):
        raise SensitivityError(
            f"a random test needs a seed and iterations of at least 2, not seed={seed} "
            f"and iterations={iterations}: give seed=1, iterations=10_000."
        )


def _wanted(fit: Fit, ci: bool | Sequence[str]) -> list[int]:
    terms = list(fit.coefficients["term"])
    if isinstance(ci, bool):
        return list(range(len(terms))) if ci else []
    unknown = [term for term in ci if term not in terms]
    if unknown:
        raise SensitivityError(
            f"ci={list(ci)!r}: {unknown[0]!r} is not a term of the model; there are "
            f"{', '.join(terms)}."
        )
    return [terms.index(term) for term in ci]


def _intervals(
    p_at: Callable[..., tuple[FloatArray, float]],
    fit: Fit,
    wanted: list[int],
    smallest: float,
) -> FloatArray:
    """Limits of each coefficient, shape (2, p)."""
    table, alpha = fit.coefficients, 1 - fit.estimate.level
    limits = np.full((2, len(table)), np.nan)
    for j in wanted:
        value = float(table["value"].iloc[j])
        half = float(table["ci_high"].iloc[j]) - value

        def rejected(at: float, j: int = j) -> bool:
            shift = np.zeros(len(table))
            shift[j] = at
            return bool(p_at(shift=shift)[0][j] <= alpha)

        for side, step in enumerate((-half, half)):
            found = smallest <= alpha and half > 0
            limits[side, j] = (
                _limit(rejected, value, step) if found else np.copysign(np.inf, step)
            )
    return limits


def _limit(rejected: Callable[[float], bool], value: float, step: float) -> float:
    """Where the test begins to reject, from the estimate outwards."""
    inner, outer = value, value + step
    for _ in range(FARTHEST):
        if rejected(outer):
            break
        inner, outer = outer, outer + 2 * (outer - value)
    else:
        return float(np.copysign(np.inf, step))
    while abs(outer - inner) > CLOSE * abs(step):
        middle = (inner + outer) / 2
        if rejected(middle):
            outer = middle
        else:
            inner = middle
    return (inner + outer) / 2
