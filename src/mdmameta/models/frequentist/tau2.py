"""Estimators of tau2, the variance of true effects between studies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincinv

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.closed_form import (
    dersimonian_laird,
    hedges,
    hunter_schmidt,
    hunter_schmidt_small_k,
    sidik_jonkman,
)
from mdmameta.models.frequentist.likelihood import maximise
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.qprofile import tau2_at
from mdmameta.models.frequentist.tau2_estimate import Tau2

__all__ = [
    "ESTIMATORS",
    "Estimator",
    "Tau2",
    "dersimonian_laird",
    "maximum_likelihood",
    "paule_mandel",
    "paule_mandel_median",
    "restricted_maximum_likelihood",
]


def paule_mandel(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as the value at which Q equals its degrees of freedom.

    The empirical Bayes estimator, and those of DerSimonian and Laird and of
    Sidik and Jonkman when iterated until nothing changes, solve this same
    equation: EB, DLIT and SJIT are this estimate.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Paule and Mandel 1982, doi:10.6028/jres.087.022; Morris 1983,
    doi:10.1080/01621459.1983.10477920 (EB).

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(paule_mandel(y, v, X).value, 9)
    1.0
    """
    return _where_q_is(float(X.shape[0] - X.shape[1]), y, v, X)


def paule_mandel_median(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as the value at which Q equals its median.

    The median of χ² with k − p replaces its mean, so that the estimate is as
    often too high as too low.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Viechtbauer 2021, in Schmid, Stijnen and White (editors), Handbook of
    Meta-Analysis, doi:10.1201/9781315119403.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(paule_mandel_median(y, v, X).value, 4)
    3.3962
    """
    df = X.shape[0] - X.shape[1]
    return _where_q_is(2 * float(gammaincinv(df / 2, 0.5)), y, v, X)


def _where_q_is(target: float, y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    data = contrasts(y, v, X)
    root = tau2_at(data, target)
    tr_w = float((1 / (v + root.tau2)).sum())
    se = float(np.sqrt(2 / data.df)) * v.size / tr_w
    return Tau2(root.tau2, se, root.converged, root.iterations)


def restricted_maximum_likelihood(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 by maximising the restricted likelihood.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Viechtbauer 2005, doi:10.3102/10769986030003261.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(restricted_maximum_likelihood(y, v, X).value, 9)
    1.0
    """
    return _by_likelihood(y, v, X, restricted=True)


def maximum_likelihood(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 by maximising the likelihood; biased towards zero.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Hardy and Thompson 1996,
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 4.0]), np.ones(2), np.ones((2, 1))
    >>> round(maximum_likelihood(y, v, X).value, 9)
    3.0
    """
    return _by_likelihood(y, v, X, restricted=False)


def _by_likelihood(
    y: FloatArray, v: FloatArray, X: FloatArray, *, restricted: bool
) -> Tau2:
    best = maximise(contrasts(y, v, X), restricted=restricted)
    se = float(np.sqrt(2 / best.information))
    return Tau2(best.tau2, se, best.converged, best.iterations)


Estimator = Callable[[FloatArray, FloatArray, FloatArray], Tau2]

#: metafor's code -> estimator. GENQ is that of weights 1 / v.
ESTIMATORS: dict[str, Estimator] = {
    "DL": dersimonian_laird,
    "HE": hedges,
    "HS": hunter_schmidt,
    "HSk": hunter_schmidt_small_k,
    "SJ": sidik_jonkman,
    "PM": paule_mandel,
    "EB": paule_mandel,
    "DLIT": paule_mandel,
    "SJIT": paule_mandel,
    "PMM": paule_mandel_median,
    "GENQ": dersimonian_laird,
    "REML": restricted_maximum_likelihood,
    "ML": maximum_likelihood,
}
