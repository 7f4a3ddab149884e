"""What a Fit takes from the posterior of a meta-regression, of either engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.exact_regression import ExactRegression
from mdmameta.models.bayesian.regression_kernel import RegressionData, mean_weights
from mdmameta.models.bayesian.sampled.assembly import (
    central,
    interval_of,
    shrunken,
)
from mdmameta.models.bayesian.summaries import (
    exact_diagnostics,
    exact_shrunken,
    exact_tau2_interval,
)
from mdmameta.models.fit import Diagnostics, Estimate

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RegressionSummary:
    """Numbers and deferred numbers of one posterior of p coefficients.

    Parameters
    ----------
    data
        The k effects and their design.
    terms
        Names of the coefficients.
    means, sds, intervals
        Of the coefficients, shapes (p,), (p,) and (p, 2).
    predictive
        Central interval of the true effect of a new study where only the first
        coefficient counts.
    covariance
        Of the coefficients, shape (p, p).
    tau2
        Posterior mean of τ².
    tau2_interval
        Computes its central interval.
    weights
        Percent, shape (k,).
    shrink
        Computes the shrunken effects.
    diagnostics
        Of the engine.
    """

    data: RegressionData
    terms: tuple[str, ...]
    means: FloatArray
    sds: FloatArray
    intervals: FloatArray
    predictive: Interval
    covariance: FloatArray
    tau2: float
    tau2_interval: Callable[[], Interval]
    weights: FloatArray
    shrink: Callable[[], pd.DataFrame]
    diagnostics: Diagnostics

    def estimate(self, level: float) -> Estimate:
        """Describe the first coefficient."""
        return Estimate(
            value=float(self.means[0]),
            se=float(self.sds[0]),
            ci_low=float(self.intervals[0, 0]),
            ci_high=float(self.intervals[0, 1]),
            pi_low=self.predictive[0],
            pi_high=self.predictive[1],
            df=np.nan,
            level=level,
        )

    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient."""
        return pd.DataFrame(
            {
                "term": list(self.terms),
                "value": self.means,
                "se": self.sds,
                "statistic": np.nan,
                "df": np.nan,
                "p_value": np.nan,
                "ci_low": self.intervals[:, 0],
                "ci_high": self.intervals[:, 1],
            }
        )


def of_quadrature(
    exact: ExactRegression, study: NDArray[np.str_], level: float
) -> RegressionSummary:
    """Take moments and central intervals of a posterior by quadrature."""
    found = exact.coefficients
    return RegressionSummary(
        data=exact.data,
        terms=exact.terms,
        means=np.array([each.mean for each in found]),
        sds=np.array([each.sd for each in found]),
        intervals=np.array([each.interval(level) for each in found]),
        predictive=exact.predictive(np.eye(len(found))[0]).interval(level),
        covariance=exact.covariance,
        tau2=exact.tau2_mean,
        tau2_interval=partial(exact_tau2_interval, exact, level),
        weights=exact.weights,
        shrink=partial(exact_shrunken, exact, study, level),
        diagnostics=exact_diagnostics(exact),
    )


def of_draws(
    idata: Any,
    data: RegressionData,
    terms: tuple[str, ...],
    study: NDArray[np.str_],
    level: float,
) -> RegressionSummary:
    """Take moments and central intervals of draws of beta, tau, mu_new and theta."""
    beta = compat.values(idata, "beta").reshape(-1, len(terms))
    tau = compat.values(idata, "tau").ravel()
    ends = np.quantile(beta, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return RegressionSummary(
        data=data,
        terms=terms,
        means=beta.mean(axis=0),
        sds=beta.std(axis=0, ddof=1),
        intervals=ends.T,
        predictive=central(compat.values(idata, "mu_new"), level),
        covariance=np.atleast_2d(np.cov(beta.T)),
        tau2=float((tau**2).mean()),
        tau2_interval=interval_of(tau**2, level),
        weights=100 * mean_weights(data, tau).mean(axis=1),
        shrink=partial(shrunken, idata, study, level),
        diagnostics=compat.diagnose(idata, ("beta", "tau")),
    )
