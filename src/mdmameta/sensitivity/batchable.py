"""Which models can be fitted to many data sets at once."""

from __future__ import annotations

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, INTERVALS
from mdmameta.models.frequentist.own_weights import has_own_weights


def is_batchable(effects: Effects, model: Model) -> bool:
    """Tell whether `fit_many` gives what the model gives.

    Parameters
    ----------
    effects
        Rows, which must be independent.
    model
        `CommonEffect`, `RandomEffects` or `MetaRegression` with an estimator
        and an interval that `fit_many` has, and no weights of its own.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.1, 0.4], v=[0.1, 0.1])
    >>> is_batchable(effects, RandomEffects("REML"))
    True
    >>> is_batchable(effects, RandomEffects("GENQ"))
    False
    """
    if effects.covariance is not None:
        return False
    if type(model) not in (CommonEffect, RandomEffects, MetaRegression):
        return False
    tau2 = getattr(model, "tau2", None)
    known = not isinstance(tau2, str) or tau2 in BATCHED
    return (
        known
        and not has_own_weights(model)
        and getattr(model, "interval", None) in INTERVALS
    )
