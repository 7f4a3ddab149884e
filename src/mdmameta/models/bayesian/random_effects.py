"""The Bayesian random-effects model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.random import Generator

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import cautions
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.exact import ExactPosterior, exact_posterior
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.marginals import check_level
from mdmameta.models.bayesian.mean_priors import DEFAULT_MU
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.prior_checks import check_mean, check_priors, check_tau
from mdmameta.models.bayesian.sampled.task import Task, posterior_of
from mdmameta.models.bayesian.sampler import Sampler, Unsound
from mdmameta.models.bayesian.sampling import mean_task
from mdmameta.models.bayesian.simulation import around, from_prior, in_brief
from mdmameta.models.bayesian.summaries import (
    Summary,
    summarise_draws,
    summarise_exact,
)
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU
from mdmameta.models.bayesian.waived import waived_by_priors
from mdmameta.models.design import intercept_row
from mdmameta.models.fit import Caution, Estimate, Fit
from mdmameta.models.generative import Simulated
from mdmameta.models.inputs import Usable, usable_rows
from mdmameta.options import Engine, check_option

#: Always part of a row label; the other settings only when they were changed.
_IN_LABEL = ("mu", "tau", "engine")


@dataclass(frozen=True, repr=False)
class BayesianRandomEffects:
    """Posterior of the mean effect μ and of the SD τ of true effects.

    y ~ N(θ, V), θᵢ ~ N(μ, τ²), with independent priors for μ and τ. It works
    from one study on; it is not equivariant to shift and scale, because its
    priors are on the scale of the effects.

    Parameters
    ----------
    mu
        Prior of the mean: `Normal`, `StudentT`, a `Mixture` of them, or `Flat`.
        N(0, 1) is weak for standardised mean differences and log ratios. On another scale, such as a mean difference in points of an
        instrument, give your own: the defaults are then answered by a caution.
    tau
        Prior of τ: any of `mdmameta.models.bayesian`, or, for the exact engine, any
        object with ``log_density(x)``. Half-normal(0.5) is conservative on the same
        scales.
    engine
        ``"exact"``: quadrature over τ, with μ integrated out, right to about
        1e-9 and without chance. ``"nuts"``: PyMC, for priors that need it.
    seed
        Required by ``"nuts"``, not used by ``"exact"``.
    level
        Probability of the intervals.
    draws, tune, chains, target_accept
        Of ``"nuts"``. 8,000 draws put the Monte Carlo error of the mean at a
        hundredth or two of the posterior SD; 0.95 avoids divergences near
        τ = 0.
    unsound
        What ``"nuts"`` does with draws of r-hat above 1.01, an effective sample size
        below 400 or a divergence: ``"raise"``, or ``"warn"`` by a caution.

    References
    ----------
    Röver (2020), doi:10.18637/jss.v093.i06; Röver et al. (2021),
    doi:10.1002/jrsm.1475.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = BayesianRandomEffects().fit(effects)
    >>> fit
    <Fit BayesianRandomEffects(mu=Normal(0, 1), tau=HalfNormal(0.5), engine='exact'): -0.6494 [-1.113, -0.1131]>
    >>> round(fit.exact.prob_mu_below(0), 3)
    0.986
    """  # noqa: E501

    mu: Any = DEFAULT_MU
    tau: TauPrior = DEFAULT_TAU
    engine: Engine = "exact"
    seed: int | None = None
    level: float = 0.95
    draws: int = 2000
    tune: int = 1000
    chains: int = 4
    target_accept: float = 0.95
    unsound: Unsound = "raise"

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return waived_by_priors(self.mu)

    def __post_init__(self) -> None:
        check_option("engine", self.engine, Engine)
        check_level(self.level)
        check_tau(self.tau, self.engine)
        if self.engine == "exact":
            check_priors(self.mu, self.tau)
        else:
            check_mean(self.mu)
            _ = self.sampler  # whose options are checked

    def __repr__(self) -> str:
        said = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if f.name in _IN_LABEL or getattr(self, f.name) != f.default
        ]
        return f"{type(self).__name__}({', '.join(said)})"

    def fit(self, effects: Effects) -> Fit:
        """Compute or sample the posterior.

        Parameters
        ----------
        effects
            Independent, or with a covariance matrix.

        Returns
        -------
        Fit
            ``estimate`` holds the posterior mean and SD of μ with its central
            interval, and the central predictive interval of the true effect in
            a new study; ``weights`` are posterior means, the rest of 100 being
            the share of the prior. ``exact`` is the `ExactPosterior`, or
            ``posterior`` the ArviZ object with mu, tau, theta and mu_new.

        Raises
        ------
        ModelError
            When no row can be used, the posterior is improper, or draws are not
            sound.
        MissingExtraError
            When ``engine="nuts"`` and PyMC is not installed.
        """
        if self.engine == "nuts":
            return self.assembled(
                effects, posterior_of(self.task(effects), self.sampler)
            )
        usable = usable_rows(effects)
        exact = exact_posterior(usable.y, usable.v, self.mu, self.tau, usable.V)
        summary = summarise_exact(exact, effects.study[usable.rows], self.level)
        return self._assemble(effects, usable, exact.data, summary, exact=exact)

    def task(self, effects: Effects) -> Task:
        """Say what ``engine="nuts"`` samples for these effects."""
        usable = usable_rows(effects)
        data = Data.of(usable.y, usable.v, usable.V)
        study = effects.study[usable.rows]
        return mean_task(data, study, self.mu, self.tau, repr(self))

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds.

        Raises
        ------
        ModelError
            When the draws are not sound and ``unsound="raise"``.
        """
        usable = usable_rows(effects)
        data = Data.of(usable.y, usable.v, usable.V)
        study = effects.study[usable.rows]
        summary = summarise_draws(idata, data, study, self.mu, self.level)
        self.sampler.judge(summary.diagnostics)
        return self._assemble(effects, usable, data, summary, posterior=idata)

    def simulate(self, effects: Effects, rng: Generator) -> Simulated:
        """Draw parameters from the priors, and effects given them; see `Generative`.

        Raises
        ------
        OptionError
            When a prior is improper.
        """
        design = Data.of(effects.y, effects.v, effects.covariance)
        mu = from_prior(self.mu, rng, "mu")
        tau = from_prior(bound(self.tau, design), rng, "tau")
        return around(mu, tau, effects, rng, {"mu": mu, "tau": tau})

    def brief(self, seed: int) -> Self:
        """Return the same model, with fewer draws where it draws at all."""
        return in_brief(self, seed) if self.engine == "nuts" else self

    @property
    def sampler(self) -> Sampler:
        """Settings of ``engine="nuts"``.

        Raises
        ------
        OptionError
            When one of them is not allowed, or there is no seed.
        """
        return Sampler.of(self)

    def _assemble(
        self,
        effects: Effects,
        usable: Usable,
        data: Data,
        summary: Summary,
        exact: ExactPosterior | None = None,
        posterior: Any = None,
    ) -> Fit:
        weights = np.zeros(effects.k)
        weights[usable.rows] = summary.weights
        estimate = _estimate(summary, self.level)
        return Fit(
            model=self,
            effects=effects,
            used=usable.rows,
            estimate=estimate,
            heterogeneity=describe(data, summary.tau2, summary.tau2_interval),
            coefficients=intercept_row(estimate),
            vcov=np.array([[summary.sd**2]]),
            weights=weights,
            warnings=(*usable.cautions, *self._cautions(effects, usable.k, summary)),
            diagnostics=summary.diagnostics,
            posterior=posterior,
            exact=exact,
            seed=self.seed if self.engine == "nuts" else None,
            shrink=summary.shrink,
        )

    def _cautions(
        self, effects: Effects, k: int, summary: Summary
    ) -> tuple[Caution, ...]:
        defaults = ((self.mu, DEFAULT_MU), (self.tau, DEFAULT_TAU))
        unchanged = tuple(
            repr(prior) for prior, default in defaults if prior == default
        )
        return (
            *cautions.single_study(k),
            *cautions.not_identified(summary.sd, float(self.mu.sd)),
            *cautions.infinite_moment(summary.tau2),
            *cautions.priors_off_scale(effects.measure, unchanged),
            *cautions.unsound(summary.diagnostics),
        )


def _estimate(summary: Summary, level: float) -> Estimate:
    return Estimate(
        value=summary.mean,
        se=summary.sd,
        ci_low=summary.interval[0],
        ci_high=summary.interval[1],
        pi_low=summary.predictive[0],
        pi_high=summary.predictive[1],
        df=np.nan,
        level=level,
    )
