"""Counts of trials with linear predictors that hold normal random effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.families import (
    EVERYWHERE,
    Family,
    repeated,
)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Problem:
    """A likelihood of k trials of J arms, with q random effects a trial.

    The predictor of an arm is offset + cα + xᵀβ + dᵀLz, with z ~ N(0, I) and L
    lower triangular; it is linear in all parameters, given z. α is the trial's
    own parameter: its level, or its contrast.

    Parameters
    ----------
    family
        Of the counts.
    offset
        Shape (k, J).
    X
        Design of the coefficients β, shape (k, J, p).
    D
        Loadings of the random effects, shape (k, J, q).
    entries
        Places (row, column) of L that are estimated, shape (s, 2).
    own
        What a trial's own parameter is multiplied by, c, shape (k, J); None
        when trials have none.
    base
        What L holds beside the entries that are estimated, shape (q, q); None
        for nothing.
    """

    family: Family
    offset: FloatArray
    X: FloatArray
    D: FloatArray
    entries: NDArray[np.intp]
    own: FloatArray | None = None
    base: FloatArray | None = None

    @property
    def k(self) -> int:
        """Number of trials."""
        return int(self.X.shape[0])

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.X.shape[2])

    @property
    def q(self) -> int:
        """Number of random effects of a trial."""
        return int(self.D.shape[2])

    @property
    def cut_off(self) -> bool:
        """Whether the integral over random effects ends where risks do."""
        return self.q > 0 and self.family.bounds != EVERYWHERE

    @property
    def abrupt(self) -> bool:
        """Whether it ends above 0 there, so that derivatives miss what moves in."""
        return self.cut_off and self.family.abrupt

    @property
    def parameters(self) -> int:
        """Number of all parameters."""
        return self.p + len(self.entries) + (0 if self.own is None else self.k)

    def fixed(self, at: Point) -> FloatArray:
        """Linear predictors without the random effects, shape (k, J)."""
        own = 0.0 if self.own is None else self.own * at.alpha[:, None]
        return np.asarray(self.offset + self.X @ at.beta + own)

    def loads(self, at: Point) -> FloatArray:
        """Give the loadings of the standardised random effects, shape (k, J, q)."""
        return np.asarray(self.D @ self.factor(at.scales))

    def factor(self, scales: FloatArray) -> FloatArray:
        """Factor L of the covariance of the random effects."""
        L = np.zeros((self.q, self.q)) if self.base is None else self.base.copy()
        L[tuple(self.entries.T)] = scales
        return L


@dataclass(frozen=True, eq=False, slots=True)
class Point:
    """Values of all parameters: own (k,), coefficients (p,), scales (s,)."""

    alpha: FloatArray
    beta: FloatArray
    scales: FloatArray

    @property
    def shared(self) -> FloatArray:
        """Coefficients and scales together."""
        return np.concatenate([self.beta, self.scales])

    def moved(self, alpha: FloatArray, shared: FloatArray) -> Point:
        """Add steps of the own parameters and of the shared parameters."""
        p = self.beta.size
        return Point(
            self.alpha + alpha, self.beta + shared[:p], self.scales + shared[p:]
        )


def side_by_side(of: Problem, points: Sequence[Point]) -> tuple[Problem, Point]:
    """Make one problem, without parameters, of the same trials at several points.

    One evaluation of it takes little longer than one of a few trials.

    Parameters
    ----------
    of
        The likelihood of k trials.
    points
        Where it is wanted, m of them.

    Returns
    -------
    Problem
        Of k · m trials: all at the first point, all at the second, …
    Point
        The only one that it has.
    """
    offset = np.concatenate([of.fixed(point) for point in points])
    many = Problem(
        family=repeated(of.family, len(points)),
        offset=offset,
        X=np.zeros((*offset.shape, 0)),
        D=np.concatenate([of.loads(point) for point in points]),
        entries=np.zeros((0, 2), dtype=np.intp),
        base=np.eye(of.q),
    )
    return many, Point(np.zeros(0), np.zeros(0), np.zeros(0))
