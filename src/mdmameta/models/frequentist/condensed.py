"""Sums of a smooth function over many positive numbers, by few points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray

#: Chebyshev points in each factor of two. For log(1 + 2ds) and 1 / (1 + 2ds), with
#: s no further than two right angles less 63° from the positive axis, what
#: interpolation leaves falls tenfold with less than two points.
POINTS = 24

#: Fewer numbers are their own points.
FEW = 400


@dataclass(frozen=True, eq=False, slots=True)
class Condensed:
    """Points that stand for numbers d, each with a matrix bbᵀ.

    Parameters
    ----------
    d
        The points, shape (m,).
    count
        Weights w with Σ f(dᵢ) = Σ w f, shape (m,).
    products
        Matrices W with Σ f(dᵢ) bᵢbᵢᵀ = Σ f W, shape (m, p, p).
    """

    d: FloatArray
    count: FloatArray
    products: FloatArray


def condense(d: FloatArray, basis: FloatArray) -> Condensed:
    """Replace many numbers by Chebyshev points of equal sums; cost is linear.

    The numbers are sorted into ranges of a factor of two; in each a function is
    taken as the polynomial that interpolates it, whose sum over the numbers
    is a weighted sum of its values at the points.

    Parameters
    ----------
    d
        Numbers, zero or above, shape (n,).
    basis
        Rows b, shape (n, p).

    Examples
    --------
    >>> d = np.linspace(1, 3, 1000)
    >>> found = condense(d, np.ones((1000, 1)))
    >>> found.d.size, round(float(found.count @ np.log(found.d) - np.log(d).sum()), 9)
    (48, 0.0)
    """
    products = basis[:, :, None] * basis[:, None, :]
    if d.size <= FEW or not (d > 0).all():
        return Condensed(d, np.ones(d.size), products)
    p = basis.shape[1]
    columns = np.column_stack([np.ones(d.size), products.reshape(d.size, p * p)])
    octave = np.floor(np.log2(d / d.min()) * (1 - 1e-15)).astype(int)
    points, weights = [], []
    for one in np.unique(octave):
        low = d.min() * 2.0**one
        inside = octave == one
        points.append(low * (1.5 + 0.5 * NODES))
        t = np.clip(2 * d[inside] / low - 3, -1, 1)
        weights.append(VALUES.T @ _moments(t, columns[inside]))
    weight = np.concatenate(weights)
    return Condensed(
        np.concatenate(points), weight[:, 0], weight[:, 1:].reshape(len(weight), p, p)
    )


def _moments(t: FloatArray, columns: FloatArray) -> FloatArray:
    """Add up columns times Chebyshev polynomials at t, shape (POINTS, c)."""
    before, now = np.ones_like(t), t
    found = [before @ columns, now @ columns]
    for _ in range(POINTS - 2):
        before, now = now, 2 * t * now - before
        found.append(now @ columns)
    return np.array(found)


#: Chebyshev points of the first kind.
NODES = np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
#: Coefficients of the interpolating polynomials, shape (degree, point).
VALUES = np.cos(np.outer(np.arange(POINTS), np.arccos(NODES))) * 2 / POINTS
VALUES[0] /= 2
