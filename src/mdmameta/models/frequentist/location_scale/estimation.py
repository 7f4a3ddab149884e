"""From usable rows and both designs to the fit of a model of location and scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.caution import Caution
from mdmameta.models.coefficient_table import coefficient_table
from mdmameta.models.deferred import later
from mdmameta.models.design import INTERCEPT, Design
from mdmameta.models.diagnostics import Diagnostics
from mdmameta.models.fit import Estimate, Heterogeneity, Omnibus
from mdmameta.models.frequentist.coefficients import moderator_test
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.intervals import (
    Inference,
    coefficient_intervals,
    critical_value,
)
from mdmameta.models.frequentist.location_scale.cautions import scale_cautions
from mdmameta.models.frequentist.location_scale.likelihood import (
    Problem,
    log_likelihood,
)
from mdmameta.models.frequentist.location_scale.maximum import Maximum, maximise
from mdmameta.models.frequentist.location_scale.result import LocationScaleFit, Scale
from mdmameta.models.frequentist.regression import (
    Regression,
    Rows,
    least_squares,
    typical_variance,
    weights_percent,
)
from mdmameta.models.frequentist.shrinkage import best_predictions
from mdmameta.models.frequentist.working import Working
from mdmameta.models.guards import few_degrees_of_freedom, first_coefficient
from mdmameta.models.inputs import Usable

if TYPE_CHECKING:
    from mdmameta.models.frequentist.location_scale.model import LocationScale


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Designs:
    """Columns of both regressions.

    Parameters
    ----------
    location, scale
        Of the mean, and of log τ².
    """

    location: Design
    scale: Design


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Solution:
    """What was computed, with what it was computed from.

    Parameters
    ----------
    problem, designs
        What went in.
    maximum, tau2
        Coefficients of log τ², and τ² of each row, shape (k,).
    regression, inference
        Coefficients of the mean.
    """

    problem: Problem
    designs: Designs
    maximum: Maximum
    tau2: FloatArray
    regression: Regression
    inference: Inference

    @property
    def rows(self) -> Rows:
        """Effects, variances and design of the mean."""
        return Rows(self.problem.y, self.problem.v, self.problem.X)


def estimate(
    model: LocationScale, effects: Effects, usable: Usable, designs: Designs
) -> LocationScaleFit:
    """Maximise the likelihood and put every number in its place.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    usable, designs
        Rows, and columns of both regressions.
    """
    of = _solve(model, usable, designs)
    terms, inference, beta = designs.location.terms, of.inference, of.regression.beta
    weights = np.zeros(effects.k)
    weights[usable.rows] = weights_percent(of.regression.w)
    return LocationScaleFit(
        model=model,
        effects=effects,
        used=usable.rows,
        estimate=_estimate(of, model.level),
        heterogeneity=_heterogeneity(of),
        coefficients=later(partial(_table, terms, beta, inference)),
        vcov=inference.vcov,
        weights=weights,
        warnings=(*usable.cautions, *_cautions(of, model.level)),
        diagnostics=Diagnostics(
            converged=of.maximum.converged, iterations=of.maximum.steps
        ),
        omnibus=_moderators(terms, beta, inference),
        shrink=_shrink(effects, usable, of, model.level),
        working=partial(_working, usable, of),
        scale=_scale(model, of),
        ml=_log_likelihood(of, restricted=False),
        reml=_log_likelihood(of, restricted=True),
        problem=of.problem,
        maximum=of.maximum,
    )


def _solve(model: LocationScale, usable: Usable, designs: Designs) -> Solution:
    X, Z = designs.location.X, designs.scale.X
    problem = Problem(
        y=usable.y, v=usable.v, X=X, Z=Z, restricted=model.method == "REML"
    )
    maximum = maximise(problem)
    tau2 = problem.tau2(maximum.alpha)
    regression = least_squares(usable.y, usable.v + tau2, X)
    inference = coefficient_intervals(
        regression.beta,
        regression.vcov,
        regression.q,
        X.shape[0] - X.shape[1],
        interval=model.interval,
        level=model.level,
    )
    return Solution(
        problem=problem,
        designs=designs,
        maximum=maximum,
        tau2=tau2,
        regression=regression,
        inference=inference,
    )


def _table(terms: tuple[str, ...], value: FloatArray, of: Inference) -> pd.DataFrame:
    test = of.statistic, of.df, of.p_value
    return coefficient_table(terms, value, of.se, *test, of.ci_low, of.ci_high)


def _estimate(of: Solution, level: float) -> Estimate:
    found = of.inference
    return Estimate(
        value=float(of.regression.beta[0]),
        se=float(found.se[0]),
        ci_low=float(found.ci_low[0]),
        ci_high=float(found.ci_high[0]),
        statistic=float(found.statistic[0]),
        df=found.df,
        p_value=float(found.p_value[0]),
        level=level,
    )


def _cautions(of: Solution, level: float) -> tuple[Caution, ...]:
    terms = of.designs.location.terms
    return (
        *first_coefficient(terms[0], len(terms)),
        *few_degrees_of_freedom(of.inference.df),
        *scale_cautions(of.maximum, of.problem.y.size - len(terms), level),
    )


def _heterogeneity(of: Solution) -> Heterogeneity:
    rows, df = of.rows, of.problem.X.shape[0] - of.problem.X.shape[1]
    typical, total = typical_variance(rows.v, rows.X), float(of.tau2.mean())
    q = least_squares(rows.y, rows.v, rows.X).q
    return Heterogeneity(
        tau2=total,
        i2=100 * total / (total + typical),
        h2=1 + total / typical,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)),
        typical_v=typical,
    )


def _moderators(
    terms: tuple[str, ...], value: FloatArray, of: Inference
) -> Omnibus | None:
    return moderator_test(terms, value, of.vcov, np.full(value.size, of.df))


def _scale(model: LocationScale, of: Solution) -> Scale:
    terms, alpha = of.designs.scale.terms, of.maximum.alpha
    k, q = of.problem.Z.shape
    wald = "wald" if model.interval == "wald" else "t"
    found = coefficient_intervals(
        alpha, of.maximum.vcov, np.nan, k - q, interval=wald, level=model.level
    )
    statistic, df = _against_one_variance(of)
    return Scale(
        formula=model.scale,
        coefficients=_table(terms, alpha, found),
        vcov=found.vcov,
        tau2=of.tau2,
        omnibus=_moderators(terms, alpha, found),
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else np.nan,
    )


def _against_one_variance(of: Solution) -> tuple[float, int]:
    """Twice the logarithm of the ratio of likelihoods, and its degrees of freedom."""
    k, q = of.problem.Z.shape
    if q < 2 or of.designs.scale.terms[0] != INTERCEPT:
        return np.nan, 0
    alone = maximise(replace(of.problem, Z=np.ones((k, 1))))
    ratio = of.maximum.log_likelihood - alone.log_likelihood
    return max(2 * ratio, 0.0), q - 1


def _shrink(
    effects: Effects, usable: Usable, of: Solution, level: float
) -> Callable[[], pd.DataFrame]:
    return partial(_shrunken, effects.study[usable.rows], of, level)


def _shrunken(study: NDArray[np.str_], of: Solution, level: float) -> pd.DataFrame:
    value, se = best_predictions(
        of.rows, of.tau2, of.regression.beta, of.inference.vcov
    )
    half = critical_value(level, of.inference.df) * se
    table = {"study": study, "value": value, "se": se}
    return pd.DataFrame({**table, "ci_low": value - half, "ci_high": value + half})


def _working(usable: Usable, of: Solution) -> Working:
    return Working(
        y=usable.y,
        X=of.problem.X,
        W=of.regression.w,
        M=usable.v + of.tau2,
        rows=usable.rows,
    )


def _log_likelihood(of: Solution, *, restricted: bool) -> LogLikelihood:
    """Value with its constant, as metafor gives it."""
    (k, p), q = of.problem.X.shape, of.problem.Z.shape[1]
    same = replace(of.problem, restricted=restricted)
    n = k - p if restricted else k
    value = log_likelihood(same, of.maximum.alpha) - n * np.log(2 * np.pi) / 2
    if restricted:
        value += np.linalg.slogdet(of.problem.X.T @ of.problem.X)[1] / 2
    return LogLikelihood(value=float(value), parameters=p + q, n=n)
