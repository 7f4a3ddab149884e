"""From a maximum of a likelihood of counts to a Fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.design import INTERCEPT, Design
from mdmameta.models.fit import Diagnostics, Estimate, Heterogeneity, Model, Omnibus
from mdmameta.models.frequentist.binomial_normal.cautions import cautions
from mdmameta.models.frequentist.binomial_normal.counts import Counts
from mdmameta.models.frequentist.binomial_normal.heterogeneity_tests import (
    HeterogeneityTests,
)
from mdmameta.models.frequentist.binomial_normal.optimum import Optimum
from mdmameta.models.frequentist.binomial_normal.profile import tau2_interval
from mdmameta.models.frequentist.binomial_normal.result import (
    BinomialNormalFit,
    Levels,
)
from mdmameta.models.frequentist.binomial_normal.shrinkage import trial_effects
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.intervals import (
    Inference,
    coefficient_intervals,
    critical_value,
    joint_test,
)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Solved:
    """Everything that a fit is made of.

    Parameters
    ----------
    counts, design
        What was fitted.
    common, best
        Maxima without and with heterogeneity; the same when it was not asked
        for.
    tests
        Of heterogeneity.
    typical_v
        Sampling variance of a typical trial.
    heterogeneous
        Whether τ² was estimated.
    interval, level
        Of the coefficients.
    """

    counts: Counts
    design: Design
    common: Optimum
    best: Optimum
    tests: HeterogeneityTests
    typical_v: float
    heterogeneous: bool
    interval: str
    level: float

    @property
    def residual(self) -> int:
        """Trials less coefficients."""
        return self.counts.k - len(self.design.terms)

    @property
    def tau2(self) -> float:
        """Variance of true effects; NaN when nothing is left to estimate it."""
        if self.residual < 1:
            return float(np.nan)
        return float(self.best.covariance[-1, -1]) if self.heterogeneous else 0.0


def assemble_counts_fit(
    model: Model, effects: Effects, of: Solved
) -> BinomialNormalFit:
    """Put every number of a solved model in its place.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    of
        What was computed.
    """
    p = of.design.X.shape[1]
    beta, vcov = of.best.summit.point.beta[:p], of.best.summit.vcov[:p, :p]
    inference = coefficient_intervals(
        beta, vcov, 0.0, of.residual, interval=of.interval, level=of.level
    )
    weights = np.zeros(effects.k)
    weights[of.counts.rows] = _weights(of)
    estimate = _estimate(of, float(beta[0]), inference)
    return BinomialNormalFit(
        model=model,
        effects=effects,
        used=of.counts.rows,
        estimate=estimate,
        heterogeneity=_heterogeneity(of),
        coefficients=_table(of.design, beta, inference),
        vcov=vcov,
        weights=weights,
        warnings=(
            *of.counts.cautions,
            *cautions(of.best, of.tau2, of.design, of.common),
        ),
        diagnostics=Diagnostics(converged=of.best.summit.converged),
        omnibus=_omnibus(of.design, beta, inference),
        likelihood=_likelihood(of),
        tests=of.tests,
        levels=_levels(of),
        nodes=of.best.nodes,
        shrink=_shrinking(of, effects.study[of.counts.rows], inference),
    )


def _shrinking(
    of: Solved, study: NDArray[np.str_], by: Inference
) -> Callable[[], pd.DataFrame] | None:
    if not (of.heterogeneous and of.residual > 0):
        return None

    def shrink() -> pd.DataFrame:
        value, se = trial_effects(of.best, of.design.X)
        half = critical_value(of.level, by.df) * se
        table = {"study": study, "value": value, "se": se}
        return pd.DataFrame(table | {"ci_low": value - half, "ci_high": value + half})

    return shrink


def _estimate(of: Solved, value: float, by: Inference) -> Estimate:
    predicts = of.heterogeneous and of.residual > 0
    predicts = predicts and of.design.terms[0] == INTERCEPT
    se = float(by.se[0])
    spread = np.nan
    if predicts:
        spread = critical_value(of.level, by.df) * float(np.sqrt(se**2 + of.tau2))
    return Estimate(
        value=value,
        se=se,
        ci_low=float(by.ci_low[0]),
        ci_high=float(by.ci_high[0]),
        pi_low=value - spread,
        pi_high=value + spread,
        statistic=float(by.statistic[0]),
        df=by.df,
        p_value=float(by.p_value[0]),
        level=of.level,
    )


def _heterogeneity(of: Solved) -> Heterogeneity:
    tau2, v = of.tau2, of.typical_v
    return Heterogeneity(
        tau2=tau2,
        i2=100 * tau2 / (tau2 + v),
        h2=(tau2 + v) / v,
        q=of.tests.likelihood_ratio,
        q_df=of.tests.df,
        q_p=of.tests.likelihood_ratio_p,
        tau2_se=_tau2_se(of),
        typical_v=v,
        tau2_interval=_limits(of),
    )


def _limits(of: Solved) -> Callable[[], tuple[float, float]] | None:
    if not (of.heterogeneous and of.residual > 0):
        return None
    at_zero, scale = of.common.log_likelihood, float(np.sqrt(of.typical_v))
    return partial(tau2_interval, of.best, at_zero, scale, of.level)


def _tau2_se(of: Solved) -> float:
    """By the delta method: τ² is the squared length of the last row of L."""
    if not (of.heterogeneous and of.tau2 > 0):
        return float(np.nan)
    scales, p = of.best.summit.point.scales, of.best.problem.p
    last = of.best.problem.entries[:, 0] == of.best.problem.q - 1
    slope = np.where(last, 2 * scales, 0.0)
    return float(np.sqrt(slope @ of.best.summit.vcov[p:, p:] @ slope))


def _table(design: Design, beta: FloatArray, by: Inference) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": list(design.terms),
            "value": beta,
            "se": by.se,
            "statistic": by.statistic,
            "df": by.df,
            "p_value": by.p_value,
            "ci_low": by.ci_low,
            "ci_high": by.ci_high,
        }
    )


def _omnibus(design: Design, beta: FloatArray, by: Inference) -> Omnibus | None:
    tested = [i for i, term in enumerate(design.terms) if term != INTERCEPT]
    if not tested:
        return None
    test = joint_test(beta[tested], by.vcov[np.ix_(tested, tested)], by.df)
    return Omnibus(
        terms=tuple(design.terms[i] for i in tested),
        statistic=test.statistic,
        df=test.df,
        df_residual=test.df_residual,
        p_value=test.p_value,
    )


def _likelihood(of: Solved) -> LogLikelihood:
    problem = of.best.problem
    return LogLikelihood(
        value=of.best.log_likelihood,
        parameters=problem.parameters,
        n=problem.k * problem.X.shape[1],
    )


def _levels(of: Solved) -> Levels | None:
    p, summit = of.design.X.shape[1], of.best.summit
    if of.best.problem.p == p:
        return None
    G = of.best.covariance
    both = G.shape[0] == 2 and G[0, 0] * G[1, 1] > 0
    return Levels(
        mean=float(summit.point.beta[p]),
        mean_se=float(np.sqrt(summit.vcov[p, p])),
        sigma2=float(G[0, 0]),
        rho=float(G[1, 0] / np.sqrt(G[0, 0] * G[1, 1])) if both else 0.0,
    )


def _weights(of: Solved) -> FloatArray:
    """Percent of 1 / (v + τ²), with v from the information of fitted arms."""
    problem, at = of.common.problem, of.common.summit.point
    information = -problem.family(problem.fixed(at)[:, :, None])[2][:, :, 0]
    with np.errstate(divide="ignore"):
        v = (1 / information).sum(axis=1)
    w = 1 / (v + np.nan_to_num(of.tau2))
    return np.asarray(100 * w / w.sum(), dtype=np.float64)
