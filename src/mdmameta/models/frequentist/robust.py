"""Cluster-robust covariance of the coefficients of a weighted regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.frequentist.clusters import Clusters, clusters_of
from mdmameta.models.frequentist.regression import orthogonalise
from mdmameta.models.frequentist.working import Working, bread_of, times
from mdmameta.options import RobustKind, check_option

#: Eigenvalues below this share of the largest are rounding: the cluster's
#: residuals cannot vary in that direction (a moderator of its own).
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sandwich:
    """A cluster-robust covariance and what its own sampling moments follow from.

    With residuals e, the covariance is the sum over clusters of (Fᵢeᵢ)(Fᵢeᵢ)ᵀ.
    Rows are in the order of ``clusters``.

    Parameters
    ----------
    kind, clusters
        What was asked, and the m clusters.
    vcov
        Covariance of the coefficients, shape (p, p).
    F
        From residuals to coefficients, adjustment included, shape (p, k).
    Q, B
        Orthonormal design and its bread, shapes (k, p) and (p, k).
    Phi
        Covariance of the errors for which it is computed, (k,) or (k, k).
    """

    kind: RobustKind
    clusters: Clusters
    vcov: FloatArray
    F: FloatArray
    Q: FloatArray
    B: FloatArray
    Phi: FloatArray


def robust_covariance(
    working: Working,
    cluster: ArrayLike,
    kind: RobustKind = "CR2",
    target: FloatArray | None = None,
) -> Sandwich:
    """Estimate the covariance of coefficients from residuals, cluster by cluster.

    Parameters
    ----------
    working
        The weighted regression.
    cluster
        Label of the cluster of each of its k rows.
    kind
        "CR0": as they are; "CR1", "CR1p", "CR1S": times m/(m−1), m/(m−p),
        m(k−1)/((m−1)(k−p)); "CR2": adjusted until unbiased when ``target`` is
        true; "CR3": near to leaving out a cluster at a time.
    target
        Covariance of the errors that CR2 and all degrees of freedom assume,
        (k,) if diagonal, else (k, k); the marginal covariance of the model
        when left out.

    Returns
    -------
    Sandwich

    Raises
    ------
    ModelError
        For fewer than two clusters, a missing label, as many coefficients as
        clusters (CR1p) or rows (CR1S), or a cluster that alone determines a
        coefficient (CR3).

    References
    ----------
    Bell and McCaffrey 2002, Survey Methodology 28(2), 169-181; Pustejovsky and
    Tipton 2018, doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> working = Working(
    ...     y=np.array([1.0, 3.0, 2.0]), X=np.ones((3, 1)), W=np.ones(3),
    ...     M=np.ones(3), rows=np.arange(3))
    >>> robust_covariance(working, ["a", "b", "c"], "CR2").vcov.round(9)
    array([[0.33333333]])
    """
    check_option("kind", kind, RobustKind)
    clusters = clusters_of(cluster, working.rows)
    at = clusters.order
    basis, inverse = orthogonalise(working.X)
    Q = basis[at]
    B = bread_of(Q, _reordered(working.W, at))
    Phi = _reordered(working.M if target is None else target, at)
    F = inverse @ _adjusted(kind, clusters, Q, B, Phi)
    y = working.y[at]
    scores = clusters.sums(F * (y - Q @ (B @ y)))
    return Sandwich(
        kind=kind, clusters=clusters, vcov=scores @ scores.T, F=F, Q=Q, B=B, Phi=Phi
    )


def _reordered(matrix: FloatArray, order: NDArray[np.intp]) -> FloatArray:
    at = order if matrix.ndim == 1 else np.ix_(order, order)
    taken: FloatArray = matrix[at]
    return taken


def _adjusted(
    kind: str, clusters: Clusters, Q: FloatArray, B: FloatArray, Phi: FloatArray
) -> FloatArray:
    if kind not in ("CR2", "CR3"):
        scaled: FloatArray = B * np.sqrt(_factor(kind, clusters.m, *Q.shape))
        return scaled
    F = np.empty_like(B)
    G = times(B, Phi)
    spread = G @ B.T
    for of, places in clusters.of_equal_size():
        Qi, Bi = Q[places], B[:, places].transpose(1, 0, 2)
        if kind == "CR3":
            _check_leverage(Qi @ Bi, clusters, of)
            A = np.linalg.inv(np.eye(places.shape[1]) - Qi @ Bi)
        else:
            cross = Qi @ G[:, places].transpose(1, 0, 2)
            truth = _blocks(Phi, places)
            fitted = cross + turned(cross) - Qi @ spread @ turned(Qi)
            A = _unbiasing(truth, truth - fitted)
        F[:, places] = (Bi @ A).transpose(1, 0, 2)
    return F


def _blocks(Phi: FloatArray, places: NDArray[np.intp]) -> FloatArray:
    if Phi.ndim == 1:
        diagonal: FloatArray = Phi[places][:, :, None] * np.eye(places.shape[1])
        return diagonal
    blocks: FloatArray = Phi[places[:, :, None], places[:, None, :]]
    return blocks


def _unbiasing(target: FloatArray, residual: FloatArray) -> FloatArray:
    """Find A with A·residual·Aᵀ = target where residuals can vary, (g, n, n)."""
    root: FloatArray = np.linalg.cholesky(target).astype(float)
    d, U = np.linalg.eigh(turned(root) @ residual @ root)
    scale = np.linalg.norm(turned(root) @ target @ root, axis=(1, 2))[:, None]
    free = d > NEGLIGIBLE * scale
    power = np.where(free, 1 / np.sqrt(np.where(free, d, 1.0)), 0.0)
    half = root @ U
    A: FloatArray = (half * power[:, None, :]) @ turned(half)
    return A


def turned(stack: FloatArray) -> FloatArray:
    """Transpose each matrix of a stack.

    Examples
    --------
    >>> turned(np.ones((5, 2, 3))).shape
    (5, 3, 2)
    """
    return np.swapaxes(stack, -1, -2)


def _check_leverage(hat: FloatArray, clusters: Clusters, of: NDArray[np.intp]) -> None:
    least = np.linalg.svd(np.eye(hat.shape[1]) - hat, compute_uv=False)[:, -1]
    alone = of[least < NEGLIGIBLE]
    if alone.size:
        raise ModelError(
            "kind='CR3' does not exist here: a coefficient is determined by cluster "
            f"{', '.join(map(repr, clusters.labels[alone]))} alone. Use 'CR2'."
        )


def _factor(kind: str, m: int, k: int, p: int) -> float:
    if kind == "CR0":
        return 1.0
    if kind == "CR1":
        return m / (m - 1)
    if kind == "CR1S":
        if k <= p:
            raise ModelError(
                f"kind='CR1S' divides by rows minus coefficients, here {k} - {p}. "
                "Use fewer moderators."
            )
        return m * (k - 1) / ((m - 1) * (k - p))
    if m <= p:
        raise ModelError(
            f"kind={kind!r} divides by clusters minus coefficients, here {m} - {p}. "
            "Use 'CR2', or fewer moderators."
        )
    return m / (m - p)
