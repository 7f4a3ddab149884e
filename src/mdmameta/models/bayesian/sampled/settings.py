"""Settings that every sampled model has, and the way from effects to a Fit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian.prior_checks import check_mean, check_tau
from mdmameta.models.bayesian.sampled.task import Task, posterior_of
from mdmameta.models.bayesian.sampler import Sampler, Unsound
from mdmameta.models.bayesian.simulation import in_brief
from mdmameta.models.fit import Fit
from mdmameta.models.inputs import check_level


@dataclass(frozen=True, repr=False, kw_only=True)
class Sampled:
    """Settings of a model that is sampled.

    Parameters
    ----------
    seed
        Required: the same seed gives the same fit.
    level
        Probability of the intervals.
    draws, tune, chains
        Draws kept and thrown away for each of the chains. 8,000 draws put the Monte
        Carlo error of the mean at a hundredth or two of the posterior SD.
    target_accept
        Acceptance rate aimed at while tuning.
    unsound
        What to do with draws of r-hat above 1.01, an effective sample size below 400
        or a divergence: ``"raise"``, or ``"warn"`` by a caution.
    """

    seed: int | None = None
    level: float = 0.95
    draws: int = 2000
    tune: int = 1000
    chains: int = 4
    target_accept: float = 0.95
    unsound: Unsound = "raise"

    #: Always part of a row label; the other settings only when they were changed.
    _in_label: ClassVar[tuple[str, ...]] = ()

    #: Names of the priors of what is positive; a model of them has a mean mu, too.
    _positive: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        check_level(self.level)
        check_mean(getattr(self, "mu", None))
        for name in self._positive:
            check_tau(getattr(self, name), "nuts", name)
        _ = self.sampler  # whose options are checked

    def __repr__(self) -> str:
        said = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if f.name in self._in_label or getattr(self, f.name) != f.default
        ]
        return f"{type(self).__name__}({', '.join(said)})"

    @property
    def sampler(self) -> Sampler:
        """How long and how carefully to sample.

        Raises
        ------
        OptionError
            When a setting is not allowed, or there is no seed.
        """
        return Sampler.of(self)

    def brief(self, seed: int) -> Self:
        """Return the same model with fewer draws, for simulations of many fits."""
        return in_brief(self, seed)

    def fit(self, effects: Effects) -> Fit:
        """Sample the posterior, or take it from the cache; see `Model`.

        Parameters
        ----------
        effects
            See the model.

        Returns
        -------
        Fit
            ``estimate`` holds the posterior mean and SD with central intervals,
            ``posterior`` the ArviZ object.

        Raises
        ------
        ModelError
            When no row can be used, or the draws are not sound and
            ``unsound="raise"``.
        MissingExtraError
            When PyMC is not installed.
        """
        idata = posterior_of(self.task(effects), self.sampler)
        return self.assembled(effects, idata)

    def task(self, effects: Effects) -> Task:
        """Say what is sampled for these effects."""
        raise NotImplementedError

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds."""
        raise NotImplementedError
