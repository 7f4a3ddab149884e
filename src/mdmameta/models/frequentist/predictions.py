"""What a fit predicts at values of the moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.design import INTERCEPT, design_at, parse
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.averaging import averaged_design
from mdmameta.models.frequentist.cluster_robust import ClusterRobust, working_of
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.location_scale import LocationScale, LocationScaleFit
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.multilevel import (
    Multilevel,
    MultilevelFit,
    Multivariate,
)
from mdmameta.models.frequentist.multilevel.levels import labels_at
from mdmameta.models.frequentist.robust_variance import (
    RobustCorrelated,
    RobustHierarchical,
)
from mdmameta.models.number_columns import number_columns
from mdmameta.options import AverageWeights

#: Moderators to predict at: a table, or numbers by name.
Values = pd.DataFrame | Mapping[str, Any]

#: Variances of true effects that differ by less than this part are the same.
SAME = 1e-12

COLUMNS = pd.Index(["value", "se", "ci_low", "ci_high", "pi_low", "pi_high"])

#: Models whose coefficients belong to a formula.
WITH_FORMULA = (
    MetaRegression
    | LocationScale
    | Multilevel
    | Multivariate
    | RobustCorrelated
    | RobustHierarchical
)


def predict(
    fit: Fit,
    moderators: pd.DataFrame | Mapping[str, Sequence[Any]] | None = None,
    *,
    average_over: str | Sequence[str] = (),
    weights: AverageWeights = "equal",
) -> pd.DataFrame:
    """Predict the mean effect, and a new study's true effect, at moderators.

    Both intervals have the level, the standard errors and the reference
    distribution of the fit's coefficients, as in metafor; with robust errors,
    the degrees of freedom of each prediction; where coefficients differ in
    degrees of freedom, the least of those involved.

    Parameters
    ----------
    fit
        Of a `MetaRegression`, a `LocationScale`, a multilevel or multivariate
        model with a formula, or a working model of dependent effects; with
        cluster-robust errors or without.
    moderators
        Values to predict at, one row each, with every moderator of the
        formula but those averaged over; by default those of the studies that
        were used, or a single row when all are averaged over. Those of a
        scale may stand among them: the prediction interval has its variance
        there. For a multivariate model the inner level may stand among them: the
        prediction interval of a new row has its variance.
    average_over
        Moderators to average over, for a marginal mean: usually factors.
    weights
        How their levels count in the average: "equal" by default, so that the
        mean does not depend on how many studies a level has; "observed", as
        often as the rows used have them.

    Returns
    -------
    pandas.DataFrame
        value, se, ci_low, ci_high of the mean, and pi_low, pi_high of the true
        effect of a new study (in a multilevel model, of a new row of a new
        group) with that mean; the latter are NaN where its variance could not
        be estimated, or differs between inner levels, or by moderators of a scale,
        that are not given.

    Raises
    ------
    ModelError
        When the fit has no formula, a moderator is absent or missing, or a
        level is one that the fit did not have.
    OptionError
        When what is averaged over is no moderator.

    References
    ----------
    Higgins, Thompson and Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x; Searle, Speed and Milliken 1980,
    doi:10.1080/00031305.1980.10483031 (marginal means).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3], "arm": ["a", "b", "a", "a"]})
    >>> fit = MetaRegression("~ dose", interval="wald").fit(effects)
    >>> predict(fit, {"dose": [2]})[["value", "ci_low", "ci_high"]].round(2)
       value  ci_low  ci_high
    0   0.47    0.32     0.62
    >>> both = MetaRegression("~ dose + arm", interval="wald").fit(effects)
    >>> predict(both, {"dose": [2]}, average_over="arm")["value"].round(2).tolist()
    [0.48]
    """
    formula = _formula(fit)
    over = [average_over] if isinstance(average_over, str) else list(average_over)
    new = _values(fit, moderators, formula, over)
    if over:
        X = averaged_design(formula, _used(fit), pd.DataFrame(new), over, weights)
    elif moderators is None and fit.working is not None:
        X = working_of(fit).X
    else:
        X = _design(fit, formula, new)
    value = X @ fit.coefficients["value"].to_numpy()
    variance = ((X @ fit.vcov) * X).sum(axis=1)
    c = _quantiles(fit.estimate.level, _degrees_of_freedom(fit, X))
    tau2 = _tau2(fit, new, len(X))
    half, whole = (c * np.sqrt(variance + extra) for extra in (0.0, tau2))
    limits = value - half, value + half, value - whole, value + whole
    return pd.DataFrame(
        np.array([value, np.sqrt(variance), *limits]).T, columns=COLUMNS.copy()
    )


def _quantiles(level: float, df: FloatArray) -> FloatArray:
    different, place = np.unique(df, return_inverse=True)
    c = np.array([critical_value(level, each) for each in different])
    return c[place.ravel()]


def _model(fit: Fit) -> Any:
    return fit.model.model if isinstance(fit.model, ClusterRobust) else fit.model


def _formula(fit: Fit) -> str:
    model = _model(fit)
    formula = model.formula if isinstance(model, WITH_FORMULA) else None
    if formula is None:
        raise ModelError(
            f"{fit.model!r} has no moderators to predict at; its mean and prediction "
            "interval are in fit.estimate."
        )
    return str(formula)


def _used(fit: Fit) -> pd.DataFrame:
    return fit.effects.frame.iloc[fit.used]


def _design(fit: Fit, formula: str, new: Values) -> FloatArray:
    """Columns at new values; what the fit took as numbers needs no coding."""
    numbers = number_columns(parse(formula), new, INTERCEPT)
    if numbers and fit.omnibus:
        X, terms = numbers
        if fit.omnibus.terms == tuple(term for term in terms if term != INTERCEPT):
            return X
    return design_at(formula, _used(fit), pd.DataFrame(new)).X


def _values(fit: Fit, moderators: Any, formula: str, over: list[str]) -> Values:
    if not over and _are_numbers(moderators):
        return {name: np.asarray(values) for name, values in moderators.items()}
    if moderators is not None:
        return pd.DataFrame(moderators)
    if over and parse(formula).required_variables <= set(over):
        return pd.DataFrame(index=[0])
    return _used(fit)


def _are_numbers(moderators: Any) -> bool:
    """Tell whether all moderators are numbers, which need no table."""
    if not isinstance(moderators, Mapping) or not all(map(_row, moderators.values())):
        return False
    return len({len(values) for values in moderators.values()}) == 1


def _row(values: Any) -> bool:
    """Tell whether values are one row of numbers."""
    if isinstance(values, list | tuple) and all(map(np.isscalar, values)):
        values = np.asarray(values)
    return (
        isinstance(values, np.ndarray)
        and values.ndim == 1
        and values.dtype.kind in "iuf"
    )


def _degrees_of_freedom(fit: Fit, X: FloatArray) -> FloatArray:
    """Return the degrees of freedom of each row's combination of coefficients."""
    if fit.joint is not None:
        rows, place = np.unique(X, axis=0, return_inverse=True)
        each = [fit.joint(row[None], np.zeros(1)).df_residual for row in rows]
        return np.array(each, dtype=float)[place.ravel()]
    of = fit.coefficients["df"].to_numpy(dtype=float)
    involved = np.where(X != 0, of, np.inf)
    least: FloatArray = np.minimum(involved.min(axis=1), of.max())
    return least


def _tau2(fit: Fit, new: Values, rows: int) -> FloatArray:
    """Variance of the true effect of a new row at each of the new values."""
    if isinstance(fit, LocationScaleFit):
        return fit.tau2_at(new)
    if not isinstance(fit, MultilevelFit) or fit.estimation.residual_df < 1:
        return np.full(rows, fit.heterogeneity.tau2)
    of = fit.estimation.row_variance
    if np.ptp(of) <= SAME * of.max(initial=0.0):
        return np.full(rows, of.mean())
    inner = getattr(_model(fit), "inner", None)
    if inner not in new:
        return np.full(rows, np.nan)
    labels = labels_at(str(inner), fit.effects)[fit.used]
    known = dict(zip(map(str, labels), of, strict=True))
    return np.array([known.get(str(name), np.nan) for name in new[str(inner)]])
