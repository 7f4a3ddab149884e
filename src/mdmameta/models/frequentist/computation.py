"""The numbers of one fit, before they are put in their places."""

from __future__ import annotations

from dataclasses import dataclass

from mdmameta.models.design import Design
from mdmameta.models.frequentist.fixed_weights import least_squares_with
from mdmameta.models.frequentist.heterogeneity import Between, between_studies
from mdmameta.models.frequentist.intervals import Inference, coefficient_intervals
from mdmameta.models.frequentist.regression import (
    Regression,
    Rows,
    independent_rows,
    least_squares,
)
from mdmameta.models.inputs import Usable

#: Estimators of which metafor weights also the effects by 1 / v, without τ².
KEEPING_WEIGHTS = ("GENQ",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a model asks of its fit.

    Parameters
    ----------
    tau2
        Estimator, a value fixed in advance, or None for a common effect.
    interval, prediction, level
        Options of the model; ``prediction`` None for no such interval.
    tau2_interval
        Method of the interval of τ².
    """

    tau2: str | float | None
    interval: str
    prediction: str | None
    level: float
    tau2_interval: str = "qprofile"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Result:
    """Everything computed, with what it was computed from.

    Parameters
    ----------
    rows, design, settings
        What went in.
    between, regression, inference
        What came out.
    """

    rows: Rows
    design: Design
    settings: Settings
    between: Between
    regression: Regression
    inference: Inference

    @property
    def residual(self) -> int:
        """Residual degrees of freedom, k − p."""
        return int(self.rows.X.shape[0] - self.rows.X.shape[1])


def compute(usable: Usable, design: Design, settings: Settings) -> Result:
    """Estimate τ², the coefficients and their intervals."""
    rows = independent_rows(usable.y, usable.v, design.X, usable.V)
    between = between_studies(rows, settings.tau2)
    regression = _regression(rows, between, settings.tau2)
    inference = coefficient_intervals(
        regression.beta,
        regression.vcov,
        regression.q,
        rows.X.shape[0] - rows.X.shape[1],
        interval=settings.interval,
        level=settings.level,
    )
    return Result(
        rows=rows,
        design=design,
        settings=settings,
        between=between,
        regression=regression,
        inference=inference,
    )


def _regression(rows: Rows, between: Between, tau2: str | float | None) -> Regression:
    data = rows.y, rows.v, rows.X, between.in_weights
    if tau2 in KEEPING_WEIGHTS:
        return least_squares_with(1 / rows.v, *data)
    return least_squares(*data)
