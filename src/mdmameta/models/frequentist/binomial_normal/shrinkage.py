"""True effects of trials given their counts: empirical Bayes predictions."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.ascent import reduced
from mdmameta.models.frequentist.binomial_normal.optimum import Optimum
from mdmameta.models.frequentist.binomial_normal.quadrature import (
    Conditional,
    conditional_effects,
)


def trial_effects(best: Optimum, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean of each trial's true effect given its counts, with its standard error.

    The variance is that of the effect given counts and parameters, plus what the
    uncertainty of coefficients (and of a trial's own level) adds to the mean;
    variances of random effects are taken as known, as in predictions of effects.

    Parameters
    ----------
    best
        The maximum of the likelihood.
    X
        Design of the effect, shape (k, p).

    Returns
    -------
    tuple of numpy.ndarray
        Means and standard errors, shape (k,).

    References
    ----------
    Kass and Steffey 1989, doi:10.1080/01621459.1989.10478825; Booth and Hobert
    1998, Journal of the American Statistical Association 93, 262–272.
    """
    of, point = best.problem, best.summit.point
    given = conditional_effects(of, point, best.nodes, best.summit.at.modes)
    p = X.shape[1]
    u = np.einsum("q,kqm->km", of.factor(point.scales)[-1], given.z)
    mean = (given.probability * u).sum(axis=1)
    variance = (given.probability * (u - mean[:, None]) ** 2).sum(axis=1)
    variance += _of_parameters(best, X, _slopes(given, u, mean))
    return X @ point.beta[:p] + mean, np.sqrt(variance)


def _slopes(given: Conditional, u: FloatArray, mean: FloatArray) -> FloatArray:
    """Slopes of a mean given counts in every parameter, (k, r): covariances."""
    weight = given.probability * (u - mean[:, None])
    return np.asarray((weight[:, None, :] @ given.scores)[:, 0])


def _of_parameters(best: Optimum, X: FloatArray, slopes: FloatArray) -> FloatArray:
    """Variance of the means by that of coefficients and own parameters, (k,)."""
    of, p = best.problem, best.problem.p
    _, information, a, b = reduced(of, best.summit.at)
    own = np.zeros(of.k)
    if of.own is not None:
        level, slopes = slopes[:, 0], slopes[:, 1:]
        slopes = slopes - (level / a)[:, None] * b
        own = level**2 / a
    slopes = slopes[:, :p].copy()
    slopes[:, : X.shape[1]] += X
    spread = (slopes @ np.linalg.inv(information[:p, :p])) * slopes
    return np.asarray(own + spread.sum(axis=1))
