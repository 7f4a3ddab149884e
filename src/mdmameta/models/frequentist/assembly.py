"""From usable rows and a design to a Fit, the same for every model here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.coefficient_table import coefficient_table
from mdmameta.models.deferred import later
from mdmameta.models.design import INTERCEPT, Design
from mdmameta.models.fit import Diagnostics, Estimate, Fit, Model, Omnibus
from mdmameta.models.frequentist.cautions import result_cautions
from mdmameta.models.frequentist.computation import Result, Settings, compute
from mdmameta.models.frequentist.confidence_prediction import confidence_prediction
from mdmameta.models.frequentist.heterogeneity import describe
from mdmameta.models.frequentist.intervals import critical_value, joint_test
from mdmameta.models.frequentist.kenward_roger import PREDICTIONS
from mdmameta.models.frequentist.prediction import (
    prediction_basis,
    prediction_interval,
)
from mdmameta.models.frequentist.regression import weights_percent
from mdmameta.models.frequentist.shrinkage import best_predictions
from mdmameta.models.frequentist.working import Working
from mdmameta.models.inputs import Usable


def assemble(
    model: Model,
    effects: Effects,
    usable: Usable,
    design: Design,
    settings: Settings,
) -> Fit:
    """Fit a design to usable rows and put every number in its place.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    usable, design
        Rows and columns of the regression.
    settings
        What the model asks for.
    """
    result = compute(usable, design, settings)
    tau2 = result.between.tau2
    weights = np.zeros(effects.k)
    weights[usable.rows] = _weights(result)
    return Fit(
        model=model,
        effects=effects,
        used=usable.rows,
        estimate=_estimate(result),
        heterogeneity=describe(
            result.rows,
            result.between,
            settings.level,
            interval=settings.tau2_interval,
            restricted=settings.tau2 != "ML",
        ),
        coefficients=later(partial(_coefficients, result)),
        vcov=result.inference.vcov,
        weights=weights,
        warnings=(*usable.cautions, *result_cautions(result)),
        diagnostics=Diagnostics(converged=tau2.converged, iterations=tau2.iterations),
        omnibus=_omnibus(result),
        shrink=_shrink(effects.study[usable.rows], result),
        working=partial(working_regression, usable, result),
    )


def _weights(result: Result) -> FloatArray:
    if result.settings.weights is not None:
        return weights_percent(result.settings.weights)
    return weights_percent(result.regression.w, result.rows.axes)


def _estimate(result: Result) -> Estimate:
    of, level = result.inference, result.settings.level
    low, high = _prediction(result)
    return Estimate(
        value=float(result.regression.beta[0]),
        se=float(of.se[0]),
        ci_low=float(of.ci_low[0]),
        ci_high=float(of.ci_high[0]),
        pi_low=low,
        pi_high=high,
        statistic=float(of.statistic[0]),
        df=of.df,
        p_value=float(of.p_value[0]),
        level=level,
    )


def _prediction(result: Result) -> tuple[float, float]:
    kind = result.settings.prediction
    if kind is None or result.residual < 1 or result.design.terms[0] != INTERCEPT:
        return (np.nan, np.nan)
    if kind == "NNF":
        return confidence_prediction(result.rows, result.settings.level)
    se, df = _basis(result, kind)
    return prediction_interval(
        float(result.regression.beta[0]),
        se,
        result.between.tau2.value,
        df=df,
        level=result.settings.level,
    )


def _basis(result: Result, kind: str) -> tuple[float, float]:
    """Return error and degrees of freedom of a prediction interval."""
    classic = float(np.sqrt(result.regression.vcov[0, 0]))
    if kind in PREDICTIONS:
        of = result.kenward_roger
        return classic * float(np.sqrt(of.scale)), of.df - PREDICTIONS[kind]
    return prediction_basis(
        kind,
        classic=classic,
        knapp_hartung=classic * float(np.sqrt(result.knapp_hartung)),
        shown=float(result.inference.se[0]),
        df=result.inference.df,
        residual=result.residual,
    )


def _coefficients(result: Result) -> pd.DataFrame:
    of = result.inference
    return coefficient_table(
        tuple(result.design.terms),
        result.regression.beta,
        of.se,
        of.statistic,
        of.df,
        of.p_value,
        of.ci_low,
        of.ci_high,
    )


def _omnibus(result: Result) -> Omnibus | None:
    terms = result.design.terms
    tested = [i for i, term in enumerate(terms) if term != INTERCEPT]
    if not tested:
        return None
    of = result.inference
    test = joint_test(
        result.regression.beta[tested], of.vcov[np.ix_(tested, tested)], of.df
    )
    return Omnibus(
        terms=tuple(terms[i] for i in tested),
        statistic=test.statistic,
        df=test.df,
        df_residual=test.df_residual,
        p_value=test.p_value,
    )


def _shrink(
    study: NDArray[np.str_], result: Result
) -> Callable[[], pd.DataFrame] | None:
    if result.settings.tau2 is None or np.isnan(result.between.tau2.value):
        return None
    return partial(shrunken_effects, study, result)


def working_regression(usable: Usable, result: Result) -> Working:
    """Weighted regression of a computed fit, in the rows observed.

    Parameters
    ----------
    usable, result
        The rows and what was computed from them.
    """
    w, axes = result.regression.w, result.rows.axes
    total = result.rows.v + result.between.in_weights
    diagonal = axes is None or result.settings.weights is not None
    return Working(
        y=usable.y,
        X=result.design.X,
        W=w if diagonal or axes is None else (axes * w) @ axes.T,
        M=total if axes is None else (axes * total) @ axes.T,
        rows=usable.rows,
    )


def shrunken_effects(study: NDArray[np.str_], result: Result) -> pd.DataFrame:
    """Table of the studies' effects, drawn towards the fitted ones.

    Parameters
    ----------
    study
        Labels of the k rows used.
    result
        A computed fit with a variance of true effects.

    Returns
    -------
    pandas.DataFrame
        study, value, se, ci_low, ci_high.
    """
    value, se = best_predictions(
        result.rows,
        result.between.tau2.value,
        result.regression.beta,
        result.inference.vcov,
    )
    half = critical_value(result.settings.level, result.inference.df) * se
    return pd.DataFrame(
        {
            "study": study,
            "value": value,
            "se": se,
            "ci_low": value - half,
            "ci_high": value + half,
        }
    )
