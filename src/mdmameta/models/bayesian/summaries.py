"""What a Fit takes from a posterior, whichever engine made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.exact import ExactPosterior
from mdmameta.models.bayesian.exact_regression import ExactRegression
from mdmameta.models.bayesian.kernel import Data, conditional, mean_weights
from mdmameta.models.bayesian.sampled.assembly import central, shrunken
from mdmameta.models.bayesian.tau_posterior import TauPosterior
from mdmameta.models.fit import Diagnostics

#: Largest error of the quadrature with which a fit may still be reported: a
#: hundredth of the last printed digit.
ACCEPTED_ERROR = 1e-6

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Summary:
    """Numbers and deferred numbers of one posterior.

    Parameters
    ----------
    mean, sd, interval, predictive
        Of μ, and the central interval of θ_new.
    tau2
        Posterior mean of τ².
    tau2_interval
        Computes its central interval.
    weights
        Percent, shape (k,).
    shrink
        Computes the shrunken effects.
    diagnostics
        Of the engine.
    """

    mean: float
    sd: float
    interval: Interval
    predictive: Interval
    tau2: float
    tau2_interval: Callable[[], Interval]
    weights: FloatArray
    shrink: Callable[[], pd.DataFrame]
    diagnostics: Diagnostics


def summarise_exact(
    posterior: ExactPosterior, study: NDArray[np.str_], level: float
) -> Summary:
    """Take moments and central intervals of a posterior by quadrature."""
    return Summary(
        mean=posterior.mu.mean,
        sd=posterior.mu.sd,
        interval=posterior.mu.interval(level),
        predictive=posterior.predictive.interval(level),
        tau2=posterior.tau2_mean,
        tau2_interval=partial(exact_tau2_interval, posterior, level),
        weights=posterior.weights,
        shrink=partial(exact_shrunken, posterior, study, level),
        diagnostics=exact_diagnostics(posterior),
    )


def exact_diagnostics(posterior: TauPosterior) -> Diagnostics:
    """Tell whether the quadrature met its tolerance."""
    return Diagnostics(
        converged=posterior.error <= ACCEPTED_ERROR,
        iterations=posterior.doublings,
        error=posterior.error,
    )


def exact_tau2_interval(posterior: TauPosterior, level: float) -> Interval:
    """Central interval of τ²."""
    low, high = posterior.tau.interval(level)
    return (low**2, high**2)


def exact_shrunken(
    posterior: ExactPosterior | ExactRegression, study: NDArray[np.str_], level: float
) -> pd.DataFrame:
    """Posterior means, SDs and central intervals of the studies' true effects."""
    theta = posterior.theta
    low, high = zip(*(marginal.interval(level) for marginal in theta), strict=True)
    return pd.DataFrame(
        {
            "study": study,
            "value": [marginal.mean for marginal in theta],
            "se": [marginal.sd for marginal in theta],
            "ci_low": low,
            "ci_high": high,
        }
    )


def summarise_draws(
    idata: Any, data: Data, study: NDArray[np.str_], mu_prior: Any, level: float
) -> Summary:
    """Take moments and central intervals of draws."""
    mu, tau = (compat.values(idata, name).ravel() for name in ("mu", "tau"))
    given = conditional(data, tau, mu_prior.components)
    return Summary(
        mean=float(mu.mean()),
        sd=float(mu.std(ddof=1)),
        interval=central(mu, level),
        predictive=central(compat.values(idata, "mu_new"), level),
        tau2=float((tau**2).mean()),
        tau2_interval=partial(central, tau**2, level),
        weights=100 * mean_weights(data, tau, given).mean(axis=1),
        shrink=partial(shrunken, idata, study, level),
        diagnostics=compat.diagnose(idata, ("mu", "tau")),
    )
