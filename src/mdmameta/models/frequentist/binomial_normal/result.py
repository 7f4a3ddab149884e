"""What a model of counts returns beyond a Fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.binomial_normal.heterogeneity_tests import (
    HeterogeneityTests,
)
from mdmameta.models.frequentist.information import LogLikelihood


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Distribution of the levels of trials, where they have one ("UM.RS").

    Parameters
    ----------
    mean, mean_se
        Mean on the scale of the linear predictor, half-way between both
        groups with coding 1/2, with its standard error.
    sigma2
        Variance.
    rho
        Correlation of level and effect; 0 when not estimated.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[-0.8, -0.7, -0.5], v=[0.7, 0.4, 1.1], measure="OR",
    ...     moderators={
    ...         "ai": [3, 5, 2], "bi": [17, 25, 8], "ci": [6, 9, 3], "di": [14, 21, 6]})
    >>> levels = mm.BinomialNormal("UM.RS").fit(effects).levels
    >>> round(levels.mean, 2), round(levels.sigma2, 2)
    (-1.22, 0.0)
    """

    mean: float
    mean_se: float
    sigma2: float
    rho: float = 0.0


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class BinomialNormalFit(Fit):
    """A `Fit` that also has the likelihood and the tests of heterogeneity.

    Parameters
    ----------
    likelihood
        Log-likelihood with all constants, AIC, BIC and AICc; both groups of a
        trial count as rows in the unconditional models, as in metafor.
    tests
        Likelihood ratio and Wald test of heterogeneity.
    levels
        Distribution of the trials' levels, or None.
    nodes
        Of the quadrature, in each dimension.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[-0.8, -0.7, -0.5], v=[0.7, 0.4, 1.1], measure="OR",
    ...     moderators={
    ...         "ai": [3, 5, 2], "bi": [17, 25, 8], "ci": [6, 9, 3], "di": [14, 21, 6]})
    >>> fit = mm.BinomialNormal().fit(effects)
    >>> type(fit).__name__, round(fit.likelihood.value, 1)
    ('BinomialNormalFit', -3.5)
    """

    likelihood: LogLikelihood
    tests: HeterogeneityTests
    levels: Levels | None
    nodes: int

    def criteria(self) -> pd.DataFrame:
        """One row with the log-likelihood and what is made of it."""
        of = self.likelihood
        row = {"log_likelihood": of.value, "parameters": of.parameters, "n": of.n}
        row |= {"aic": of.aic, "bic": of.bic, "aicc": of.aicc}
        sigma2 = np.nan if self.levels is None else self.levels.sigma2
        return pd.DataFrame([{**row, "sigma2": sigma2}])
