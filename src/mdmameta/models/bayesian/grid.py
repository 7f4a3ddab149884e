"""Many data sets of the same variances at once, for sensitivity sweeps."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.errors import ModelError
from mdmameta.models.bayesian.convergence import bound, converged_panels, mixing_nodes
from mdmameta.models.bayesian.kernel import Data, MeanLikelihood
from mdmameta.models.bayesian.marginals import check_level
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.mixture import mixture_quantile
from mdmameta.models.bayesian.prior_base import FloatArray, MeanPrior, TauPrior
from mdmameta.models.bayesian.tau_priors import HalfNormal

#: Data sets worked on together: enough to amortise the overhead of numpy, few
#: enough for the nodes of all of them to stay in the cache.
BLOCK = 64


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
    tau2
        Posterior mean of τ².
    error
        Error estimate of the quadrature.
    """

    mean: FloatArray
    sd: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    pi_low: FloatArray
    pi_high: FloatArray
    tau2: FloatArray
    error: FloatArray


def exact_grid(
    y: ArrayLike,
    v: ArrayLike,
    *,
    V: ArrayLike | None = None,
    mu: MeanPrior | None = None,
    tau: TauPrior | None = None,
    level: float = 0.95,
) -> ExactGrid:
    """Fit the exact model to n versions of the same effects.

    Parameters
    ----------
    y
        Effects, shape (n, k): one version a row, such as shifted ones.
    v
        Sampling variances of all of them, shape (k,).
    V
        Covariance matrix instead, shape (k, k).
    mu, tau
        Priors; those of `BayesianRandomEffects` when left out.
    level
        Probability of the intervals.

    Returns
    -------
    ExactGrid

    Raises
    ------
    ModelError
        When ``y`` is not a table of finite numbers with k columns.

    Examples
    --------
    >>> shifts = np.array([[0.0], [0.5]])
    >>> grid = exact_grid(np.array([-0.9, -0.5, -0.6]) + shifts, [0.05, 0.06, 0.2])
    >>> grid.mean.round(3)
    array([-0.649, -0.179])
    """
    check_level(level)
    mu, tau = mu or Normal(0, 1), tau or HalfNormal(0.5)
    v_, y_ = np.asarray(v, dtype=float), np.asarray(y, dtype=float)
    if y_.ndim != 2 or y_.shape[1] != v_.size or not np.isfinite(y_).all():
        raise ModelError(
            f"y has shape {y_.shape} for {v_.size} variances: give finite effects, one "
            f"row a data set and {v_.size} columns."
        )
    data = Data.of(y_, v_, None if V is None else np.asarray(V, dtype=float))
    starts = range(0, len(y_), BLOCK)
    parts = [_block(data, slice(i, i + BLOCK), mu, tau, level) for i in starts]
    return ExactGrid(
        **{
            f.name: np.concatenate([getattr(part, f.name) for part in parts])
            for f in fields(ExactGrid)
        }
    )


def _block(
    all_data: Data, rows: slice, mu: MeanPrior, tau: TauPrior, level: float
) -> ExactGrid:
    data = Data(all_data.z[rows], all_data.e, all_data.lam)
    likelihood = MeanLikelihood(data, mu.components)
    panels, error, _ = converged_panels(likelihood, bound(tau, data))
    nodes, weight = mixing_nodes(panels, data.lam)
    given = likelihood.given(nodes)
    weight, means, sds = given.mixed(weight), given.flat_means, given.flat_sds
    mean = (weight * means).sum(axis=-1)
    spread = sds**2 + (means - mean[:, None]) ** 2
    ends = (1 - level) / 2, (1 + level) / 2
    low, high, new_low, new_high = (
        mixture_quantile(np.full(mean.size, p), weight, means, sd)
        for sd in (sds, given.new_sds(nodes))
        for p in ends
    )
    return ExactGrid(
        mean=mean,
        sd=np.sqrt((weight * spread).sum(axis=-1)),
        ci_low=low,
        ci_high=high,
        pi_low=new_low,
        pi_high=new_high,
        tau2=panels.moment(2),
        error=np.full(mean.size, error),
    )
