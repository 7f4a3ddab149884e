"""Variances of robumeta's two working models, by the method of moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.clusters import Clusters
from mdmameta.models.frequentist.regression import orthogonalise
from mdmameta.models.frequentist.working import bread_of

#: Relative determinant below which two variances cannot be told apart.
SINGULAR = 1e-10


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """Rows in the order of their clusters.

    Parameters
    ----------
    y, v
        Effects and variances, shape (k,).
    Q
        Design with orthonormal columns, shape (k, p).
    clusters
        Where each cluster begins.
    """

    y: FloatArray
    v: FloatArray
    Q: FloatArray
    clusters: Clusters


@dataclass(frozen=True, slots=True)
class WorkingVariances:
    """Variances of a working model, and the statistic they came from.

    Parameters
    ----------
    between, within
        τ² of studies and ω² of effects within studies; ω² is NaN where the
        model has none, 0 where it cannot be told from τ².
    q
        Weighted residual sum of squares before either is allowed for.
    i2
        Percent of q beyond its expectation, at least 0; NaN where undefined.
    separable
        False when no cluster has two rows, so that τ² stands for both.
    """

    between: float
    within: float
    q: float
    i2: float
    separable: bool = True


def sample(y: FloatArray, v: FloatArray, X: FloatArray, clusters: Clusters) -> Sample:
    """Put rows in the order of their clusters, and make the design orthonormal."""
    at = clusters.order
    return Sample(y[at], v[at], orthogonalise(X)[0][at], clusters)


def mean_variances(of: Sample) -> tuple[FloatArray, FloatArray]:
    """Size of each row's cluster, and its mean variance; shapes (k,).

    Examples
    --------
    >>> from mdmameta.models.frequentist.clusters import clusters_of
    >>> y, v = np.zeros(3), np.array([1.0, 3.0, 5.0])
    >>> of = sample(y, v, np.ones((3, 1)), clusters_of(["a", "a", "b"]))
    >>> mean_variances(of)
    (array([2., 2., 1.]), array([2., 2., 5.]))
    """
    sizes = of.clusters.sizes
    n: FloatArray = np.repeat(sizes, sizes).astype(float)
    mean = of.clusters.sums(of.v) / sizes
    return n, np.repeat(mean, sizes)


def correlated_effects(of: Sample, rho: float) -> WorkingVariances:
    """Estimate τ² when the effects of a study correlate by ρ.

    Weights are 1 / (k_j v̄_j). The expectation of their residual sum of
    squares is linear in ρ and τ².

    Parameters
    ----------
    of
        Rows by clusters.
    rho
        Correlation of the sampling errors within studies.

    References
    ----------
    Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5, equation 15.
    """
    n, mean = mean_variances(of)
    w = 1 / (n * mean)
    B = bread_of(of.Q, w)
    r = of.y - of.Q @ (B @ of.y)
    q = float(w @ r**2)
    sampling = _weighted_rows(of, w, B, (1 - rho) * mean) + _weighted_blocks(
        of, w, B, np.sqrt(rho * mean)
    )
    excess = q - sampling
    tau2 = excess / _weighted_blocks(of, w, B, np.ones_like(w))
    i2 = max(0.0, 100 * excess / q) if q > 0 else np.nan
    return WorkingVariances(max(0.0, tau2), np.nan, q, i2)


def hierarchical_effects(of: Sample) -> WorkingVariances:
    """Estimate τ² between and ω² within studies of independent errors.

    Two statistics have their expectation solved for the two variances: the
    residual sum of squares with weights 1 / v, and the sum over studies of
    the squared sum of residuals. A negative ω² becomes 0, then τ² follows
    from the first statistic, and a negative τ² becomes 0.

    Parameters
    ----------
    of
        Rows by clusters.

    References
    ----------
    Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5, section 4.2.
    """
    w, one = 1 / of.v, np.ones_like(of.v)
    B = bread_of(of.Q, w)
    r = of.y - of.Q @ (B @ of.y)
    q, q1 = float(w @ r**2), float((of.clusters.sums(r) ** 2).sum())
    G = _summed_residuals(of, B)
    slopes = np.array(
        [
            [_weighted_blocks(of, w, B, one), _weighted_rows(of, w, B, one)],
            [(of.clusters.sums(G) ** 2).sum(), (G**2).sum()],
        ]
    )
    excess = np.array([q - _weighted_rows(of, w, B, of.v), q1 - (G**2 @ of.v).sum()])
    scale = np.abs(slopes).max(axis=1, keepdims=True)
    separable = bool(abs(np.linalg.det(slopes / scale)) > SINGULAR)
    omega2 = max(0.0, np.linalg.solve(slopes, excess)[1]) if separable else 0.0
    tau2 = max(0.0, (excess[0] - slopes[0, 1] * omega2) / slopes[0, 0])
    return WorkingVariances(float(tau2), float(omega2), q, np.nan, separable)


def _weighted_rows(of: Sample, w: FloatArray, B: FloatArray, s: FloatArray) -> float:
    """Give the mean of the weighted sum of squares by errors of variance s."""
    return float(w @ s - np.trace((B * s) @ (of.Q * w[:, None])))


def _weighted_blocks(of: Sample, w: FloatArray, B: FloatArray, u: FloatArray) -> float:
    """Give its mean by one error for each cluster, times u in each row."""
    left = of.clusters.sums(B * u)
    right = of.clusters.sums(of.Q.T * (w * u))
    return float(w @ u**2 - np.trace(left @ right.T))


def _summed_residuals(of: Sample, B: FloatArray) -> FloatArray:
    """Take errors to the sum of residuals of each cluster, shape (m, k)."""
    m, sizes = of.clusters.m, of.clusters.sizes
    member = np.repeat(np.eye(m), sizes, axis=1)
    summed: FloatArray = member - of.clusters.sums(of.Q.T).T @ B
    return summed
