"""Quadrature between the edges of possible risks, where the likelihood ends."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.gauss import legendre
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem

#: Standard deviations on each side of a mode that are integrated over.
WIDEST = 8.0
#: The same for a few nodes, times the square root of their number: further apart they
#: would miss the mode.
SPREAD = 1.5


def nodes_between_edges(
    of: Problem, at: Point, modes: tuple[FloatArray, FloatArray], count: int
) -> tuple[FloatArray, FloatArray]:
    """Gauss–Legendre nodes in the part of the space that risks allow.

    The integrand is smooth there, and may end at an edge far from 0, where
    Gauss–Hermite nodes beyond would count for nothing and the sum would jump
    when one comes in.

    Parameters
    ----------
    of, at
        The likelihood, whose family has bounds, and where it is evaluated.
    modes
        Of the integrand, shape (k, q), and minus its curvature, (k, q, q).
    count
        Nodes a dimension; q is 1 or 2.

    Returns
    -------
    tuple of numpy.ndarray
        Nodes, shape (k, q, m), and logarithms of their weights, (k, m); −∞
        where nothing is allowed.
    """
    reach = min(WIDEST, SPREAD * np.sqrt(count))
    A, b = _concatenated(_risks(of, at), _around(*modes, reach))
    x, w = legendre(count)
    if of.q == 1:
        z, width = _spread(*_limits(A[..., 0], b), x)
        with np.errstate(divide="ignore"):
            return z[:, None, :], np.log(width[:, None] * w)
    outer, width = _spread(*_limits(*_without_last(A, b)), x)
    rest = b[:, None, :] - A[:, None, :, 0] * outer[:, :, None]
    inner, widths = _spread(*_limits(A[:, None, :, 1], rest), x)
    weights = (width[:, None, None] * w[:, None]) * (widths[:, :, None] * w)
    z = np.stack(np.broadcast_arrays(outer[:, :, None], inner), axis=1)
    with np.errstate(divide="ignore"):
        return z.reshape(of.k, 2, -1), np.log(weights.reshape(of.k, -1))


def _risks(of: Problem, at: Point) -> tuple[FloatArray, FloatArray]:
    """Give A and b of A z ≥ b, which keeps every predictor within its bounds."""
    low, high = of.family.bounds
    loads, fixed = of.loads(at), of.fixed(at)
    # A bound at infinity asks for a z ≥ −∞, which holds.
    return _concatenated((loads, low - fixed), (-loads, fixed - high))


def _around(
    centre: FloatArray, curve: FloatArray, reach: float
) -> tuple[FloatArray, FloatArray]:
    """Give the same of a box around the mode; the last side given the first."""
    k, q = centre.shape
    T = np.tile(np.eye(q), (k, 1, 1))
    T[:, -1] = curve[:, -1] / curve[:, -1, -1:]
    sd = np.sqrt(np.diagonal(np.linalg.inv(curve), axis1=1, axis2=2)).copy()
    sd[:, -1] = 1 / np.sqrt(curve[:, -1, -1])
    middle = (T @ centre[:, :, None])[:, :, 0]
    return _concatenated((T, middle - reach * sd), (-T, -middle - reach * sd))


def _concatenated(
    *rows: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    A, b = zip(*rows, strict=True)
    return np.concatenate(A, axis=1), np.concatenate(b, axis=1)


def _without_last(A: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fourier–Motzkin: what A z ≥ b leaves to the first of two dimensions."""
    up, down = np.maximum(A[..., 1], 0), np.maximum(-A[..., 1], 0)
    alone = A[..., 1] == 0

    def pairs(c: FloatArray) -> FloatArray:
        both = c[:, :, None] * down[:, None, :] + c[:, None, :] * up[:, :, None]
        used = (up[:, :, None] > 0) & (down[:, None, :] > 0)
        return np.where(used, both, 0.0).reshape(len(c), -1)

    return _concatenated(
        (np.where(alone, A[..., 0], 0.0), np.where(alone, b, 0.0)),
        (pairs(A[..., 0]), pairs(b)),
    )


def _limits(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the ends of the interval of z that a z ≥ b allows, rows last."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at = b / a
    low = np.where(a > 0, at, -np.inf).max(axis=-1)
    high = np.where(a < 0, at, np.inf).min(axis=-1)
    impossible = ((a == 0) & (b > 0)).any(axis=-1) | (high < low)
    return low, np.where(impossible, low, high)


def _spread(
    low: FloatArray, high: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Nodes from low to high, added last, and half the widths."""
    half = (high - low) / 2
    return low[..., None] + half[..., None] * (1 + x), half
