"""From draws of a mean to a Fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import cautions, compat
from mdmameta.models.bayesian.sampled.settings import Sampled
from mdmameta.models.design import intercept_row
from mdmameta.models.fit import Caution, Estimate, Fit, Heterogeneity


@dataclass(frozen=True, eq=False, kw_only=True)
class Parts:
    """What a Fit needs beside the draws of mu and mu_new.

    Parameters
    ----------
    rows
        Positions of the rows used, shape (k,).
    weights
        Percent of each of them, shape (k,).
    parameters
        Names of what was sampled, whose convergence is judged.
    heterogeneity
        Made from the draws.
    labels
        Labels of the true effects.
    found
        Cautions of the data and of the model.
    """

    rows: NDArray[np.intp]
    weights: FloatArray
    parameters: tuple[str, ...]
    heterogeneity: Heterogeneity
    labels: NDArray[Any]
    found: tuple[Caution, ...]


def central(draws: FloatArray, level: float) -> tuple[float, float]:
    """Central interval of draws."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def fit_of_mean(
    model: Sampled, effects: Effects, idata: Any, mu_prior: Any, parts: Parts
) -> Fit:
    """Make the Fit of a model with one mean.

    Parameters
    ----------
    model, effects
        What was fitted to what.
    idata
        With mu, mu_new and theta.
    mu_prior
        With ``sd``, to tell whether the data moved it.
    parts
        The rest.

    Raises
    ------
    ModelError
        When the draws are not sound and the model does not accept such.
    """
    diagnostics = compat.diagnose(idata, parts.parameters)
    model.sampler.judge(diagnostics)
    estimate = _estimate(idata, model.level)
    weights = np.zeros(effects.k)
    weights[parts.rows] = parts.weights
    return Fit(
        model=model,
        effects=effects,
        used=parts.rows,
        estimate=estimate,
        heterogeneity=parts.heterogeneity,
        coefficients=intercept_row(estimate),
        vcov=np.array([[estimate.se**2]]),
        weights=weights,
        warnings=(
            *parts.found,
            *cautions.single_study(len(set(parts.labels.tolist()))),
            *cautions.not_identified(estimate.se, float(mu_prior.sd)),
            *cautions.unsound(diagnostics),
        ),
        diagnostics=diagnostics,
        posterior=idata,
        seed=model.seed,
        shrink=partial(shrunken, idata, parts.labels, model.level),
    )


def _estimate(idata: Any, level: float) -> Estimate:
    mu = compat.values(idata, "mu")
    low, high = central(mu, level)
    pi_low, pi_high = central(compat.values(idata, "mu_new"), level)
    return Estimate(
        value=float(mu.mean()),
        se=float(mu.std(ddof=1)),
        ci_low=low,
        ci_high=high,
        pi_low=pi_low,
        pi_high=pi_high,
        df=np.nan,
        level=level,
    )


def shrunken(idata: Any, labels: NDArray[Any], level: float) -> pd.DataFrame:
    """Posterior means, SDs and central intervals of the true effects.

    Parameters
    ----------
    idata
        With theta, whose last axis has the rows.
    labels
        Of the rows.
    level
        Probability of the intervals.
    """
    theta = compat.values(idata, "theta").reshape(-1, labels.size)
    low, high = np.quantile(theta, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "study": labels,
            "value": theta.mean(axis=0),
            "se": theta.std(axis=0, ddof=1),
            "ci_low": low,
            "ci_high": high,
        }
    )


def interval_of(draws: FloatArray, level: float) -> Callable[[], tuple[float, float]]:
    """Defer the central interval of draws until it is asked for."""
    return partial(central, draws, level)
