"""Bayesian random effects with long tails: a study far off is allowed to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.bayesian import cautions, compat
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.mean_priors import DEFAULT_MU
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.sampled.assembly import Parts, fit_of_mean, interval_of
from mdmameta.models.bayesian.sampled.program import Program
from mdmameta.models.bayesian.sampled.scale_mixture import (
    posterior_of_nodes,
    t_effects,
    true_effect,
)
from mdmameta.models.bayesian.sampled.settings import Sampled
from mdmameta.models.bayesian.sampled.task import Flat, Recovered, Task
from mdmameta.models.bayesian.simulation import from_prior, observed
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU, LogNormal
from mdmameta.models.bayesian.waived import waived_by_priors
from mdmameta.models.fit import Fit
from mdmameta.models.generative import Simulated
from mdmameta.models.inputs import Usable, usable_rows

#: Median 7.4, 95 % between 1.0 and 52: from all but Cauchy to all but normal.
DEFAULT_NU = LogNormal(2, 1)

#: What is sampled.
NAMES = ("mu", "tau", "nu")


@dataclass(frozen=True, repr=False)
class BayesianRobustEffects(Sampled):
    """Posterior of the mean of t-distributed true effects.

    θᵢ ~ t(ν, μ, τ) and yᵢ ~ N(θᵢ, vᵢ): an outlying study is drawn less towards the
    mean, and draws the mean less, than with normal effects. True effects are
    integrated out while sampling and drawn afterwards.

    Parameters
    ----------
    mu, tau
        Priors of the centre, and of the scale of the t distribution, as in
        `BayesianRandomEffects`. The SD of true effects is τ √(ν / (ν − 2)).
    nu
        Prior of the degrees of freedom. Few trials say next to nothing about it:
        the default is spread from long tails to normal ones.
    seed, level, draws, tune, chains, target_accept, unsound
        See `mdmameta.models.bayesian.sampled.settings.Sampled`.

    Notes
    -----
    tau2 of the fit is τ², the squared scale, whose mean exists for every ν.
    Effects with a covariance matrix are refused.

    References
    ----------
    Baker and Jackson (2008), doi:10.1007/s10729-007-9041-8; Lee and Thompson (2008),
    doi:10.1002/sim.2897.

    Examples
    --------
    >>> BayesianRobustEffects(seed=1)
    BayesianRobustEffects(seed=1, mu=Normal(0, 1), tau=HalfNormal(0.5), nu=LogNormal(2, 1))
    """  # noqa: E501

    mu: Any = DEFAULT_MU
    tau: TauPrior = DEFAULT_TAU
    nu: TauPrior = DEFAULT_NU

    _in_label: ClassVar[tuple[str, ...]] = NAMES
    _positive: ClassVar[tuple[str, ...]] = ("tau", "nu")

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return waived_by_priors(self.mu)

    def task(self, effects: Effects) -> Task:
        """Say what is sampled for these effects.

        Raises
        ------
        ModelError
            When no row can be used, or the effects have covariances.
        """
        rows = _independent(effects)

        def recover(draws: Flat, rng: Generator) -> Recovered:
            return _recovered(rows, draws, rng)

        priors = (("mu", self.mu), ("tau", self.tau), ("nu", self.nu))
        return Task(
            label=repr(self),
            program=Program(priors, t_effects, (("y", 1), ("v", 1))),
            data={"y": rows.y, "v": rows.v},
            coords={"study": effects.study[rows.rows]},
            recover=recover,
            observed={"y": (("study",), rows.y)},
            constant={"v": (("study",), rows.v)},
        )

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds.

        Raises
        ------
        ModelError
            When the draws are not sound and ``unsound="raise"``.
        """
        rows = _independent(effects)
        draws = {name: compat.values(idata, name).ravel() for name in NAMES}
        tau2 = draws["tau"] ** 2
        data = Data.of(rows.y, rows.v)
        unchanged = tuple(
            repr(prior)
            for prior, default in ((self.mu, DEFAULT_MU), (self.tau, DEFAULT_TAU))
            if prior == default
        )
        off_scale = cautions.priors_off_scale(effects.measure, unchanged)
        parts = Parts(
            rows=rows.rows,
            weights=_weights(rows, draws, float(self.mu.sd)),
            parameters=NAMES,
            heterogeneity=describe(
                data, float(tau2.mean()), interval_of(tau2, self.level)
            ),
            labels=effects.study[rows.rows],
            found=(*rows.cautions, *off_scale),
        )
        return fit_of_mean(self, effects, idata, self.mu, parts)

    def simulate(self, effects: Effects, rng: Generator) -> Simulated:
        """Draw parameters from the priors, and effects given them; see `Generative`.

        Raises
        ------
        OptionError
            When a prior is improper.
        """
        truth = {name: from_prior(getattr(self, name), rng, name) for name in NAMES}
        spread = truth["tau"] * rng.standard_t(truth["nu"], effects.k)
        theta = truth["mu"] + spread
        known = {**truth, "theta[0]": float(theta[0])}
        return Simulated(truth=known, effects=observed(effects, theta, rng))


def _independent(effects: Effects) -> Usable:
    rows = usable_rows(effects)
    if rows.V is not None and np.count_nonzero(rows.V - np.diag(rows.v)):
        raise ModelError(
            "the effects have a covariance matrix, and t-distributed effects are "
            "integrated one by one: give one independent row a study, or use "
            "BayesianMultilevel."
        )
    return rows


def _recovered(rows: Usable, draws: Flat, rng: Generator) -> Recovered:
    each = zip(rows.y, rows.v, strict=True)
    found = [true_effect(y, v, draws, rng) for y, v in each]
    theta, log_likelihood = (np.column_stack(part) for part in zip(*found, strict=True))
    mu, tau, nu = (draws[name] for name in NAMES)
    new = mu + tau * rng.standard_t(nu)
    spread = tau[:, None] * rng.standard_t(nu[:, None], theta.shape)
    error = np.sqrt(rows.v) * rng.standard_normal(theta.shape)
    return Recovered(
        posterior={"theta": (("study",), theta), "mu_new": ((), new)},
        predictive={"y": (("study",), mu[:, None] + spread + error)},
        log_likelihood={"y": (("study",), log_likelihood)},
    )


def _weights(rows: Usable, draws: Flat, prior_sd: float) -> FloatArray:
    """Percent of each row given its λ, on average; the rest is the prior's share."""
    of_rows = []
    for y, v in zip(rows.y, rows.v, strict=True):
        _, probability, u = posterior_of_nodes(y, v, draws)
        variance = v + draws["tau"][:, None] ** 2 * np.exp(-u)
        of_rows.append((probability / variance).sum(axis=1))
    w = np.array(of_rows)
    return np.asarray(100 * (w / (w.sum(axis=0) + prior_sd**-2)).mean(axis=1))
