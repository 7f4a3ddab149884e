"""Many exact fits at once: of many data sets, under many priors, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.grid_block import BLOCK, Block, groups
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.marginals import check_level
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior
from mdmameta.models.bayesian.tau_priors import HalfNormal
from mdmameta.models.inputs import usable_rows

Means = MeanPrior | Sequence[MeanPrior]
Taus = TauPrior | Sequence[TauPrior]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ExactGrid:
    """What decides, of n exact fits; every array has shape (n,).

    Parameters
    ----------
    mean, sd
        Posterior mean and SD of μ.
    ci_low, ci_high
        Central credible interval of μ.
    pi_low, pi_high
        Central predictive interval of the true effect in a new study.
    prob_below
        Posterior probability that μ is below the threshold.
    tau, tau2
        Posterior means of τ and τ².
    log_evidence
        Log marginal likelihood; NaN where a prior is improper.
    error
        Error estimate of the quadrature.
    mu_prior, tau_prior
        Priors of each fit, n of them.

    Examples
    --------
    >>> import numpy as np
    >>> from mdmameta.models.bayesian import exact_grid
    >>> shifts = np.array([[0.0], [0.5]])
    >>> grid = exact_grid(np.array([-0.9, -0.5, -0.6]) + shifts, [0.05, 0.06, 0.2])
    >>> grid.ci_high.round(2)
    array([-0.11,  0.33])
    """

    mean: FloatArray
    sd: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    pi_low: FloatArray
    pi_high: FloatArray
    prob_below: FloatArray
    tau: FloatArray
    tau2: FloatArray
    log_evidence: FloatArray
    error: FloatArray
    mu_prior: tuple[MeanPrior, ...] = field(repr=False)
    tau_prior: tuple[TauPrior, ...] = field(repr=False)

    def __len__(self) -> int:
        return self.mean.size

    def __repr__(self) -> str:
        return f"<ExactGrid of {len(self)} fits>"

    def to_frame(self) -> pd.DataFrame:
        """One row a fit, with its priors as text."""
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("mu_prior", "tau_prior"):
            columns[name] = [repr(prior) for prior in columns[name]]
        return pd.DataFrame(columns)


#: Fields of an `ExactGrid` that a block computes.
NUMBERS = tuple(f.name for f in fields(ExactGrid) if not f.name.endswith("_prior"))


def exact_grid(
    y: ArrayLike,
    v: ArrayLike,
    *,
    V: ArrayLike | None = None,
    mu: Means | None = None,
    tau: Taus | None = None,
    level: float = 0.95,
    threshold: float = 0.0,
) -> ExactGrid:
    """Fit the exact model to n versions of the same effects, or under n priors.

    Parameters
    ----------
    y
        Effects, shape (n, k): one version a row, such as shifted ones. One row
        serves all priors.
    v
        Sampling variances of all of them, shape (k,).
    V
        Covariance matrix instead, shape (k, k).
    mu, tau
        Priors, one for all or one each; those of `BayesianRandomEffects` when left
        out.
    level
        Probability of the intervals.
    threshold
        Of ``prob_below``.

    Returns
    -------
    ExactGrid

    Raises
    ------
    ModelError
        When ``y`` is not a table of finite numbers with k columns, or a posterior is
        improper.
    OptionError
        When the numbers of rows and priors do not match, or a prior cannot be used.

    Examples
    --------
    >>> shifts = np.array([[0.0], [0.5]])
    >>> grid = exact_grid(np.array([-0.9, -0.5, -0.6]) + shifts, [0.05, 0.06, 0.2])
    >>> grid.mean.round(3)
    array([-0.649, -0.179])
    """
    check_level(level)
    v_, y_ = np.asarray(v, dtype=float), np.asarray(y, dtype=float)
    if y_.ndim != 2 or y_.shape[1] != v_.size or not np.isfinite(y_).all():
        raise ModelError(
            f"y has shape {y_.shape} for {v_.size} variances: give finite effects, one "
            f"row a data set and {v_.size} columns."
        )
    n, mus, taus = _matched(len(y_), mu or Normal(0, 1), tau or HalfNormal(0.5))
    data = Data.of(y_, v_, None if V is None else np.asarray(V, dtype=float))
    found = {name: np.empty(n) for name in NUMBERS}
    for rows in groups(mus, taus, BLOCK):
        block = Block.of(data, mus, taus, rows)
        for name, numbers in block.numbers(level, threshold).items():
            found[name][rows] = numbers
    return ExactGrid(**found, mu_prior=mus, tau_prior=taus)


def fit_priors(
    effects: Effects,
    *,
    mu: Means,
    tau: Taus,
    level: float = 0.95,
    threshold: float = 0.0,
) -> ExactGrid:
    """Fit the exact model under every pair of a prior of μ and a prior of τ.

    Parameters
    ----------
    effects
        Independent, or with a covariance matrix; rows without information are left
        out, as in a model.
    mu, tau
        One prior or several of each.
    level
        Probability of the intervals.
    threshold
        Of ``prob_below``, such as the smallest important difference.

    Returns
    -------
    ExactGrid
        Priors of μ change slowest.

    Raises
    ------
    ModelError
        When no row can be used, or a posterior is improper.
    OptionError
        When a prior cannot be used.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> grid = fit_priors(
    ...     effects, mu=Normal(0, 1), tau=[HalfNormal(s) for s in (0.1, 0.5, 1)])
    >>> grid.ci_high.round(2)
    array([-0.36, -0.11,  0.08])
    """
    usable = usable_rows(effects)
    pairs = list(product(_several(mu), _several(tau)))
    if not pairs:
        raise OptionError("mu and tau need at least one prior each; there is none.")
    mus, taus = zip(*pairs, strict=True)
    return exact_grid(
        usable.y[None, :],
        usable.v,
        V=usable.V,
        mu=mus,
        tau=taus,
        level=level,
        threshold=threshold,
    )


def _several(priors: Any) -> tuple[Any, ...]:
    return tuple(priors) if isinstance(priors, Sequence) else (priors,)


def _matched(
    rows: int, mu: Means, tau: Taus
) -> tuple[int, tuple[MeanPrior, ...], tuple[TauPrior, ...]]:
    each = _several(mu), _several(tau)
    n = max(rows, *map(len, each))
    if {rows, *map(len, each)} - {1, n}:
        raise OptionError(
            f"there are {rows} rows of y, {len(each[0])} priors of mu and "
            f"{len(each[1])} of tau: give one for all, or as many of each."
        )
    mus, taus = (p * n if len(p) == 1 else p for p in each)
    return n, mus, taus
