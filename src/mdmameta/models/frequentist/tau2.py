"""Estimators of tau2, the variance of true effects between studies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mdmameta.models.frequentist.likelihood import maximise
from mdmameta.models.frequentist.moments import contrasts, moments
from mdmameta.models.frequentist.qprofile import tau2_at
from mdmameta.models.frequentist.regression import FloatArray


@dataclass(frozen=True, slots=True)
class Tau2:
    """An estimate of tau2, never below zero.

    Parameters
    ----------
    value, se
        Estimate and standard error, squared units of the effects.
    converged, iterations
        Of the iteration, where there is one.
    """

    value: float
    se: float
    converged: bool = True
    iterations: int = 0


def dersimonian_laird(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 by equating Q to its expectation.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(dersimonian_laird(y, v, X).value, 9)
    1.0
    """
    data = contrasts(y, v, X)
    at = moments(data, 0.0)
    t = max(0.0, (at.ypy - data.df) / at.tr_p)
    variance = 2 * data.df + 4 * t * at.tr_p + 2 * t**2 * at.tr_pp
    return Tau2(t, float(np.sqrt(variance)) / at.tr_p)


def paule_mandel(y: FloatArray, v: FloatArray, X: FloatArray) -> Tau2:
    """Estimate tau2 as the value at which Q equals its degrees of freedom.

    Parameters
    ----------
    y, v, X
        Effects, variances and design, shapes (k,), (k,) and (k, p), k > p.

    References
    ----------
    Paule and Mandel 1982, doi:10.6028/jres.087.022.

    Examples
    --------
    >>> y, v, X = np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1))
    >>> round(paule_mandel(y, v, X).value, 9)
    1.0
    """
    data = contrasts(y, v, X)
    root = tau2_at(data, float(data.df))
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

#: metafor's code -> estimator.
ESTIMATORS: dict[str, Estimator] = {
    "DL": dersimonian_laird,
    "PM": paule_mandel,
    "REML": restricted_maximum_likelihood,
    "ML": maximum_likelihood,
}
