"""From usable rows to the fit of a selection model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.design import INTERCEPT, Design
from mdmameta.models.diagnostics import Diagnostics
from mdmameta.models.fit import Estimate, Fit, Heterogeneity, Omnibus
from mdmameta.models.frequentist.intervals import (
    critical_value,
    joint_test,
    two_sided_p,
)
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.random_effects import RandomEffects
from mdmameta.models.frequentist.regression import typical_variance, weights_percent
from mdmameta.models.frequentist.selection.cautions import selection_cautions
from mdmameta.models.frequentist.selection.likelihood import (
    Selected,
    Smooth,
    Steps,
    log_likelihood,
)
from mdmameta.models.frequentist.selection.maximum import (
    Problem,
    covariance,
    maximise,
)
from mdmameta.models.frequentist.selection.profile import profile_limits
from mdmameta.models.frequentist.selection.result import Selection, SelectionFit
from mdmameta.models.frequentist.selection.solution import Solution, weights_table
from mdmameta.models.frequentist.selection.weight_functions import WEIGHT_FUNCTIONS
from mdmameta.models.guards import first_coefficient
from mdmameta.models.inputs import Usable

if TYPE_CHECKING:
    from mdmameta.models.frequentist.selection.model import SelectionModel

#: Starting values of τ², as parts of the typical sampling variance.
TAU2_STARTS = (0.05, 1.0)


def estimate(
    model: SelectionModel,
    alternative: str,
    effects: Effects,
    usable: Usable,
    design: Design,
) -> SelectionFit:
    """Maximise the likelihood and put every number in its place.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    alternative
        Direction of the p-values.
    usable, design
        Rows and columns of the regression.
    """
    sign = -1 if alternative == "less" else 1
    data = Selected(
        sign * usable.y, usable.v, sign * design.X, alternative == "two.sided"
    )
    unadjusted = _unadjusted(model, effects)
    problem = _problem(model, data, unadjusted)
    at = maximise(problem, _starts(model, problem))
    solution = Solution(problem, at, covariance(problem, at), model.level)
    coefficients = _coefficients(model, solution, design)
    selection = _selection(model, alternative, solution, unadjusted)
    p = problem.p
    singular = bool(np.isnan(solution.se[:p]).any())
    return SelectionFit(
        model=model,
        effects=effects,
        used=usable.rows,
        estimate=_estimate(coefficients, solution, design),
        heterogeneity=_heterogeneity(solution, usable, design),
        coefficients=coefficients,
        vcov=solution.vcov[:p, :p].copy(),
        weights=_weights(effects.k, usable, at.theta[p]),
        warnings=(
            *usable.cautions,
            *first_coefficient(design.terms[0], p),
            *selection_cautions(selection.weights, usable.k, at, p, singular=singular),
        ),
        diagnostics=Diagnostics(converged=at.converged),
        omnibus=_omnibus(coefficients, solution),
        selection=selection,
    )


def _weights(k: int, usable: Usable, tau2: float) -> FloatArray:
    """Percent of the weight of each row, 0 for those not used, shape (k,)."""
    weights = np.zeros(k)
    weights[usable.rows] = weights_percent(1 / (usable.v + tau2))
    return weights


def _unadjusted(model: SelectionModel, effects: Effects) -> Fit:
    if model.formula is None:
        return RandomEffects(tau2="ML", interval="wald", level=model.level).fit(effects)
    plain = MetaRegression(model.formula, tau2="ML", interval="wald", level=model.level)
    return plain.fit(effects)


def _problem(model: SelectionModel, data: Selected, unadjusted: Fit) -> Problem:
    p = data.X.shape[1]
    delta, free = np.array(model.start), np.ones(len(model.start), bool)
    selection: Steps | Smooth
    if model.type == "stepfun":
        selection = Steps(np.array(model.cutpoints))
        empty = np.cumsum(selection.bins(data).sum(axis=1)) == 0
        delta[empty], free[empty] = 0.0, False
        free[np.argmin(empty)] = False  # the first bin with results has weight 1
    else:
        selection = Smooth(WEIGHT_FUNCTIONS[model.type].log_weight, data.two_sided)
    for j, given in enumerate(model.delta or ()):
        if given is not None:
            delta[j], free[j] = given, False
    beta = unadjusted.coefficients["value"].to_numpy(dtype=float)
    start = np.concatenate([beta, [unadjusted.heterogeneity.tau2], delta])
    return Problem(data, selection, start, np.r_[np.ones(p + 1, bool), free], p)


def _starts(model: SelectionModel, problem: Problem) -> Iterator[FloatArray]:
    p, free = problem.p, problem.free[problem.p + 1 :]
    none = problem.start[p + 1 :]
    others: tuple[tuple[float, ...], ...] = ((0.3,) * none.size,)
    if model.type != "stepfun":
        others = WEIGHT_FUNCTIONS[model.type].starts
    yield problem.start
    typical = typical_variance(problem.data.v, problem.data.X)
    for delta, part in zip((none, *others), (*TAU2_STARTS, 1.0), strict=False):
        start = problem.start.copy()
        start[p] = part * typical
        start[p + 1 :] = np.where(free, np.asarray(delta), none)
        yield start


def _coefficients(
    model: SelectionModel, solution: Solution, design: Design
) -> pd.DataFrame:
    p, at = solution.problem.p, solution.at
    value, se, half = at.theta[:p], solution.se[:p], solution.half[:p]
    limits = np.column_stack([value - half, value + half])
    if model.interval == "profile":
        limits = np.array(
            [profile_limits(solution.problem, at, j, model.level) for j in range(p)]
        )
    return pd.DataFrame(
        {
            "term": list(design.terms),
            "value": value,
            "se": se,
            "statistic": value / se,
            "df": np.inf,
            "p_value": two_sided_p(value / se, np.inf),
            "ci_low": limits[:, 0],
            "ci_high": limits[:, 1],
        }
    )


def _estimate(table: pd.DataFrame, solution: Solution, design: Design) -> Estimate:
    columns = [name for name in table.columns if name != "term"]
    first = {name: float(table[name].iloc[0]) for name in columns}
    tau2 = solution.at.theta[solution.problem.p]
    low = high = np.nan
    if design.terms[0] == INTERCEPT and len(design.terms) == 1:
        half = critical_value(solution.level, np.inf) * np.sqrt(tau2 + first["se"] ** 2)
        low, high = first["value"] - half, first["value"] + half
    return Estimate(**first, pi_low=low, pi_high=high, level=solution.level)


def _heterogeneity(solution: Solution, usable: Usable, design: Design) -> Heterogeneity:
    tau2 = float(solution.at.theta[solution.problem.p])
    typical = typical_variance(usable.v, design.X)
    return Heterogeneity(
        tau2=tau2,
        i2=100 * tau2 / (tau2 + typical),
        h2=1 + tau2 / typical,
        q=np.nan,
        q_df=usable.k - len(design.terms),
        q_p=np.nan,
        tau2_se=float(solution.se[solution.problem.p]),
        typical_v=typical,
        tau2_interval=partial(
            profile_limits,
            solution.problem,
            solution.at,
            solution.problem.p,
            solution.level,
        ),
    )


def _omnibus(table: pd.DataFrame, solution: Solution) -> Omnibus | None:
    tested = [i for i, term in enumerate(table["term"]) if term != INTERCEPT]
    if not tested:
        return None
    beta = table["value"].to_numpy(dtype=float)[tested]
    test = joint_test(beta, solution.vcov[np.ix_(tested, tested)], np.inf)
    return Omnibus(
        terms=tuple(table["term"][i] for i in tested),
        statistic=test.statistic,
        df=test.df,
        df_residual=np.inf,
        p_value=test.p_value,
    )


def _selection(
    model: SelectionModel, alternative: str, solution: Solution, unadjusted: Fit
) -> Selection:
    problem, at = solution.problem, solution.at
    p, df = problem.p, int(problem.free[problem.p + 1 :].sum())
    start = problem.start
    everything = Steps(np.ones(1)), start[:p], float(start[p]), np.ones(1)
    plain = log_likelihood(problem.data, *everything)[0]
    statistic = max(2 * (at.log_likelihood - plain), 0.0)
    without = problem.fixing(p, 0.0, at.theta)
    common = maximise(without, [at.theta, problem.start])
    tau2_statistic = max(2 * (at.log_likelihood - common.log_likelihood), 0.0)
    return Selection(
        weights=weights_table(model, solution),
        alternative=alternative,
        log_likelihood=at.log_likelihood,
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else np.nan,
        tau2_statistic=tau2_statistic,
        tau2_p_value=float(chdtrc(1, tau2_statistic)),
        unadjusted=unadjusted,
    )
