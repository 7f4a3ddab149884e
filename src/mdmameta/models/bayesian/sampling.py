"""The same posterior by the No-U-Turn sampler, from its marginal form."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdmameta.errors import OptionError
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.prior_base import FloatArray

#: Effective sample sizes cannot be computed from fewer draws of a chain.
FEWEST_DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """How long and how carefully to sample.

    Parameters
    ----------
    seed
        Required: the same seed gives the same draws.
    draws, tune, chains
        Draws kept and thrown away for each of the chains.
    target_accept
        Acceptance rate aimed at while tuning.
    """

    seed: int
    draws: int
    tune: int
    chains: int
    target_accept: float

    def __post_init__(self) -> None:
        least = {"seed": 0, "draws": FEWEST_DRAWS, "tune": 0, "chains": 1}
        for name, floor in least.items():
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < floor:
                raise OptionError(
                    f"{name}={value!r} is not a whole number of at least {floor}."
                )
        if not 0 < self.target_accept < 1:
            raise OptionError(
                f"target_accept={self.target_accept!r} is not a rate between 0 and 1; "
                "0.95 is careful, 0.99 more so."
            )


def sample_posterior(
    data: Data, study: NDArray[np.str_], mu: Any, tau: Any, sampler: Sampler
) -> Any:
    """Sample μ and τ with the true effects integrated out, then draw those too.

    The marginal form has no funnel between τ and the true effects, which is
    what makes the hierarchical form diverge with few studies.

    Parameters
    ----------
    data
        k rotated effects.
    study
        Labels, shape (k,).
    mu, tau
        Priors with ``to_pymc(name)``.
    sampler
        Settings.

    Returns
    -------
    object
        ArviZ object with mu, tau, mu_new (true effect of a new study) and theta
        (true effects, dimension study).

    References
    ----------
    Betancourt and Girolami (2015), doi:10.1201/b18502-5, on the funnel.
    """
    for name, prior in (("mu", mu), ("tau", tau)):
        if not hasattr(prior, "to_pymc"):
            raise OptionError(
                f"{name}={prior!r} has no method to_pymc(name). Use a prior of "
                "mdmameta.models.bayesian, or engine='exact'."
            )
    idata = compat.sample(
        _model(data, mu, bound(tau, data)),
        draws=sampler.draws,
        tune=sampler.tune,
        chains=sampler.chains,
        target_accept=sampler.target_accept,
        seed=sampler.seed,
    )
    _recover(idata, data, study, np.random.default_rng(sampler.seed))
    return idata


def _model(data: Data, mu: Any, tau: Any) -> Any:
    pm = compat.pymc()
    with pm.Model() as model:
        mean, spread = mu.to_pymc("mu"), tau.to_pymc("tau")
        sigma = pm.math.sqrt(data.lam + spread**2)
        pm.Normal("z", data.e * mean, sigma, observed=data.z)
    return model


def _recover(
    idata: Any, data: Data, study: NDArray[np.str_], rng: np.random.Generator
) -> None:
    """Draw what was integrated out, given each draw of μ and τ."""
    mu, tau = compat.values(idata, "mu"), compat.values(idata, "tau")
    theta = _true_effects(data, mu[..., None], tau[..., None], rng)
    compat.add(idata, "theta", theta, study=study)
    compat.add(idata, "mu_new", mu + tau * rng.standard_normal(mu.shape))


def _true_effects(
    data: Data, mu: FloatArray, tau: FloatArray, rng: np.random.Generator
) -> FloatArray:
    b = tau**2 / (tau**2 + data.lam)
    noise = np.sqrt(b * data.lam) * rng.standard_normal(b.shape)
    rotated = b * data.z + (1 - b) * data.e * mu + noise
    return rotated if data.U is None else rotated @ data.U.T
