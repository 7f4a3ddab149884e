"""Random effects as covariances that are quadratic in free parameters.

Every random term adds [same outer group] · G[inner_i, inner_j] to the
covariance of rows i and j, with G = Σ c_m B_m and c_m = (1, θ) Q_m (1, θ)ᵀ. A
variance at 0 is then an ordinary point of the parameters, θ = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Term:
    """One random term of the model.

    Parameters
    ----------
    name
        Of the level, or of inner and outer variable.
    kind
        "level", or the structure of G.
    outer, inner
        Codes of the group and of the place within it, shape (k,).
    labels
        Of the groups, in the order of their codes.
    inner_labels
        Of the inner levels; empty for a nested level.
    B
        Patterns, shape (m, inner levels, inner levels).
    Q
        Their coefficients as quadratic forms of (1, θ), shape (m, 1+q, 1+q).
    positive
        Parameters whose sign matters, and must not be negative; none when left
        out.
    """

    name: str
    kind: str
    outer: NDArray[np.intp]
    inner: NDArray[np.intp]
    labels: tuple[str, ...]
    inner_labels: tuple[str, ...]
    B: FloatArray
    Q: FloatArray
    positive: tuple[int, ...] = ()

    @property
    def q(self) -> int:
        """Number of free parameters."""
        return int(self.Q.shape[1] - 1)

    def coefficients(self, theta: FloatArray) -> FloatArray:
        """Coefficients c of the patterns, shape (m,)."""
        full = np.concatenate([[1.0], theta])
        c: FloatArray = full @ self.Q @ full
        return c

    def covariance(self, theta: FloatArray) -> FloatArray:
        """Covariance G of the inner levels within one group."""
        G: FloatArray = np.tensordot(self.coefficients(theta), self.B, 1)
        return G


def constant(values: FloatArray) -> FloatArray:
    """Forms without free parameters, shape (m, 1, 1).

    Examples
    --------
    >>> constant(np.array([2.0])).tolist()
    [[[2.0]]]
    """
    return np.asarray(values, dtype=float)[:, None, None]


def squares(scales: FloatArray) -> FloatArray:
    """Forms c_m = Σ_j scales[m, j] θ_j², shape (m, 1+q, 1+q).

    Examples
    --------
    >>> squares(np.array([[3.0]]))[0].tolist()
    [[0.0, 0.0], [0.0, 3.0]]
    """
    m, q = scales.shape
    Q = np.zeros((m, 1 + q, 1 + q))
    at = np.arange(1, 1 + q)
    Q[:, at, at] = scales
    return Q


def products(rows: FloatArray) -> FloatArray:
    """Forms of the lower triangle of LLᵀ when L is affine in θ.

    Parameters
    ----------
    rows
        L[a, s] = rows[a, s] · (1, θ), shape (levels, columns, 1+q).

    Returns
    -------
    numpy.ndarray
        In the order of `pairs`, shape (m, 1+q, 1+q).
    """
    forms = [rows[a].T @ rows[b] for a, b in pairs(len(rows))]
    return np.array([(form + form.T) / 2 for form in forms])


def pairs(levels: int) -> list[tuple[int, int]]:
    """Places (a, b), b ≤ a, of the lower triangle.

    Examples
    --------
    >>> pairs(2)
    [(0, 0), (1, 0), (1, 1)]
    """
    return [(a, b) for a in range(levels) for b in range(a + 1)]


def pair_patterns(levels: int) -> FloatArray:
    """Symmetric matrices with ones at each pair, shape (m, levels, levels).

    Examples
    --------
    >>> pair_patterns(2)[1].tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    B = np.zeros((levels * (levels + 1) // 2, levels, levels))
    for m, (a, b) in enumerate(pairs(levels)):
        B[m, a, b] = B[m, b, a] = 1.0
    return B


def joined(terms: tuple[Term, ...]) -> FloatArray:
    """Forms of all terms on their parameters side by side, (M, 1+q, 1+q).

    Parameters
    ----------
    terms
        In the order of their parameters.
    """
    q = sum(term.q for term in terms)
    Q = np.zeros((sum(len(term.B) for term in terms), 1 + q, 1 + q))
    row, column = 0, 1
    for term in terms:
        at = np.concatenate([[0], np.arange(column, column + term.q)])
        m = np.arange(row, row + len(term.B))
        Q[np.ix_(m, at, at)] = term.Q
        row, column = row + len(term.B), column + term.q
    return Q
