"""The answer as a function of τ: what the pooled and shrunken effects would be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.exact import ExactPosterior, posterior_of
from mdmameta.models.bayesian.kernel import shrinkage
from mdmameta.models.bayesian.marginals import check_level
from mdmameta.models.bayesian.mixture import mixture_quantile
from mdmameta.models.fit import Fit

#: Values of τ by default, up to this quantile of its posterior.
POINTS, FARTHEST = 101, 0.99


def trace_tau(fit: Fit, tau: ArrayLike | None = None) -> pd.DataFrame:
    """Posterior of the mean, and of each study's effect, if τ were known.

    Parameters
    ----------
    fit
        Exact fit of a `BayesianRandomEffects`.
    tau
        Values of τ; by default 101 from 0 to the 99th percentile of its posterior.

    Returns
    -------
    pandas.DataFrame
        One row a value of τ: tau; density, its posterior density; value, se, ci_low,
        ci_high of the mean effect given τ; and a column ``theta: study`` for each
        study with the mean of its true effect given τ. At τ = 0 all of these are the
        common effect; as τ grows they go to the studies' own.

    Raises
    ------
    ModelError
        When the fit has no posterior by quadrature of one mean.
    OptionError
        When a τ is negative or not finite.

    References
    ----------
    Röver et al. (2024), doi:10.1002/jrsm.1693, arXiv:2306.17043; Rubin (1981),
    doi:10.3102/10769986006004377.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.bayesian import BayesianRandomEffects
    >>> effects = Effects.from_arrays(
    ...     y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2], study=["A", "B", "C"])
    >>> fit = BayesianRandomEffects().fit(effects)
    >>> trace_tau(fit, [0, 1])[["tau", "value", "theta: A"]].round(2)
       tau  value  theta: A
    0  0.0  -0.69     -0.69
    1  1.0  -0.49     -0.88
    """
    posterior = posterior_of(fit)
    at = _values(posterior, tau)
    given = posterior.conditional(at)
    low, high = _ends(posterior, at, fit.estimate.level)
    columns = {
        "tau": at,
        "density": posterior.tau.density(at),
        "value": given.mean,
        "se": given.sd,
        "ci_low": low,
        "ci_high": high,
    }
    k, parts = len(fit.used), given.weight
    means = shrinkage(posterior.data, at, given).mean.reshape(k, *parts.shape)
    of_studies = pd.DataFrame(
        (parts * means).sum(axis=1).T,
        columns=[f"theta: {study}" for study in fit.effects.study[fit.used]],
    )
    return pd.concat([pd.DataFrame(columns), of_studies], axis=1)


def _values(posterior: ExactPosterior, tau: ArrayLike | None) -> FloatArray:
    if tau is None:
        return np.linspace(0, float(posterior.tau.quantile(FARTHEST)), POINTS)
    at = np.atleast_1d(np.asarray(tau, dtype=float))
    if not ((at >= 0) & np.isfinite(at)).all():
        raise OptionError(
            f"tau={tau!r}: a standard deviation is finite and at least 0."
        )
    return at


def _ends(
    posterior: ExactPosterior, at: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    check_level(level)
    given = posterior.conditional(at)
    weight, means = given.weight.T, given.means.T
    sds = np.broadcast_to(given.sds, given.means.shape).T
    low, high = (
        mixture_quantile(np.full(at.size, p), weight, means, sds)
        for p in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high
