"""Bayesian log odds ratio from events of two arms, without a normal approximation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import expit

from mdmameta.arrays import FloatArray
from mdmameta.effects.counts import CELLS, counts
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, ModelError, OptionError
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.mean_priors import DEFAULT_MU, Normal
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.sampled.assembly import Parts, fit_of_mean, interval_of
from mdmameta.models.bayesian.sampled.counts import (
    Arms,
    binomial_normal,
    draw_effects,
    log_marginal,
)
from mdmameta.models.bayesian.sampled.program import Program
from mdmameta.models.bayesian.sampled.settings import Sampled
from mdmameta.models.bayesian.sampled.task import Flat, Recovered, Task
from mdmameta.models.bayesian.simulation import from_prior
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU
from mdmameta.models.bayesian.waived import ONE_STUDY
from mdmameta.models.duties import OF_COUNTS
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.generative import Simulated
from mdmameta.models.inputs import check_contrasts

#: 95 % of control risks between 2 and 98 percent, the same for every trial.
DEFAULT_BASELINE = Normal(0, 2)

#: Names of the arms, in the order of the counts.
ARMS = ("active", "control")


@dataclass(frozen=True, repr=False)
class BayesianBinomialNormal(Sampled):
    """Posterior of the mean log odds ratio of trials, from the counts of both arms.

    Events in the control arm are binomial with log odds αᵢ, those in the active arm
    with αᵢ + δᵢ, where δᵢ ~ N(μ, τ²) and αᵢ has a prior of its own. No constant is
    added to empty cells, and trials without events say what they can. The Bayesian
    `BinomialNormal` ("UM.FS", with all heterogeneity in the active arm).

    Parameters
    ----------
    mu, tau
        Priors of the mean and of the SD of log odds ratios, as in
        `BayesianRandomEffects`.
    baseline
        `Normal` prior of each trial's log odds in the control arm.
    seed, level, draws, tune, chains, target_accept, unsound
        See `mdmameta.models.bayesian.sampled.settings.Sampled`.

    Notes
    -----
    Effects need moderators ai, n1i (or bi), ci, n2i (or di); y and v are not used.
    Levels and effects of trials are integrated out by quadrature while sampling (μ
    and τ alone are sampled) and drawn afterwards: ``fit.posterior`` has theta (log
    odds ratios, dimension study) and log_odds (dimensions study and arm). Log odds
    ratios beyond ±15 are not told apart. I² relates τ² to the variances that counts
    plus one half give.

    References
    ----------
    Smith, Spiegelhalter and Thomas (1995), doi:10.1002/sim.4780142408; Jackson et al.
    (2018), doi:10.1002/sim.7588.

    Examples
    --------
    >>> BayesianBinomialNormal(seed=1)
    BayesianBinomialNormal(seed=1, mu=Normal(0, 1), tau=HalfNormal(0.5), baseline=Normal(0, 2))
    """  # noqa: E501

    mu: Any = DEFAULT_MU
    tau: TauPrior = DEFAULT_TAU
    baseline: Normal = DEFAULT_BASELINE

    world: ClassVar[str] = "events"
    _in_label: ClassVar[tuple[str, ...]] = ("mu", "tau", "baseline")
    _positive: ClassVar[tuple[str, ...]] = ("tau",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.baseline, Normal):
            raise OptionError(
                f"baseline={self.baseline!r} is not a Normal(mean, sd): levels are "
                "integrated over a normal prior."
            )

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {**OF_COUNTS, "one-study": ONE_STUDY}

    def task(self, effects: Effects) -> Task:
        """Say what is sampled for these effects.

        Raises
        ------
        ModelError
            When the effects are no log odds ratios, have no counts, or no trial is
            complete.
        """
        rows, arms, _ = self._counted(effects)
        data = arms.containers()

        def recover(draws: Flat, rng: Generator) -> Recovered:
            return _recovered(arms, data, draws, rng)

        both = ("study", "arm")
        return Task(
            label=repr(self),
            program=Program(
                priors=(("mu", self.mu), ("tau", self.tau)),
                log_density=binomial_normal,
                data=(("table", 1), ("trials", 2)),
            ),
            data=data,
            coords={"study": effects.study[rows], "arm": list(ARMS)},
            recover=recover,
            observed={"events": (both, arms.x)},
            constant={"people": (both, arms.n)},
        )

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds.

        Raises
        ------
        ModelError
            When the draws are not sound and ``unsound="raise"``.
        """
        rows, arms, found = self._counted(effects)
        tau2 = compat.values(idata, "tau").ravel() ** 2
        data = arms.containers()
        centre, spread, _ = data["trials"].T
        corrected = Data.of(centre, spread**2)
        w = 1 / (corrected.lam + tau2[:, None])
        shares = w / (w.sum(axis=1, keepdims=True) + float(self.mu.sd) ** -2)
        parts = Parts(
            rows=rows,
            weights=100 * shares.mean(axis=0),
            parameters=("mu", "tau"),
            heterogeneity=describe(
                corrected, float(tau2.mean()), interval_of(tau2, self.level)
            ),
            labels=effects.study[rows],
            found=found,
        )
        return fit_of_mean(self, effects, idata, self.mu, parts)

    def simulate(self, effects: Effects, rng: Generator) -> Simulated:
        """Draw parameters from the priors, and effects given them; see `Generative`.

        Raises
        ------
        OptionError
            When a prior is improper.
        """
        rows, arms, _ = self._counted(effects)
        mu = from_prior(self.mu, rng, "mu")
        tau = from_prior(self.tau, rng, "tau")
        levels = self.baseline.mean + self.baseline.sd * rng.standard_normal(rows.size)
        delta = mu + tau * rng.standard_normal(rows.size)
        log_odds = np.column_stack([levels + delta, levels])
        x = rng.binomial(arms.n.astype(np.int64), expit(log_odds))
        truth = {"mu": mu, "tau": tau, "theta[0]": float(delta[0])}
        return Simulated(truth=truth, effects=_with_events(effects.take(rows), x, arms))

    def _counted(
        self, effects: Effects
    ) -> tuple[NDArray[np.intp], Arms, tuple[Caution, ...]]:
        check_contrasts(effects)
        if effects.measure not in ("", "OR"):
            raise ModelError(
                f"effects are of measure {effects.measure!r}, and this model estimates "
                "log odds ratios: make the effects with measure 'OR'."
            )
        try:
            a, b, c, d = counts(effects).to_numpy().T
        except EffectsError as error:
            raise ModelError(f"events cannot be read: {error}") from error
        x, n = np.column_stack([a, c]), np.column_stack([a + b, c + d])
        whole = ~np.isnan(n).any(axis=1) & (n > 0).all(axis=1)
        rows = np.flatnonzero(whole)
        if rows.size == 0:
            raise ModelError("k = 0: no trial has counts of both arms; see the counts.")
        dropped = ", ".join(effects.study[~whole])
        text = f"Not used for missing counts or an empty arm: {dropped}."
        found = (Caution("rows-dropped", text),) if dropped else ()
        prior = self.baseline
        return rows, Arms(x[rows], n[rows], prior.mean, prior.sd), found


