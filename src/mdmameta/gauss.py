"""Nodes and weights of Gaussian quadrature, each set solved for once."""

from __future__ import annotations

from functools import lru_cache

from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss

from mdmameta.arrays import FloatArray

__all__ = ["hermite", "legendre"]


@lru_cache(maxsize=32)
def legendre(n: int) -> tuple[FloatArray, FloatArray]:
    """Return n nodes between −1 and 1, and their weights.

    Every call gives the same arrays, which cannot be written to.

    Examples
    --------
    >>> x, w = legendre(2)
    >>> x.round(3).tolist(), w.tolist()
    ([-0.577, 0.577], [1.0, 1.0])
    """
    return _kept(*leggauss(n))


@lru_cache(maxsize=32)
def hermite(n: int) -> tuple[FloatArray, FloatArray]:
    """Return n nodes for the weight exp(−x²/2), and their weights.

    Every call gives the same arrays, which cannot be written to.

    Examples
    --------
    >>> x, w = hermite(2)
    >>> x.tolist(), (w / w.sum()).tolist()
    ([-1.0, 1.0], [0.5, 0.5])
    """
    return _kept(*hermegauss(n))


def _kept(x: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    x.setflags(write=False)
    w.setflags(write=False)
    return x, w
