"""Many exact Bayesian specifications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.models.bayesian.grid import exact_grid
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior
from mdmameta.models.fit import FloatArray

Priors = tuple[MeanPrior, TauPrior]


def posteriors(
    y: FloatArray, v: FloatArray, priors: Sequence[Priors], level: float
) -> FloatArray:
    """Posterior of the mean effect in each of n data sets, under each of p priors.

    Parameters
    ----------
    y, v
        Effects and variances, shape (n, K); NaN where a trial is not there.
    priors
        Of μ and τ.
    level
        Probability of the central interval.

    Returns
    -------
    numpy.ndarray
        Mean, SD, lower and upper end, and posterior mean of τ², shape (n, 5, p).

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> y, v = np.array([[-0.9, -0.5, np.nan]]), np.array([[0.05, 0.06, 0.1]])
    >>> posteriors(y, v, [(Normal(0, 1), HalfNormal(0.5))], 0.95)[0, 0].round(3)
    array([-0.644])
    """
    rows = [_one(*pair, priors, level) for pair in zip(y, v, strict=True)]
    return np.array(rows, dtype=float).reshape(len(y), 5, len(priors))


def _one(
    y: FloatArray, v: FloatArray, priors: Sequence[Priors], level: float
) -> tuple[FloatArray, ...]:
    there = np.isfinite(y) & np.isfinite(v)
    mu, tau = zip(*priors, strict=True)
    grid = exact_grid(y[None, there], v[there], mu=mu, tau=tau, level=level)
    return grid.mean, grid.sd, grid.ci_low, grid.ci_high, grid.tau2
