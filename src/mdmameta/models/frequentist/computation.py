"""The numbers of one fit, before they are put in their places."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.design import Design
from mdmameta.models.frequentist.closed_form import by_moments
from mdmameta.models.frequentist.fixed_weights import least_squares_with
from mdmameta.models.frequentist.heterogeneity import Between, between_studies
from mdmameta.models.frequentist.hybrid import HYBRID, iqwig_rule, wider_of_both
from mdmameta.models.frequentist.intervals import (
    Inference,
    coefficient_intervals,
    critical_value,
    scaled_intervals,
)
from mdmameta.models.frequentist.kenward_roger import (
    INTERVAL,
    KenwardRoger,
    kenward_roger,
)
from mdmameta.models.frequentist.own_weights import KEEPING_WEIGHTS
from mdmameta.models.frequentist.regression import (
    Regression,
    Rows,
    independent_rows,
    least_squares,
)
from mdmameta.models.inputs import Usable


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
    weights
        Of the rows used, shape (k,), or None for the inverse of their variances.
    """

    tau2: str | float | None
    interval: str
    prediction: str | None
    level: float
    tau2_interval: str = "qprofile"
    weights: FloatArray | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Result:
    """Everything computed, with what it was computed from.

    Parameters
    ----------
    rows, design, settings
        What went in.
    between, regression, inference
        What came out.
    interval
        The interval that a hybrid rule chose; else that of the settings.
    """

    rows: Rows
    design: Design
    settings: Settings
    between: Between
    regression: Regression
    inference: Inference
    interval: str

    @property
    def residual(self) -> int:
        """Residual degrees of freedom, k − p."""
        return int(self.rows.X.shape[0] - self.rows.X.shape[1])

    @property
    def knapp_hartung(self) -> float:
        """Knapp and Hartung's factor of the variance, whatever the interval."""
        return self.regression.q / self.residual if self.residual > 0 else 1.0

    @property
    def kenward_roger(self) -> KenwardRoger:
        """Kenward and Roger's adjustment, whatever the interval."""
        return kenward_roger(self.rows.v, self.rows.X, self.between.tau2.value)


def compute(usable: Usable, design: Design, settings: Settings) -> Result:
    """Estimate τ², the coefficients and their intervals."""
    rows = independent_rows(usable.y, usable.v, design.X, usable.V)
    between = _between(rows, settings)
    regression = _regression(rows, between, settings)
    interval = _settled(rows, regression, settings)
    return Result(
        rows=rows,
        design=design,
        settings=settings,
        between=between,
        regression=regression,
        inference=_inference(rows, between, regression, interval, settings.level),
        interval=interval,
    )


def _inference(
    rows: Rows, between: Between, regression: Regression, interval: str, level: float
) -> Inference:
    beta, vcov = regression.beta, regression.vcov
    df = rows.X.shape[0] - rows.X.shape[1]
    if interval == INTERVAL and df > 0:
        of = kenward_roger(rows.v, rows.X, between.tau2.value)
        return scaled_intervals(beta, vcov, of.scale, of.df, level=level)
    return coefficient_intervals(
        beta, vcov, regression.q, df, interval=interval, level=level
    )


def _between(rows: Rows, settings: Settings) -> Between:
    k, p = rows.X.shape
    if settings.tau2 != KEEPING_WEIGHTS or settings.weights is None or k <= p:
        return between_studies(rows, settings.tau2)
    if rows.axes is not None:
        raise ModelError(
            "tau2='GENQ' with weights of one's own needs independent rows, and these "
            "have a covariance matrix; use tau2='REML' with the same weights."
        )
    return Between(by_moments(rows.y, rows.v, rows.X, settings.weights), estimated=True)


def _regression(rows: Rows, between: Between, settings: Settings) -> Regression:
    tau2 = between.in_weights
    if settings.weights is not None:
        return least_squares_with(settings.weights, rows, tau2)
    if settings.tau2 == KEEPING_WEIGHTS:
        inverse = Rows(rows.y, rows.v, rows.X)  # 1 / v is diagonal in these axes
        return least_squares_with(1 / rows.v, inverse, tau2)
    return least_squares(rows.y, rows.v, rows.X, tau2)


def _settled(rows: Rows, regression: Regression, settings: Settings) -> str:
    """Return the interval of this fit: what a hybrid rule chooses, or as asked."""
    asked, level = settings.interval, settings.level
    df = rows.X.shape[0] - rows.X.shape[1]
    if asked not in HYBRID or df < 1:
        return "wald" if asked in HYBRID else asked
    scale = regression.q / df
    if asked == "knapp-hartung-ci":
        return wider_of_both(scale, df, level)
    half = critical_value(level, df) * math.sqrt(scale * regression.vcov[0, 0])
    return iqwig_rule(rows.y, rows.v, rows.X, half=half, level=level)
