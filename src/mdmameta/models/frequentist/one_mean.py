"""A Fit from an estimate, its error and its weights: for models of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.deferred import later
from mdmameta.models.design import intercept_only, intercept_row
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist.heterogeneity import Between, describe
from mdmameta.models.frequentist.one_coefficient import estimate_of_mean
from mdmameta.models.frequentist.regression import Rows
from mdmameta.models.frequentist.tau2_estimate import Tau2
from mdmameta.models.guards import few_degrees_of_freedom, single_study
from mdmameta.models.inputs import Usable, check_level


def fit_of_mean(
    model: Model,
    effects: Effects,
    usable: Usable,
    *,
    value: float,
    se: float,
    weights: FloatArray,
    tau2: float | None = None,
    df: float = np.inf,
    level: float = 0.95,
    cautions: Sequence[Caution] = (),
) -> Fit:
    """Put an estimate of a mean effect, made by another rule, in a complete Fit.

    The interval is ``value`` ± t(df) ``se``; with ``tau2`` there is a prediction
    interval, of squared error se² + τ². Q, I² and the interval of τ² are those of
    independent rows. With one study there is neither τ² nor a prediction interval.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    usable
        What `mdmameta.models.inputs.usable_rows` returned for the effects.
    value, se
        Estimate and its standard error, on the scale of the effects.
    weights
        Share of each usable row in the estimate, shape (k,), in any unit.
    tau2
        Variance of true effects between studies, or None for a common effect.
    df
        Degrees of freedom of the interval; infinite for a normal one.
    level
        Probability of the intervals.
    cautions
        What else a reader must know.

    Returns
    -------
    Fit

    Raises
    ------
    ModelError
        For an estimate that is not finite, an error that is not positive, or
        weights of another shape.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> from mdmameta.models.inputs import usable_rows
    >>> effects = Effects.from_arrays(y=[0.1, 0.5, 0.9], v=[0.1, 0.1, 0.1])
    >>> usable = usable_rows(effects)
    >>> median = float(np.median(usable.y))
    >>> fit = fit_of_mean(CommonEffect(), effects, usable, value=median, se=0.2,
    ...                   weights=np.ones(3))
    >>> round(fit.estimate.ci_low, 3), fit.weights.round(1).tolist()
    (0.108, [33.3, 33.3, 33.3])
    """
    check_level(level)
    _check(model, usable, value, se, weights)
    one = usable.k == 1
    known = None if tau2 is None else Tau2(np.nan if one else tau2, np.nan)
    estimate = estimate_of_mean(
        value, se, level=level, df=df, tau2=None if one else tau2
    )
    rows = Rows(usable.y, usable.v, intercept_only(usable.k).X)
    between = Between(known or Tau2(0.0, np.nan), common=tau2 is None)
    shares = np.zeros(effects.k)
    shares[usable.rows] = 100 * weights / np.sum(weights)
    own = single_study() if one else few_degrees_of_freedom(df)
    return Fit(
        model=model,
        effects=effects,
        used=usable.rows,
        estimate=estimate,
        heterogeneity=describe(rows, between, level),
        coefficients=later(partial(intercept_row, estimate)),
        vcov=np.array([[se**2]]),
        weights=shares,
        warnings=(*usable.cautions, *own, *cautions),
    )


def _check(
    model: Model, usable: Usable, value: float, se: float, weights: FloatArray
) -> None:
    if not (np.isfinite(value) and np.isfinite(se) and se > 0):
        raise ModelError(
            f"{model!r} gave the estimate {value} with the standard error {se}; a fit "
            "needs a finite estimate and a positive, finite error."
        )
    if np.shape(weights) != (usable.k,):
        raise ModelError(
            f"{model!r} gave weights of shape {np.shape(weights)} for {usable.k} "
            "usable rows; give one a row."
        )
