"""What averaging takes from each model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.averaging.space import Candidate
from mdmameta.models.bayesian.marginals import Marginal


@dataclass(frozen=True, eq=False, kw_only=True)
class FittedModel:
    """One model fitted: its evidence, and posteriors of what it has.

    Parameters
    ----------
    candidate
        Model.
    log_evidence
        Log marginal likelihood of y.
    error
        Error estimate of the evidence and, without selection, of all numbers.
    mu, tau, b
        Posteriors of the mean, of the heterogeneity SD and of the coefficient of
        a linear bias; None where the model has none.
    cuts, weights
        Ascending cut points of y / se, times the favoured sign, and the posterior
        means of the publication weights between them; empty and 1 without.
    """

    candidate: Candidate
    log_evidence: float
    error: float
    mu: Marginal | None
    tau: Marginal | None
    b: Marginal | None = None
    cuts: FloatArray = field(default_factory=lambda: np.empty(0), repr=False)
    weights: FloatArray = field(default_factory=lambda: np.ones(1), repr=False)

    def weight_at(self, statistic: FloatArray) -> FloatArray:
        """Mean publication weight at values of the favoured y / se."""
        return np.asarray(self.weights[np.searchsorted(self.cuts, statistic)])
