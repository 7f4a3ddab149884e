"""Which guard rails a computed fit needs."""

from __future__ import annotations

import numpy as np

from mdmameta.models.fit import Caution
from mdmameta.models.frequentist.computation import Result
from mdmameta.models.frequentist.hybrid import HYBRID
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.guards import (
    few_degrees_of_freedom,
    first_coefficient,
    interval_chosen,
    knapp_hartung_narrower,
    no_prediction_df,
    no_residual_df,
    no_spread,
    prediction_df_floor,
    tau2_at_boundary,
)


def result_cautions(result: Result) -> tuple[Caution, ...]:
    """Collect what a reader must know before using the numbers.

    Parameters
    ----------
    result
        A computed fit.
    """
    k, p = result.rows.X.shape
    found = first_coefficient(result.design.terms[0], p)
    if result.residual < 1:
        return (*no_residual_df(k, p), *found)
    if np.isfinite(result.inference.df):
        found += few_degrees_of_freedom(result.inference.df)
    if result.interval == "knapp-hartung":
        found += _narrower(result)
        found += no_spread(
            float(result.inference.se[0]), _classic(result), "Knapp and Hartung"
        )
    if result.settings.interval in HYBRID:
        found += interval_chosen(result.settings.interval, result.interval)
    if result.settings.prediction in ("HTS", "HK-PR"):
        found += prediction_df_floor(result.residual)
    if result.settings.prediction == "KR-PR":
        found += no_prediction_df(result.kenward_roger.df)
    if result.between.estimated:
        found += tau2_at_boundary(result.between.tau2.value, k)
    return found


def _narrower(result: Result) -> tuple[Caution, ...]:
    level, inference = result.settings.level, result.inference
    return knapp_hartung_narrower(
        2 * critical_value(level, inference.df) * float(inference.se[0]),
        2 * critical_value(level, np.inf) * _classic(result),
    )


def _classic(result: Result) -> float:
    return float(np.sqrt(result.regression.vcov[0, 0]))
