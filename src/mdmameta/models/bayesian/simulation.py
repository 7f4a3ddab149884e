"""Parameters drawn from priors, and effects of a given design drawn from those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.random import Generator

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.prior_base import is_proper
from mdmameta.models.generative import Simulated

#: Of the brief form of a sampled model, for simulations of many fits: its ranks are
#: among a few hundred draws, and a single fit is not to be reported.
BRIEF: Mapping[str, Any] = {"draws": 500, "tune": 500, "chains": 2, "unsound": "warn"}

M = TypeVar("M")


def in_brief(model: M, seed: int) -> M:
    """Return a sampled model with fewer draws and another seed.

    Parameters
    ----------
    model
        With the settings of a `Sampler` as fields.
    seed
        Of the draws.
    """
    brief: M = replace(model, seed=seed, **BRIEF)  # type: ignore[type-var]
    return brief


def from_prior(prior: Any, rng: Generator, name: str) -> float:
    """Draw one value from a prior.

    Raises
    ------
    OptionError
        When the prior is improper, or has no ``sample(size, seed=)``.
    """
    if not is_proper(prior) or not hasattr(prior, "sample"):
        raise OptionError(
            f"{name}={prior!r} cannot be drawn from: it is improper, or has no "
            "sample(size, seed=). Give a proper prior, such as Normal(0, 1) of a mean "
            "or HalfNormal(0.5) of a standard deviation."
        )
    seed = int(rng.integers(2**32))
    return float(prior.sample(1, seed=seed)[0])


def observed(effects: Effects, theta: FloatArray, rng: Generator) -> Effects:
    """Add sampling errors of the design to true effects.

    Parameters
    ----------
    effects
        Design, with variances or a covariance matrix.
    theta
        True effects, shape (k,).
    rng
        Of the errors.
    """
    if effects.covariance is None:
        error = np.sqrt(effects.v) * rng.standard_normal(effects.k)
    else:
        root = np.linalg.cholesky(effects.covariance)
        error = root @ rng.standard_normal(effects.k)
    return effects.with_y(theta + error)


def around(
    mean: FloatArray | float,
    tau: float,
    effects: Effects,
    rng: Generator,
    truth: Mapping[str, float],
) -> Simulated:
    """Draw normal true effects around a mean, and effects given them.

    Parameters
    ----------
    mean
        Of the true effects, shape (k,) or one for all.
    tau
        Their standard deviation.
    effects, rng
        Design, and of what is drawn.
    truth
        What is known so far.
    """
    theta = mean + tau * rng.standard_normal(effects.k)
    known = {**truth, "theta[0]": float(theta[0])}
    return Simulated(truth=known, effects=observed(effects, theta, rng))
