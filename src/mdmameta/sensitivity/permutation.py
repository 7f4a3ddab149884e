"""Tests of coefficients against what permuted data give."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, ManyFits, fit_many
from mdmameta.models.frequentist.own_weights import has_own_weights

#: A statistic this little below the observed one is equal to it but for
#: rounding: the square root of the machine's precision, as in metafor.
TIE = float(np.sqrt(np.finfo(float).eps))

#: Exact tests of up to this many permutations take a few seconds.
EXACT_LIMIT = 100_000

Orders = NDArray[np.int16]
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
    omnibus_p
        Of all coefficients but the intercept together, or of the mean.
    exact, permutations
        Whether every permutation was used, and how many were.
    smallest_p
        The smallest value that a p-value of this test can have.
    seed
        Of a random test, else None.
    """

    fit: Fit
    p_values: NDArray[np.float64]
    omnibus_p: float
    exact: bool
    permutations: int
    smallest_p: float
    seed: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient: term, value, statistic, p_value, p_permuted."""
        columns = ["term", "value", "statistic", "p_value"]
        return self.fit.coefficients[columns].assign(p_permuted=self.p_values)


def permutation_test(
    effects: Effects,
    model: PermutableModel,
    *,
    exact: bool | str = "auto",
    iterations: int = 1000,
    seed: int | None = None,
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
        True: every permutation. False: random ones. "auto": every one where
        there are at most 100,000, else random ones.
    iterations
        How many of a random test, the observed data being the first, so that
        no p-value is zero.
    seed
        Required for a random test.

    Raises
    ------
    SensitivityError
        When the model or the effects have no such test, there are too many
        permutations, or a seed is absent.

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
    y, v, X = working.y, effects.v[working.rows], working.X
    rows, group = np.unique(X, axis=0, return_inverse=True)
    group = group.ravel()
    signs = len(rows) == 1
    n = 2**y.size if signs else _permutations(group)
    every = n <= EXACT_LIMIT if exact == "auto" else bool(exact)
    n = _count(n, every, iterations, seed)
    orders = _orders(y, group, signs, n if every else None, iterations, seed)
    fits = _fits(y, v, rows[np.sort(group)], orders, group, signs, model)
    p, omnibus = _p_values(fits)
    return PermutationTest(
        fit=whole,
        p_values=p,
        omnibus_p=omnibus,
        exact=every,
        permutations=n,
        smallest_p=(2 if signs and every else 1) / n,
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
    if has_own_weights(model):
        raise SensitivityError(
            f"{model!r} has weights of one's own, and permutations are fitted with "
            "those of inverse variances; leave the weights out."
        )
    tau2 = getattr(model, "tau2", None)
    if isinstance(tau2, str) and tau2 not in BATCHED:
        raise SensitivityError(f"tau2={tau2!r} is not one of {', '.join(BATCHED)}.")


def _permutations(group: NDArray[np.intp]) -> int:
    return factorial(group.size) // prod(map(factorial, np.bincount(group).tolist()))


def _count(n: int, every: bool, iterations: int, seed: int | None) -> int:
    if every:
        if n <= 10 * EXACT_LIMIT:
            return n
        raise SensitivityError(
            f"{n:,} permutations are too many for an exact test: give exact=False, "
            "iterations=10_000, seed=1."
        )
    if seed is None or iterations < 2:
        raise SensitivityError(
            f"a random test needs a seed and iterations of at least 2, not seed={seed} "
            f"and iterations={iterations}: give seed=1, iterations=10_000."
        )
    return iterations


def _orders(
    y: NDArray[np.float64],
    group: NDArray[np.intp],
    signs: bool,
    every: int | None,
    iterations: int,
    seed: int | None,
) -> Orders:
    """Signs, or groups of rows of the design, of each permutation, shape (n, k).

    The first is what was observed.
    """
    first = np.ones(y.size, np.int16) if signs else group.astype(np.int16)
    if every is not None and signs:
        bits = np.arange(every)[:, None] >> np.arange(y.size) & 1
        return (1 - 2 * bits).astype(np.int16)
    if every is not None:
        orders = _arrangements(tuple(np.bincount(group).tolist()), {})
        observed = (orders == first).all(axis=1)
        return np.concatenate([orders[observed], orders[~observed]])
    rng = np.random.default_rng(seed)
    shape = (iterations - 1, y.size)
    if signs:
        others = rng.choice(np.array([-1, 1], dtype=np.int16), shape)
    else:
        others = rng.permuted(np.broadcast_to(first, shape), axis=1)
    return np.concatenate([first[None], others])


def _arrangements(
    counts: tuple[int, ...], known: dict[tuple[int, ...], Orders]
) -> Orders:
    """Every distinct order of groups with given sizes, shape (n, k)."""
    if sum(counts) == 0:
        return np.zeros((1, 0), dtype=np.int16)
    if counts not in known:
        parts = []
        for g in np.flatnonzero(counts):
            left = tuple(c - (i == g) for i, c in enumerate(counts))
            parts.append(np.insert(_arrangements(left, known), 0, g, axis=1))
        known[counts] = np.concatenate(parts)
    return known[counts]


def _fits(
    y: NDArray[np.float64],
    v: NDArray[np.float64],
    X: NDArray[np.float64],
    orders: Orders,
    group: NDArray[np.intp],
    signs: bool,
    model: PermutableModel,
) -> ManyFits:
    options: dict[str, Any] = {
        "tau2": getattr(model, "tau2", None),
        "interval": model.interval,
    }
    if signs:
        return fit_many(y * orders, v, X, **options)
    # To sort rows by their place in the design is to permute the design.
    place = np.argsort(orders, axis=1, kind="stable")
    return fit_many(y[place], v[place], X, **options)


def _p_values(fits: ManyFits) -> tuple[NDArray[np.float64], float]:
    size, joint = np.abs(fits.statistic), fits.omnibus
    as_far = size >= size[0] - TIE
    return as_far.mean(axis=0), float((joint >= joint[0] - TIE).mean())
