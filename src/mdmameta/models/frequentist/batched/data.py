"""Many data sets side by side, and their weighted least squares without matrices."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.regression import ROUNDING

Mask = NDArray[np.bool_]

#: A column of which this part alone is left, when those before it are taken
#: out, is one of them: rounding leaves a ten-thousandth of it.
DEPENDENT = 1e-12


@dataclass(frozen=True, slots=True)
class Basis:
    """Columns of the design made orthonormal in the weights, UᵀWU = I.

    Parameters
    ----------
    u
        The p columns, each of shape (k, n), or (n,) for a column of equal
        numbers, as a mean has.
    norm2
        Sum of squares of each before it was made 1, shape (p, n); their
        product is the determinant of XᵀWX.
    turn
        What makes U of the columns of the design, shape (p, p, n).
    """

    u: tuple[FloatArray, ...]
    norm2: FloatArray
    turn: FloatArray


@dataclass(frozen=True, slots=True)
class Many:
    """Effects and variances of n data sets, a column each; rows left out weigh 0.

    A column a data set, since sums over few rows are then sums of long rows.

    Parameters
    ----------
    y, v
        Shape (k, n), or (k, 1) where all have the same; any finite number,
        and a positive one, where left out.
    inside
        1 for the rows that each data set has, 0 for others, shape (k, n), or
        None for all.
    X
        One design for all, shape (k, p), its columns best orthonormal; None
        for a mean.
    n
        Number of data sets.
    k
        Number of rows of each, shape (n,); found from the others.
    """

    y: FloatArray
    v: FloatArray
    inside: FloatArray | None
    X: FloatArray | None
    n: int
    k: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        rows = self.v.shape[0]
        if self.inside is None:
            k = np.full(self.n, float(rows))
        else:
            k = np.ones(rows) @ self.inside
        object.__setattr__(self, "k", k)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return 1 if self.X is None else self.X.shape[1]

    @property
    def df(self) -> FloatArray:
        """Residual degrees of freedom k − p, shape (n,)."""
        return self.k - self.p

    @property
    def smallest(self) -> FloatArray:
        """Smallest variance of each, shape (n,)."""
        v = self.v if self.inside is None else np.where(self.inside > 0, self.v, np.inf)
        return np.broadcast_to(v.min(axis=0), self.n)

    def take(self, which: NDArray[np.intp]) -> Many:
        """Return some of the data sets, each as often as asked."""

        def columns(array: FloatArray) -> FloatArray:
            # Not array[:, which], whose columns would lie one behind the other.
            return array if array.shape[1] == 1 else array.take(which, axis=1)

        inside = None if self.inside is None else self.inside.take(which, axis=1)
        return Many(columns(self.y), columns(self.v), inside, self.X, len(which))

    def only(self, weights: FloatArray) -> FloatArray:
        """Put 0 for rows left out, in place, shape (k, n)."""
        if self.inside is None:
            return weights
        return np.multiply(weights, self.inside, out=weights)

    def weights(self, tau2: FloatArray) -> FloatArray:
        """Return 1 / (v + τ²), and 0 for rows left out, shape (k, n)."""
        total = self.v + tau2
        above = 1.0 if self.inside is None else self.inside
        return np.divide(above, total, out=total)

    def equal_weights(self) -> FloatArray:
        """Return 1, and 0 for rows left out, shape (k, n)."""
        if self.inside is None:
            return np.ones((self.v.shape[0], self.n))
        return self.inside

    def basis(self, w: FloatArray) -> Basis:
        """Orthonormal columns in given weights, by Gram and Schmidt."""
        if self.X is None:
            norm2 = w.sum(axis=0)
            root = 1 / np.sqrt(norm2)
            return Basis((root,), norm2[None], root[None, None])
        p = self.p
        turn, norm2 = np.zeros((p, p, self.n)), np.empty((p, self.n))
        u: list[FloatArray] = []
        for j in range(p):
            column = np.broadcast_to(self.X[:, j, None], w.shape)
            turn[j, j] = 1.0
            for i, before in enumerate(u):
                share = (w * before * column).sum(axis=0)
                column = column - before * share
                turn[:, j] -= turn[:, i] * share
            norm2[j] = (w * column**2).sum(axis=0)
            with np.errstate(divide="ignore"):
                root = 1 / np.sqrt(norm2[j])
            u.append(column * root)
            turn[:, j] *= root
        return Basis(tuple(u), norm2, turn)

    def independent(self) -> Mask:
        """Tell where the rows there are determine every coefficient, shape (n,)."""
        if self.inside is None or self.X is None:
            return self.k > 0
        size2 = (self.X**2).T @ self.inside
        left = np.where(size2 > 0, DEPENDENT**2 * size2, np.inf)
        with np.errstate(invalid="ignore", over="ignore"):
            enough = self.basis(self.equal_weights()).norm2 > left
        return np.asarray(enough.all(axis=0))


@dataclass(frozen=True, slots=True)
class AtZero:
    """What the data sets are like at τ² = 0.

    Parameters
    ----------
    q
        Cochran's Q, shape (n,).
    trace
        Trace of P, shape (n,).
    total
        Sum of 1 / v, shape (n,).
    """

    q: FloatArray
    trace: FloatArray
    total: FloatArray


def at_zero(data: Many) -> AtZero:
    """Compute Q and the traces of centred data sets at τ² = 0."""
    w = data.weights(np.zeros(data.n))
    basis = data.basis(w)
    r = least_squares(data, w, basis)[1]
    w2, total = w * w, w.sum(axis=0)
    trace = total.copy()
    for u in basis.u:
        trace -= dot(w2, u, u)
    return AtZero((w * r * r).sum(axis=0), trace, total)


def dot(a: FloatArray, u: FloatArray, s: FloatArray | None = None) -> FloatArray:
    """Sum a u, or a u s, over the rows, shape (n,)."""
    if u.ndim == 1:
        alike: FloatArray = u * a.sum(axis=0)
        return alike if s is None else alike * s
    product = a * u if s is None else a * u * s
    total: FloatArray = product.sum(axis=0)
    return total


def least_squares(
    data: Many, w: FloatArray, basis: Basis
) -> tuple[list[FloatArray], FloatArray]:
    """Coefficients of the basis, p of shape (n,), and residuals, shape (k, n).

    Rows left out have residuals too, which weigh nothing.
    """
    wy, r = w * data.y, data.y
    c = [dot(wy, u) for u in basis.u]
    for u, share in zip(basis.u, c, strict=True):
        r = r - u * share
    return c, r


def centred(data: Many) -> tuple[Many, FloatArray]:
    """Take the fitted part out of y, so that large means cost no digits.

    Returns
    -------
    tuple
        The data sets with residuals of unweighted least squares for y, 0 where
        they are rounding, and what was taken out as coefficients, (p, n).
    """
    w = data.equal_weights()
    basis = data.basis(w)
    c, r = least_squares(data, w, basis)
    r = data.only(r)
    out = np.einsum("ijn,jn->in", basis.turn, np.array(c))
    size = np.abs(out[0])
    if data.X is not None:
        size = (np.abs(data.X) @ np.abs(out)).max(axis=0)
    rounding = (r**2).max(axis=0) <= (ROUNDING * size) ** 2
    r[:, rounding] = 0.0
    return Many(r, data.v, data.inside, data.X, data.n), out
