"""Many exact Bayesian specifications."""

from __future__ import annotations

import numpy as np

from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior
from mdmameta.models.fit import FloatArray


def posteriors(
    y: FloatArray,
    v: FloatArray,
    priors: tuple[MeanPrior, TauPrior],
    level: float,
) -> FloatArray:
    """Posterior of the mean effect in each of n data sets.

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
        Mean, SD, lower and upper end, and posterior mean of τ², shape (5, n).

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> y, v = np.array([[-0.9, -0.5, np.nan]]), np.array([[0.05, 0.06, 0.1]])
    >>> posteriors(y, v, (Normal(0, 1), HalfNormal(0.5)), 0.95)[0].round(3)
    array([-0.644])
    """
    rows = [_one(*pair, priors, level) for pair in zip(y, v, strict=True)]
    return np.array(rows, dtype=float).reshape(-1, 5).T


def _one(
    y: FloatArray,
    v: FloatArray,
    priors: tuple[MeanPrior, TauPrior],
    level: float,
) -> tuple[float, ...]:
    there = np.isfinite(y) & np.isfinite(v)
    found = exact_posterior(y[there], v[there], *priors)
    low, high = found.mu.interval(level)
    return found.mu.mean, found.mu.sd, low, high, found.tau2_mean
