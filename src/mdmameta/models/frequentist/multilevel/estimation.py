"""The numbers of a multilevel fit, in the units of the effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.design import Design
from mdmameta.models.frequentist.multilevel.blocks import dense
from mdmameta.models.frequentist.multilevel.likelihood import Solution
from mdmameta.models.frequentist.multilevel.maximum import Maximum
from mdmameta.models.frequentist.multilevel.problem import Problem, maximise
from mdmameta.models.frequentist.multilevel.terms import Term
from mdmameta.models.inputs import Usable


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimation:
    """A model estimated, with what it was estimated from.

    Parameters
    ----------
    usable, design
        Rows and columns of the regression.
    problem
        The likelihood, in units of its own.
    maximum
        Where it peaks.
    """

    usable: Usable
    design: Design
    problem: Problem
    maximum: Maximum

    @cached_property
    def solution(self) -> Solution:
        """Regression at the estimate, in the units of the problem."""
        return self.problem.solution(self.maximum.c)

    @cached_property
    def at_zero(self) -> Solution:
        """Regression without any random effect, in the units of the problem."""
        return self.problem.solution(np.zeros_like(self.maximum.c))

    @cached_property
    def beta(self) -> FloatArray:
        """Coefficients, shape (p,)."""
        Q, inverse = self.problem.basis
        total = Q.T @ self.usable.y + self.problem.unit * self.solution.beta
        beta: FloatArray = inverse @ total
        return beta

    @cached_property
    def vcov(self) -> FloatArray:
        """Their covariance, shape (p, p)."""
        inverse = self.problem.basis[1] * self.problem.unit
        vcov: FloatArray = inverse @ self.solution.vcov @ inverse.T
        return (vcov + vcov.T) / 2

    @property
    def residual_df(self) -> int:
        """Residual degrees of freedom, k − p."""
        return int(self.design.X.shape[0] - self.design.X.shape[1])

    def covariances(self) -> list[tuple[Term, FloatArray]]:
        """Each term with its G in the units of the effects."""
        found, row = [], 0
        for term in self.problem.terms:
            c = self.maximum.c[row : row + len(term.B)]
            G = np.tensordot(c, term.B, 1) * self.problem.unit**2
            found.append((term, G))
            row += len(term.B)
        return found

    @cached_property
    def row_variance(self) -> FloatArray:
        """Variance of the true effect of each row, shape (k,)."""
        total = np.zeros(self.usable.k)
        for term, G in self.covariances():
            total += np.diag(G)[term.inner]
        return total

    @cached_property
    def typical_v(self) -> float:
        """Sampling variance of a typical row, (k − p) / tr(P)."""
        zero, trace, lost = self.at_zero, 0.0, 0.0
        for stack, W in zip(self.problem.of, zero.W, strict=True):
            WX = W @ stack.X
            inside = (stack.rows >= 0)[..., None]
            trace += float((np.diagonal(W, axis1=1, axis2=2) * inside[..., 0]).sum())
            lost += float(np.einsum("gip,giq,pq->", WX, WX, zero.vcov))
        return float(self.residual_df * self.problem.unit**2 / (trace - lost))

    def log_likelihood(self, *, restricted: bool) -> float:
        """Log-likelihood at the estimate with its constant, as metafor's."""
        k, p = self.design.X.shape
        n = k - p if restricted else k
        value = self.solution.value(restricted=restricted)
        return float(value - n * (np.log(2 * np.pi) / 2 + np.log(self.problem.unit)))

    def weights(self) -> FloatArray:
        """Inverse marginal covariance, shape (k, k) or its diagonal (k,)."""
        blocks = [W / self.problem.unit**2 for W in self.solution.W]
        return dense(self.problem.of, blocks, self.usable.k)

    def weight_percent(self) -> FloatArray:
        """Percent of the weight of each row: row sums of the inverse, (k,)."""
        sums = np.zeros(self.usable.k)
        for stack, W in zip(self.problem.of, self.solution.W, strict=True):
            there = stack.rows >= 0
            total = np.einsum("gij,gj->gi", W, there.astype(float))
            sums[stack.rows[there]] = total[there]
        percent: FloatArray = 100 * sums / sums.sum()
        return percent

    def marginal(self) -> FloatArray:
        """Marginal covariance, shape (k, k) or its diagonal (k,)."""
        square, c = self.problem.unit**2, self.maximum.c
        blocks = [(s.V + np.tensordot(c, s.A, 1)) * square for s in self.problem.of]
        return dense(self.problem.of, blocks, self.usable.k)

    def marginal_of(self, rows: NDArray[np.intp]) -> FloatArray:
        """Marginal covariance of n of the rows among each other, shape (n, n)."""
        V = self.usable.V
        total = np.diag(self.usable.v[rows]) if V is None else V[np.ix_(rows, rows)]
        for term, G in self.covariances():
            outer, inner = term.outer[rows], term.inner[rows]
            total = total + (outer[:, None] == outer) * G[np.ix_(inner, inner)]
        return total

    def hat(self) -> FloatArray:
        """Leverages, the diagonal of X (XᵀWX)⁻¹ XᵀW, shape (k,)."""
        W, X = self.weights(), self.design.X
        WX = W @ X if W.ndim == 2 else W[:, None] * X
        hat: FloatArray = ((X @ self.vcov) * WX).sum(axis=1)
        return hat


def estimate(
    usable: Usable, design: Design, terms: tuple[Term, ...], *, restricted: bool
) -> Estimation:
    """Maximise the likelihood of usable rows.

    Parameters
    ----------
    usable, design
        Rows and columns of the regression.
    terms
        Random terms, with what cannot be estimated held.
    restricted
        REML rather than ML.
    """
    problem = Problem(
        y=usable.y,
        X=design.X,
        v=usable.v,
        V=usable.V,
        terms=terms,
        restricted=restricted,
    )
    return Estimation(
        usable=usable, design=design, problem=problem, maximum=maximise(problem)
    )
