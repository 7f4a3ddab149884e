"""A regression without each of its rows, as influence statistics need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.design import design_matrix
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist.fixed_weights import least_squares_with
from mdmameta.models.frequentist.own_weights import BEST, has_own_weights, weights_of
from mdmameta.models.frequentist.regression import (
    Rows,
    hat_values,
    least_squares,
    orthogonalise,
)

#: Moderator that holds weights of the user's own in refits.
_WEIGHT = "own weight"


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
    own
        Weights that do not depend on τ², shape (k,); None for 1 / (v + τ²).
    """

    fit: Fit
    model: Model
    y: FloatArray
    v: FloatArray
    X: FloatArray
    columns: Effects
    own: FloatArray | None = None

    @property
    def tau2(self) -> float:
        """Variance that weights are computed with; 0 when it has no estimate."""
        return in_weights(self.fit)

    @property
    def beta(self) -> FloatArray:
        """Coefficients, shape (p,)."""
        return beta_of(self.fit)

    @cached_property
    def hat(self) -> FloatArray:
        """Leverages, shape (k,)."""
        if self.own is None:
            return hat_values(Rows(self.y, self.v, self.X), self.tau2)
        return np.diagonal(self.projection)

    @cached_property
    def projection(self) -> FloatArray:
        """Matrix that takes effects to fitted values, shape (k, k)."""
        a = 1 / (self.v + self.tau2) if self.own is None else self.own
        root = np.sqrt(a)[:, None]
        basis, inverse = orthogonalise(self.X * root)
        return self.X @ inverse @ (basis * root).T

    def classic_vcov(self, tau2: float, row: int | None = None) -> FloatArray:
        """Return the covariance of coefficients at a value of τ², shape (p, p).

        Parameters
        ----------
        tau2
            Taken as known.
        row
            Left out; by default none is.
        """
        kept = np.ones(self.y.size, dtype=bool)
        if row is not None:
            kept[row] = False
        y, v, X = self.y[kept], self.v[kept], self.X[kept]
        if self.own is None:
            return least_squares(y, v, X, tau2).vcov
        return least_squares_with(self.own[kept], Rows(y, v, X), tau2).vcov

    def fitted_variance(self, row: int, tau2: float) -> float:
        """Return the variance of a row's fitted value at a value of τ².

        By 1 / (v + τ²) it is the leverage times v + τ², as metafor has it.
        """
        if self.own is None:
            return float(self.hat[row] * (self.v[row] + tau2))
        return float(self.projection[row] ** 2 @ (self.v + tau2))

    def scale(self, row: int, fit: Fit) -> float:
        """Return the factor of Knapp and Hartung in a fit without a row."""
        classic = self.classic_vcov(in_weights(fit), row)
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
        but no formula, or no weights of rows that are known: of counts, of several
        levels, or a Bayesian model.

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
            "for independent rows, or of a model that knows which depend on each "
            "other. Use Multilevel or Multivariate, or leave_one_out(by='study')."
        )
    fit = model.fit(effects)
    own = _own_weights(fit, model)
    _check_weights(fit, model, own)
    X = _design(fit, model)
    refitted, columns = _in_columns(model, effects.take(fit.used), X, own)
    return Regressed(
        fit=fit,
        model=refitted,
        y=effects.y[fit.used],
        v=effects.v[fit.used],
        X=X,
        columns=columns,
        own=own,
    )


def _own_weights(fit: Fit, model: Model) -> FloatArray | None:
    """Weights of the rows used that do not depend on τ², if they are so."""
    if not has_own_weights(model):
        return None
    own, _ = weights_of(getattr(model, "weights", BEST), fit.effects)
    return 1 / fit.effects.v[fit.used] if own is None else own[fit.used]


def _check_weights(fit: Fit, model: Model, own: FloatArray | None) -> None:
    """Refuse a single row, and weights that are not known."""
    if fit.k < 2:
        raise SensitivityError(
            f"only one row is used ({fit.effects.study[fit.used][0]}): there is "
            "nothing that it could influence."
        )
    bayesian = fit.exact is not None or fit.posterior is not None
    if bayesian or not _are_weights(fit, own):
        raise SensitivityError(
            f"{model!r} does not weight rows by 1 / (v + tau2) or by numbers that were "
            "given, on which these statistics rest. Use leave_one_out, which refits."
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


def _are_weights(fit: Fit, own: FloatArray | None) -> bool:
    """Tell whether rows are weighted so, or by 1 / (v + tau2)."""
    w = 1 / (fit.effects.v[fit.used] + in_weights(fit)) if own is None else own
    shown = fit.weights[fit.used]
    return np.allclose(shown / shown.sum(), w / w.sum(), rtol=1e-6, atol=0)


def _in_columns(
    model: Model, effects: Effects, X: FloatArray, own: FloatArray | None
) -> tuple[Model, Effects]:
    """Write design and own weights as moderators, so that refits keep them."""
    stated: Any = model
    frame = effects.frame
    if hasattr(model, "formula"):
        frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
        stated = replace(stated, formula=f"~ 0 + {' + '.join(frame.columns)}")
    if own is not None and getattr(model, "weights", BEST) != BEST:
        frame = frame.assign(**{_WEIGHT: own})
        stated = replace(stated, weights=_WEIGHT)
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
