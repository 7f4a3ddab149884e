"""A regression without each of its rows, as influence statistics need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.design import design_matrix
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist.own_weights import has_own_weights
from mdmameta.models.frequentist.regression import Rows, hat_values, least_squares


@dataclass(frozen=True, eq=False, kw_only=True)
class Regressed:
    """A fitted regression with the arrays behind it.

    Parameters
    ----------
    fit, model
        The fit to all rows, and the model for refits (its formula, if any, in
        the columns of X).
    y, v, X
        Rows used and their design, shapes (k,), (k,) and (k, p).
    columns
        The rows used as effects, with the columns of X as moderators.
    """

    fit: Fit
    model: Model
    y: FloatArray
    v: FloatArray
    X: FloatArray
    columns: Effects

    @property
    def tau2(self) -> float:
        """Variance that weights are computed with; 0 when it has no estimate."""
        return in_weights(self.fit)

    @property
    def beta(self) -> FloatArray:
        """Coefficients, shape (p,)."""
        return beta_of(self.fit)

    @property
    def hat(self) -> FloatArray:
        """Leverages, shape (k,)."""
        return hat_values(Rows(self.y, self.v, self.X), self.tau2)

    def classic_vcov(self, tau2: float) -> FloatArray:
        """Return (XᵀWX)⁻¹ of all rows at a value of τ², shape (p, p)."""
        return least_squares(self.y, self.v, self.X, tau2).vcov

    def scale(self, row: int, fit: Fit) -> float:
        """Return the factor of Knapp and Hartung in a fit without a row."""
        keep = np.arange(self.y.size) != row
        y, v, X = self.y[keep], self.v[keep], self.X[keep]
        classic = least_squares(y, v, X, in_weights(fit)).vcov
        return float(fit.vcov[0, 0] / classic[0, 0])

    def without_each(self) -> Iterator[Fit | None]:
        """Fit without each row; None where a coefficient cannot be estimated."""
        for row in range(self.y.size):
            yield _refit(self.model, self.columns.take(np.arange(self.y.size) != row))


def regressed(effects: Effects, model: Model) -> Regressed:
    """Fit a model and keep its design.

    Parameters
    ----------
    effects
        Independent rows.
    model
        A model with one coefficient, or with a ``formula``.

    Raises
    ------
    SensitivityError
        When there is one row, rows are correlated, the model has coefficients
        but no formula, or its weights are not 1 / (v + tau2): the user's own, GENQ,
        counts, several levels, or a Bayesian model.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 1.0], v=[1.0, 1.0])
    >>> regressed(effects, CommonEffect()).hat.round(2)
    array([0.5, 0.5])
    """
    if effects.covariance is not None:
        raise SensitivityError(
            "effects have a covariance matrix; the influence of a row is defined here "
            "for independent rows. Use leave_one_out(by='study')."
        )
    fit = model.fit(effects)
    _check_weights(fit, model)
    X = _design(fit, model)
    refitted, columns = _in_columns(model, effects.take(fit.used), X)
    return Regressed(
        fit=fit,
        model=refitted,
        y=effects.y[fit.used],
        v=effects.v[fit.used],
        X=X,
        columns=columns,
    )


def _check_weights(fit: Fit, model: Model) -> None:
    """Refuse a single row, and weights that are not 1 / (v + tau2)."""
    if fit.k < 2:
        raise SensitivityError(
            f"only one row is used ({fit.effects.study[fit.used][0]}): there is "
            "nothing that it could influence."
        )
    bayesian = fit.exact is not None or fit.posterior is not None
    if bayesian or has_own_weights(model) or not _by_variance(fit):
        raise SensitivityError(
            f"{model!r} does not weight rows by 1 / (v + tau2) alone, on which these "
            "statistics rest. Use leave_one_out, which refits."
        )


def _design(fit: Fit, model: Model) -> FloatArray:
    """Columns of the regression, shape (k, p)."""
    formula = getattr(model, "formula", None)
    if formula is not None:
        return design_matrix(formula, fit.effects.frame.iloc[fit.used]).X
    if len(fit.vcov) > 1:
        raise SensitivityError(
            f"{model!r} has {len(fit.vcov)} coefficients and no formula, so "
            "its design is unknown; use leave_one_out."
        )
    return np.ones((fit.k, 1))


def _by_variance(fit: Fit) -> bool:
    """Tell whether rows are weighted by 1 / (v + tau2)."""
    w = 1 / (fit.effects.v[fit.used] + in_weights(fit))
    shown = fit.weights[fit.used]
    return np.allclose(shown / shown.sum(), w / w.sum(), rtol=1e-6, atol=0)


def _in_columns(model: Model, effects: Effects, X: FloatArray) -> tuple[Model, Effects]:
    """Write the design as moderators, so that refits keep its coding."""
    if not hasattr(model, "formula"):
        return model, effects
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    stated: Any = model
    stated = replace(stated, formula=f"~ 0 + {' + '.join(frame.columns)}")
    return stated, replace(effects, frame=frame)


def beta_of(fit: Fit) -> FloatArray:
    """Coefficients, shape (p,); of a mean without making their table."""
    if len(fit.vcov) == 1:
        return np.array([fit.estimate.value])
    return fit.coefficients["value"].to_numpy(dtype=float)


def in_weights(fit: Fit) -> float:
    """Return τ² of a fit, and 0 where there is no estimate of it."""
    tau2 = fit.heterogeneity.tau2
    return 0.0 if np.isnan(tau2) else tau2


def _refit(model: Model, effects: Effects) -> Fit | None:
    try:
        return model.fit(effects)
    except ModelError:
        return None
