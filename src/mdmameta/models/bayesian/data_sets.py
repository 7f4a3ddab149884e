"""Likelihoods of τ of many data sets with variances of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.kernel import LOG_2PI, Conditional, Data, updated
from mdmameta.models.bayesian.prior_base import Components


@dataclass(frozen=True, eq=False, slots=True)
class DataSets:
    """Independent effects of d data sets, those of each at the left of its row.

    Parameters
    ----------
    z
        Effects, shape (d, k); 0 where there is none.
    lam
        Variances, shape (d, k); the row's largest where there is none.
    there
        Whether there is one, shape (d, k).
    """

    z: FloatArray
    lam: FloatArray
    there: NDArray[np.bool_]

    @classmethod
    def of(cls, y: FloatArray, v: FloatArray) -> DataSets:
        """Move the effects that are there to the left.

        Raises
        ------
        ModelError
            When shapes differ, a set is empty, or a variance is not positive.
        """
        if y.ndim != 2 or y.shape != v.shape:
            raise ModelError(
                f"y has shape {y.shape} and v {v.shape}: give tables of one shape, a "
                "row a data set."
            )
        there = np.isfinite(y) & np.isfinite(v)
        if not there.any(axis=1).all() or not (v[there] > 0).all():
            raise ModelError(
                "a data set has no effect, or a variance that is not positive. Leave "
                "out empty rows, and check the variances."
            )
        k = int(there.sum(axis=1).max(initial=0))
        left = np.argsort(~there, axis=1, kind="stable")[:, :k]
        there = np.take_along_axis(there, left, axis=1)
        z, lam = (np.take_along_axis(a, left, axis=1) for a in (y, v))
        most = np.where(there, lam, 0.0).max(axis=1, keepdims=True, initial=0.0)
        return cls(np.where(there, z, 0.0), np.where(there, lam, most), there)

    def take(self, rows: NDArray[np.intp]) -> DataSets:
        """Return some data sets, without columns that none of them needs."""
        there = self.there[rows]
        k = int(there.sum(axis=1).max())
        return DataSets(self.z[rows, :k], self.lam[rows, :k], there[:, :k])

    def blocks(self, size: int) -> list[NDArray[np.intp]]:
        """Positions of data sets, those with few effects first, some at a time.

        The fewer the effects, the farther out the posterior of τ reaches.
        """
        order = np.argsort(self.there.sum(axis=1), kind="stable")
        return [order[i : i + size] for i in range(0, order.size, size)]

    def alone(self, row: int) -> Data:
        """One data set."""
        mine = self.there[row]
        return Data.of(self.z[row, mine], self.lam[row, mine])

    def estimates(self, tau: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Weighted means given τ, their variances, and log-likelihoods, (d, N) each.

        The likelihood has the mean integrated out over the whole line.
        """
        tau2, (d, k) = tau**2, self.z.shape
        # Study by study: arrays of (d, N) stay in the cache, of (d, k, N) do not.
        totals = [self.lam[:, j, None] + tau2 for j in range(k)]
        ws = [self.there[:, j, None] / total for j, total in enumerate(totals)]
        nothing = np.zeros((d, tau.size))
        v = 1 / sum(ws, nothing)
        mean = v * sum((w * self.z[:, j, None] for j, w in enumerate(ws)), nothing)
        fit = nothing.copy()
        for j, (w, total) in enumerate(zip(ws, totals, strict=True)):
            fit -= self.there[:, j, None] * np.log(total)
            fit -= w * (self.z[:, j, None] - mean) ** 2
        constant = (self.there.sum(axis=1)[:, None] - 1) * LOG_2PI
        log_likelihood = 0.5 * (fit + np.log(v) - constant)
        return mean, v, log_likelihood


@dataclass(frozen=True, eq=False, slots=True)
class SetsLikelihood:
    """Likelihood of τ of several data sets, each under several priors of μ.

    Parameters
    ----------
    data
        The data sets.
    prior
        Priors of μ of each different pair with a data set.
    of_pair
        Data set of each pair, shape (pairs,).
    index
        Which pair is each fit's, shape (n,).
    """

    data: DataSets
    prior: Components
    of_pair: NDArray[np.intp]
    index: NDArray[np.intp]

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of μ given τ, and the likelihood of τ, for each fit."""
        mean, v, log_likelihood = (
            each[self.of_pair] for each in self.data.estimates(tau)
        )
        shared = updated(self.prior, mean[:, None], v[:, None], log_likelihood)
        return shared.of(self.index)