def _with_events(effects: Effects, x: NDArray[np.int64], arms: Arms) -> Effects:
    cells = zip(("ai", "ci"), ("n1i", "n2i"), x.T, arms.n.T, strict=True)
    table = {n: column for e, p, a, b in cells for n, column in ((e, a), (p, b))}
    return Effects.from_arrays(
        y=np.zeros(effects.k),
        v=np.ones(effects.k),
        study=list(effects.study),
        measure="OR",
        moderators=effects.frame.drop(columns=[*CELLS], errors="ignore").assign(
            **table
        ),
    )


def _recovered(
    arms: Arms, data: Mapping[str, FloatArray], draws: Flat, rng: Generator
) -> Recovered:
    mu, tau = draws["mu"], draws["tau"]
    delta, level = draw_effects(arms, mu, tau, rng)
    log_odds = np.stack([level + delta, level], axis=-1)
    fresh = mu[:, None] + tau[:, None] * rng.standard_normal(delta.shape)
    again = np.stack([level + fresh, level], axis=-1)
    events = rng.binomial(arms.n.astype(np.int64), expit(again))
    new = mu + tau * rng.standard_normal(mu.shape)
    at = (mu[:, None, None], tau[:, None, None])
    both = ("study", "arm")
    return Recovered(
        posterior={
            "theta": (("study",), delta),
            "log_odds": (both, log_odds),
            "mu_new": ((), new),
        },
        predictive={"events": (both, events)},
        log_likelihood={"events": (("study",), log_marginal(np, *at, data))},
    )
