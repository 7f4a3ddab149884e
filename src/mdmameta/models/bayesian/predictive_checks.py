"""Replicated trials from prior or posterior, beside those that were seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.kernel import Data, flat
from mdmameta.models.bayesian.prior_base import MeanPrior
from mdmameta.models.bayesian.prior_base import Prior as SampledPrior
from mdmameta.models.inputs import Usable, usable_rows

#: Replications that put the error of a p-value below 0.01.
DRAWS = 4000


def prior_predictive(
    effects: Effects,
    *,
    mu: SampledPrior,
    tau: SampledPrior,
    seed: int,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Compare the trials with ones drawn from the priors.

    Parameters
    ----------
    effects
        Contrasts.
    mu, tau
        Priors that can be drawn from.
    seed
        The same seed gives the same table.
    draws
        Replications: 4,000 put the error of a p-value below 0.01.

    Returns
    -------
    pandas.DataFrame
        statistic (mean, sd, lowest, highest), observed, low, high (95 % of the
        replications), p (share of them at least as large).

    References
    ----------
    Box (1980), doi:10.2307/2982063.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> far = Normal(3, 0.5)
    >>> table = prior_predictive(effects, mu=far, tau=HalfNormal(0.1), seed=1)
    >>> float(table["p"][0])
    1.0
    """
    rows = usable_rows(effects)
    first, second, third = np.random.default_rng(seed).integers(0, 2**31, 3).tolist()
    asked: Any = tau
    known: Any = bound(asked, Data.of(rows.y, rows.v, rows.V))
    means, spreads = mu.sample(draws, seed=first), known.sample(draws, seed=second)
    return _table(rows, means, spreads, np.random.default_rng(third))


def posterior_predictive(
    effects: Effects, *, mu: MeanPrior, tau: SampledPrior, seed: int, draws: int = DRAWS
) -> pd.DataFrame:
    """Compare the trials with new ones drawn from the exact posterior.

    Parameters
    ----------
    effects
        Contrasts; each replicated trial has a true effect of its own.
    mu, tau
        Priors; that of μ may be flat.
    seed, draws
        As in `prior_predictive`.

    Returns
    -------
    pandas.DataFrame
        As of `prior_predictive`.

    References
    ----------
    Gelman et al. (1996), Statistica Sinica 6:733–760.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> table = posterior_predictive(effects, mu=Normal(), tau=HalfNormal(), seed=1)
    >>> bool(table["p"].between(0.05, 0.95).all())
    True
    """
    rows = usable_rows(effects)
    rng = np.random.default_rng(seed)
    found = exact_posterior(rows.y, rows.v, mu, tau, rows.V)  # type: ignore[arg-type]
    node, probability = found.nodes
    weight = found.given.mixed(probability)
    spreads = flat(np.broadcast_to(node, found.given.weight.shape))
    chosen = rng.choice(weight.size, size=draws, p=weight / weight.sum())
    means = rng.normal(found.mu.means[chosen], found.mu.sds[chosen])
    return _table(rows, means, spreads[chosen], rng)


def _table(
    rows: Usable, mu: FloatArray, tau: FloatArray, rng: np.random.Generator
) -> pd.DataFrame:
    root = np.linalg.cholesky(np.diag(rows.v) if rows.V is None else rows.V)
    true = mu[:, None] + tau[:, None] * rng.standard_normal((mu.size, rows.k))
    drawn = _statistics(true + rng.standard_normal(true.shape) @ root.T, rows.v)
    seen = _statistics(rows.y[None, :], rows.v)
    table = []
    for name, values in drawn.items():
        low, high = np.quantile(values, [0.025, 0.975])
        at = float(seen[name][0])
        table.append((name, at, low, high, float((values >= at).mean())))
    return pd.DataFrame(table, columns=["statistic", "observed", "low", "high", "p"])


def _statistics(y: FloatArray, v: FloatArray) -> dict[str, FloatArray]:
    """Pooled mean, weighted spread, lowest and highest of each row."""
    w = 1 / v / (1 / v).sum()
    mean = y @ w
    spread = np.sqrt((y - mean[:, None]) ** 2 @ w)
    return {"mean": mean, "sd": spread, "lowest": y.min(1), "highest": y.max(1)}
