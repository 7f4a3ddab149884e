"""Bayesian meta-regression: true effects that depend on moderators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.random import Generator

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models import guards
from mdmameta.models.bayesian import cautions
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.exact_regression import ExactRegression, exact_regression
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.prior_checks import (
    check_coefficients,
    check_tau,
    check_tau_density,
)
from mdmameta.models.bayesian.regression_kernel import RegressionData
from mdmameta.models.bayesian.regression_summaries import (
    RegressionSummary,
    of_draws,
    of_quadrature,
)
from mdmameta.models.bayesian.sampled.regression import regression_task
from mdmameta.models.bayesian.sampled.task import Task, posterior_of
from mdmameta.models.bayesian.sampler import Sampler, Unsound
from mdmameta.models.bayesian.simulation import around, from_prior, in_brief
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU
from mdmameta.models.bayesian.waived import ON_THE_SCALE
from mdmameta.models.design import (
    Design,
    design_matrix,
    parse,
    rows_without_moderators,
)
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.generative import Simulated
from mdmameta.models.inputs import Usable, check_contrasts, check_level, usable_rows
from mdmameta.options import Engine, check_option


@dataclass(frozen=True, repr=False)
class BayesianMetaRegression:
    """Posterior of coefficients β of moderators and of the SD τ that they leave.

    y ~ N(θ, V), θᵢ ~ N(xᵢ'β, τ²), with independent priors, by quadrature over τ with
    the coefficients integrated out, or sampled.

    Parameters
    ----------
    formula
        Right-hand side in formulaic's syntax, as in `MetaRegression`.
    priors
        One prior for every coefficient, or a mapping from each term, as it is named
        in ``fit.coefficients``, to its own; `Normal` or `Flat`, and with
        ``engine="nuts"`` also `StudentT`. There is no default: the scale of a
        coefficient is that of its moderator. With few trials a `Normal` of modest sd
        keeps moderators from explaining noise; a `StudentT` of small scale does so
        too, but gives way to a moderator that explains much.
    tau
        Prior of τ, as in `BayesianRandomEffects`.
    engine
        ``"exact"``: right to about 1e-9 and without chance. ``"nuts"``: PyMC, for
        priors that need it.
    level
        Probability of the intervals.
    seed, draws, tune, chains, target_accept, unsound
        Of ``"nuts"``, as in `BayesianRandomEffects`.

    Raises
    ------
    OptionError
        For a formula that cannot be read, or priors that cannot be used.

    Notes
    -----
    ``fit.estimate`` is the first coefficient, as in `MetaRegression`, and its
    prediction interval is for a new study where the others do not count.
    ``fit.exact`` is the `ExactRegression`, with Bayes factors of the terms;
    ``fit.posterior`` the ArviZ object with beta (dimension coef), tau, theta and
    mu_new.

    References
    ----------
    Röver and Friede (2023), doi:10.1016/j.cmpb.2022.107303.

    Examples
    --------
    >>> from mdmameta.models.bayesian import Normal
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> model = BayesianMetaRegression("~ dose", priors=Normal(0, 1))
    >>> fit = model.fit(effects)
    >>> fit.coefficients[["term", "value"]].round(2).values.tolist()
    [['Intercept', 0.09], ['dose', 0.19]]
    """

    formula: str
    priors: Any
    tau: TauPrior = DEFAULT_TAU
    engine: Engine = "exact"
    level: float = 0.95
    seed: int | None = None
    draws: int = 2000
    tune: int = 1000
    chains: int = 4
    target_accept: float = 0.95
    unsound: Unsound = "raise"

    def __post_init__(self) -> None:
        parse(self.formula)
        check_option("engine", self.engine, Engine)
        check_level(self.level)
        check_tau(self.tau, self.engine)
        if isinstance(self.priors, Mapping):
            object.__setattr__(self, "priors", tuple(self.priors.items()))
        check_coefficients(self.priors, self.engine)
        if self.engine == "exact":
            check_tau_density(self.tau)
        else:
            _ = self.sampler  # whose options are checked

    def __repr__(self) -> str:
        priors = dict(self.priors) if isinstance(self.priors, tuple) else self.priors
        said = [repr(self.formula), f"priors={priors!r}", f"tau={self.tau!r}"]
        said += [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)[3:]
            if f.name == "engine" or getattr(self, f.name) != f.default
        ]
        return f"{type(self).__name__}({', '.join(said)})"

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {
            "shift": ON_THE_SCALE,
            "scale": ON_THE_SCALE,
            "mirror": "A prior of a coefficient need not be at zero.",
            "one-study": "Priors of the coefficients answer where one study cannot.",
        }

    def fit(self, effects: Effects) -> Fit:
        """Compute or sample the posterior; see `Model`.

        Raises
        ------
        OptionError
            When a term has no prior, or a prior no term.
        ModelError
            When no row is usable, a moderator is absent, the coefficients cannot be
            told apart, the posterior is improper, or draws are not sound.
        MissingExtraError
            When ``engine="nuts"`` and PyMC is not installed.
        """
        if self.engine == "nuts":
            return self.assembled(
                effects, posterior_of(self.task(effects), self.sampler)
            )
        usable, design, data = self._read(effects)
        exact = exact_regression(
            data, design.terms, self._of_terms(design.terms), self.tau
        )
        study = effects.study[usable.rows]
        summary = of_quadrature(exact, study, self.level)
        return self._assemble(effects, usable, summary, exact=exact)

    def task(self, effects: Effects) -> Task:
        """Say what ``engine="nuts"`` samples for these effects."""
        usable, design, data = self._read(effects)
        return regression_task(
            data,
            design.terms,
            self._of_terms(design.terms),
            bound(self.tau, data),
            effects.study[usable.rows],
            repr(self),
        )

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds.

        Raises
        ------
        ModelError
            When the draws are not sound and ``unsound="raise"``.
        """
        usable, design, data = self._read(effects)
        study = effects.study[usable.rows]
        summary = of_draws(idata, data, design.terms, study, self.level)
        self.sampler.judge(summary.diagnostics)
        return self._assemble(effects, usable, summary, posterior=idata)

    def simulate(self, effects: Effects, rng: Generator) -> Simulated:
        """Draw parameters from the priors, and effects given them; see `Generative`."""
        _, design, data = self._read(effects)
        priors = zip(design.terms, self._of_terms(design.terms), strict=True)
        beta = np.array([from_prior(prior, rng, term) for term, prior in priors])
        tau = from_prior(bound(self.tau, data), rng, "tau")
        named = {f"beta[{i}]": float(b) for i, b in enumerate(beta)}
        return around(design.X @ beta, tau, effects, rng, {**named, "tau": tau})

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

    def _read(self, effects: Effects) -> tuple[Usable, Design, RegressionData]:
        check_contrasts(effects)
        missing = rows_without_moderators(self.formula, effects.frame)
        usable = usable_rows(effects, missing)
        design = design_matrix(self.formula, effects.frame.iloc[usable.rows])
        data = RegressionData.of(usable.y, usable.v, design.X, usable.V)
        return usable, design, data

    def _of_terms(self, terms: tuple[str, ...]) -> tuple[Any, ...]:
        if not isinstance(self.priors, tuple):
            return (self.priors,) * len(terms)
        known = dict(self.priors)
        if set(known) != set(terms):
            raise OptionError(
                f"priors are of {', '.join(map(repr, known))}, but the terms of "
                f"{self.formula!r} are {', '.join(map(repr, terms))}. Give one prior "
                "each."
            )
        return tuple(known[term] for term in terms)

    def _assemble(
        self,
        effects: Effects,
        usable: Usable,
        summary: RegressionSummary,
        exact: ExactRegression | None = None,
        posterior: Any = None,
    ) -> Fit:
        weights = np.zeros(effects.k)
        weights[usable.rows] = summary.weights
        return Fit(
            model=self,
            effects=effects,
            used=usable.rows,
            estimate=summary.estimate(self.level),
            heterogeneity=describe(summary.data, summary.tau2, summary.tau2_interval),
            coefficients=summary.coefficients(),
            vcov=summary.covariance,
            weights=weights,
            warnings=(*usable.cautions, *self._cautions(effects, usable.k, summary)),
            diagnostics=summary.diagnostics,
            posterior=posterior,
            exact=exact,
            seed=self.seed if self.engine == "nuts" else None,
            shrink=summary.shrink,
        )

    def _cautions(
        self, effects: Effects, k: int, summary: RegressionSummary
    ) -> tuple[Caution, ...]:
        unchanged = (repr(self.tau),) if self.tau == DEFAULT_TAU else ()
        terms = zip(
            summary.terms, summary.sds, self._of_terms(summary.terms), strict=True
        )
        followed = (
            caution
            for term, sd, prior in terms
            for caution in cautions.not_identified(float(sd), float(prior.sd), term)
        )
        return (
            *guards.first_coefficient(summary.terms[0], len(summary.terms)),
            *cautions.single_study(k),
            *followed,
            *cautions.infinite_moment(summary.tau2),
            *cautions.priors_off_scale(effects.measure, unchanged),
            *cautions.unsound(summary.diagnostics),
        )
