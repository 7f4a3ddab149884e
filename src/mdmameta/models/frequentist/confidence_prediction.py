"""Prediction interval from the confidence distribution of tau2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.gauss import legendre
from mdmameta.models.frequentist.chi2_mixture import probability_below
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.quadratic import generalised_q
from mdmameta.models.frequentist.regression import Rows, least_squares

#: Nodes of the quadrature over τ²: four times as many, here and below, moved the
#: limits by 1e-3 of the width for two studies, and by 3e-4 at most from three on,
#: a tenth of what 25,000 random draws leave.
NODES = 48

#: Nodes over the error of the mean, or over the new study's effect.
INNER_NODES = 64

#: A quantile of τ² is sought to this part of itself and of the smallest v.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Mixture:
    """At each τ²: its probability, the mean, its error, and τ; shape (n,)."""

    weight: FloatArray
    mu: FloatArray
    se: FloatArray
    tau: FloatArray
    df: int

    def below(self, x: float) -> float:
        """Probability that a new study's true effect is at most x."""
        distance = (x - self.mu)[:, None]
        u, w = _unit_nodes(INNER_NODES)
        se, tau = self.se[:, None], self.tau[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            # The wider of both parts is the one whose distribution is smooth.
            by_mean = stdtr(self.df, (distance - tau * ndtri(u)) / se)
            by_effect = ndtr((distance - se * stdtrit(self.df, u)) / tau)
        each = np.where(tau > se, by_effect, by_mean) @ w
        return float(self.weight @ each)


def confidence_prediction(rows: Rows, level: float) -> tuple[float, float]:
    """Interval for the true effect in a new study that allows for τ² being estimated.

    τ² is drawn from its confidence distribution, which Cochran's Q has
    exactly; at each τ² the mean is that of random effects with Hartung's
    error and t with k − 1. Nagashima, Noma and Furukawa draw some thousands of
    samples (package meta's NNF); these are the quantiles that the samples
    tend to, by quadrature, so that nothing is random.

    Parameters
    ----------
    rows
        Effects, variances and the column of ones, k > 1.
    level
        Probability of the interval.

    References
    ----------
    Nagashima, Noma and Furukawa 2019, doi:10.1177/0962280218773520.

    Examples
    --------
    >>> rows = Rows(np.array([0.0, 0.4, 0.8]), np.full(3, 0.01), np.ones((3, 1)))
    >>> low, high = confidence_prediction(rows, 0.95)
    >>> round((low + high) / 2, 6), high > 2
    (0.4, True)
    """
    mixture = _mixture(rows)
    if not mixture.se.any():  # effects are all equal
        return float(mixture.mu[0]), float(mixture.mu[0])
    spread = mixture.tau + mixture.se
    low, high = float((mixture.mu - spread).min()), float((mixture.mu + spread).max())
    tail = (1 - level) / 2
    return _quantile(mixture, tail, low, high), _quantile(mixture, 1 - tail, low, high)


def _mixture(rows: Rows) -> _Mixture:
    zero, tau2, weight = _confidence_distribution(rows)
    df = rows.X.shape[0] - 1
    at = [least_squares(rows.y, rows.v, rows.X, t) for t in (0.0, *tau2)]
    return _Mixture(
        weight=np.array([zero, *weight]),
        mu=np.array([fit.beta[0] for fit in at]),
        se=np.sqrt([fit.vcov[0, 0] * fit.q / df for fit in at]),
        tau=np.sqrt([0.0, *tau2]),
        df=df,
    )


def _confidence_distribution(rows: Rows) -> tuple[float, FloatArray, FloatArray]:
    """Probability that τ² is 0, and values above with their probabilities."""
    y, v, X = rows.y, rows.v, rows.X
    form = generalised_q(contrasts(y, v, X).y, X, 1 / v)

    def above(tau2: float) -> float:
        """Probability of a Q larger than observed, which increases with τ²."""
        return 1 - probability_below(form.q, form.a * (v + tau2), form.basis)

    zero = above(0.0)
    u, w = _unit_nodes(NODES)
    values, low = [], 0.0
    for target in zero + (1 - zero) * u:
        low = _increasing_to(above, float(target), low, float(v.min()))
        values.append(low)
    return zero, np.array(values), (1 - zero) * w


def _increasing_to(
    function: Callable[[float], float], target: float, low: float, unit: float
) -> float:
    high = max(2 * low, unit)
    while function(high) < target:
        low, high = high, 4 * high
    if function(low) >= target:
        return low
    root = brentq(
        lambda t: function(t) - target,
        low,
        high,
        xtol=TOLERANCE * unit,
        rtol=TOLERANCE,
    )
    return float(root)


def _unit_nodes(n: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss and Legendre on the interval from 0 to 1."""
    x, w = legendre(n)
    return (x + 1) / 2, w / 2


def _quantile(mixture: _Mixture, p: float, low: float, high: float) -> float:
    """Where the mixture's distribution function is p."""
    width = max(high - low, np.finfo(float).tiny)
    while mixture.below(low) > p:
        low -= width
        width *= 2
    while mixture.below(high) < p:
        high += width
        width *= 2
    return float(brentq(lambda x: mixture.below(x) - p, low, high, rtol=1e-12))
