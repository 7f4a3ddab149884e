"""Estimate and interval alone, for searches that ask for nothing else of a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.design import intercept_only
from mdmameta.models.fit import Estimate, Model
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.computation import Settings, compute
from mdmameta.models.inputs import usable_rows

__all__ = ["Bounds", "Judge", "Judged", "bounds", "is_quick"]


class Judged(Protocol):
    """What a search asks of a fit: whose it is, and its interval."""

    @property
    def model(self) -> Model:
        """The model fitted."""

    @property
    def estimate(self) -> Estimate:
        """Pooled effect with its interval."""


#: From effects to what is judged: a whole Fit, or the interval alone.
Judge = Callable[[Effects], Judged]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The interval of a model for effects, without the rest of a Fit.

    Parameters
    ----------
    model
        The model.
    estimate
        Value, standard error and interval; its prediction interval and test
        are not computed.
    """

    model: Model
    estimate: Estimate


def is_quick(model: Model) -> bool:
    """Tell whether `bounds` has a shorter way for a model than its Fit.

    Such models look at y and v alone: never at names, moderators or counts.

    Examples
    --------
    >>> is_quick(RandomEffects()), is_quick(BayesianRandomEffects())
    (True, True)
    """
    if type(model) is BayesianRandomEffects:
        return model.engine == "exact"
    return type(model) is RandomEffects


def bounds(effects: Effects, model: Model) -> Judged:
    """Compute the interval of a model, the same numbers as its Fit has.

    A search for a tipping point fits hundreds of times and looks at one bound;
    tables, weights and prediction intervals take most of the time of a Fit.

    Parameters
    ----------
    effects, model
        What is fitted to what.

    Returns
    -------
    Bounds or Fit
        The Fit itself for a model that has no shorter way.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6, -0.9], v=[0.05, 0.05, 0.2])
    >>> model = RandomEffects()
    >>> quick, full = bounds(effects, model).estimate, model.fit(effects).estimate
    >>> (quick.ci_low, quick.ci_high) == (full.ci_low, full.ci_high)
    True
    """
    if type(model) is RandomEffects:
        return Bounds(model, _random_effects(effects, model))
    if type(model) is BayesianRandomEffects and model.engine == "exact":
        return Bounds(model, _exact(effects, model))
    return model.fit(effects)


def _random_effects(effects: Effects, model: RandomEffects) -> Estimate:
    usable = usable_rows(effects)
    settings = Settings(
        tau2=model.tau2,
        interval=model.interval,
        prediction=None,
        level=model.level,
        tau2_interval=model.tau2_interval,
    )
    result = compute(usable, intercept_only(usable.k), settings)
    of = result.inference
    return Estimate(
        value=float(result.regression.beta[0]),
        se=float(of.se[0]),
        ci_low=float(of.ci_low[0]),
        ci_high=float(of.ci_high[0]),
        level=model.level,
    )


def _exact(effects: Effects, model: BayesianRandomEffects) -> Estimate:
    usable = usable_rows(effects)
    mu = exact_posterior(usable.y, usable.v, model.mu, model.tau, usable.V).mu
    low, high = mu.interval(model.level)
    return Estimate(
        value=mu.mean, se=mu.sd, ci_low=low, ci_high=high, level=model.level
    )
