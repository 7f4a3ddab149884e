"""Many exact Bayesian specifications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.grid_sets import Priors, exact_sets


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
    found = exact_sets(y, v, list(priors), level=level)
    numbers = (found.mean, found.sd, found.ci_low, found.ci_high, found.tau2)
    return np.stack(numbers, axis=1)
