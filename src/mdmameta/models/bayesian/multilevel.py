"""Bayesian effects within studies: a three-level model with known covariances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.bayesian import cautions, compat
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.mean_priors import DEFAULT_MU
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.sampled.assembly import Parts, fit_of_mean, interval_of
from mdmameta.models.bayesian.sampled.normal import (
    Given,
    NormalEffects,
    by_group,
    containers,
    two_levels,
)
from mdmameta.models.bayesian.sampled.program import Program
from mdmameta.models.bayesian.sampled.settings import Sampled
from mdmameta.models.bayesian.sampled.task import Flat, Recovered, Task
from mdmameta.models.bayesian.sampled.total_scale import have_total
from mdmameta.models.bayesian.sampling import recovered
from mdmameta.models.bayesian.simulation import around, from_prior
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU
from mdmameta.models.bayesian.waived import waived_by_priors
from mdmameta.models.fit import Fit, Heterogeneity
from mdmameta.models.generative import Simulated
from mdmameta.models.inputs import Usable, usable_rows

#: Names of the standard deviations.
SCALES = ("tau_between", "tau_within")

#: Covariances of different studies below this are rounding, against variances.
ROUNDING = 1e-12


@dataclass(frozen=True, repr=False)
class BayesianMultilevel(Sampled):
    """Posterior of a mean of effects that come several from a study.

    yᵢⱼ = μ + uᵢ + wᵢⱼ + eᵢⱼ with uᵢ ~ N(0, τ²_between), wᵢⱼ ~ N(0, τ²_within) and
    known sampling covariance V within studies. Random effects are integrated out
    while sampling and drawn afterwards. The Bayesian `Multilevel`.

    Parameters
    ----------
    mu
        Prior of the mean, as in `BayesianRandomEffects`.
    between, within
        Priors of the SDs of true effects between studies, and between the effects of
        a study. Half-normal(0.5) is conservative for standardised mean differences
        and log ratios (Röver et al. 2021).
    seed, level, draws, tune, chains, target_accept, unsound
        See `mdmameta.models.bayesian.sampled.settings.Sampled`.

    Notes
    -----
    Studies are those of the effects (``study=``). ``fit.posterior`` has mu,
    tau_between, tau_within, theta (true effects, dimension effect), theta_study and
    mu_new, the true effect of one new row of a new study. tau2 of the fit is the sum
    of both variances. Where every study has one effect the data tell that sum alone,
    and a caution says so: its split between the two is that of the priors.

    References
    ----------
    Konstantopoulos (2011), doi:10.1002/jrsm.35; Röver et al. (2021),
    doi:10.1002/jrsm.1475.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.8, 0.6], v=[0.02] * 4, study=["A", "A", "B", "B"])
    >>> model = BayesianMultilevel(seed=1)
    >>> model
    BayesianMultilevel(seed=1, mu=Normal(0, 1), between=HalfNormal(0.5), within=HalfNormal(0.5))
    >>> model.task(effects).program.names
    ('mu', 'tau_between', 'tau_within')
    """  # noqa: E501

    mu: Any = DEFAULT_MU
    between: TauPrior = DEFAULT_TAU
    within: TauPrior = DEFAULT_TAU

    world: ClassVar[str] = "clustered"
    _in_label: ClassVar[tuple[str, ...]] = ("mu", "between", "within")
    _positive: ClassVar[tuple[str, ...]] = ("between", "within")

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return waived_by_priors(self.mu)

    def task(self, effects: Effects) -> Task:
        """Say what is sampled for these effects.

        Raises
        ------
        ModelError
            When no row can be used, or effects of different studies have sampling
            errors that are correlated.
        """
        rows, normal, group = _normal(effects)
        names = _distinct(effects.study[rows.rows])

        def recover(draws: Flat, rng: Generator) -> Recovered:
            return recovered(normal, given(draws), draws["mu"], "effect", rng)

        return Task(
            label=repr(self),
            program=Program(
                priors=(
                    ("mu", self.mu),
                    ("tau_between", self.between),
                    ("tau_within", self.within),
                ),
                log_density=two_levels,
                data=(("z", 1), ("e", 1), ("lam", 1), ("Z", 2)),
                total=SCALES if have_total((self.between, self.within)) else None,
            ),
            data=containers(normal),
            coords={"effect": row_labels(effects, rows), "study": names},
            recover=recover,
            observed={"y": (("effect",), rows.y)},
            constant={"v": (("effect",), rows.v), "group": (("effect",), group)},
        )

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws, such as those that the cache holds.

        Raises
        ------
        ModelError
            When the draws are not sound and ``unsound="raise"``.
        """
        rows, normal, group = _normal(effects)
        names = ("mu", *SCALES)
        draws = {name: compat.values(idata, name).ravel() for name in names}
        defaults = ((self.mu, DEFAULT_MU), (self.within, DEFAULT_TAU))
        unchanged = tuple(repr(p) for p, default in defaults if p == default)
        parts = Parts(
            rows=rows.rows,
            weights=self._weights(normal, given(draws)),
            parameters=names,
            heterogeneity=_heterogeneity(rows, draws, self.level),
            labels=effects.study[rows.rows],
            found=(
                *(c for c in rows.cautions if c.code != "repeated-study"),
                *cautions.priors_off_scale(effects.measure, unchanged),
                *cautions.split_unknown(rows.k, int(group.max()) + 1),
            ),
        )
        return fit_of_mean(self, effects, idata, self.mu, parts)

    def simulate(self, effects: Effects, rng: Generator) -> Simulated:
        """Draw parameters from the priors, and effects given them; see `Generative`.

        Raises
        ------
        OptionError
            When a prior is improper.
        """
        priors = {"mu": self.mu, "tau_between": self.between}
        priors["tau_within"] = self.within
        truth = {name: from_prior(prior, rng, name) for name, prior in priors.items()}
        _, place = np.unique(effects.study, return_inverse=True)
        studies = truth["tau_between"] * rng.standard_normal(place.max() + 1)
        mean = truth["mu"] + studies[place]
        return around(mean, truth["tau_within"], effects, rng, truth)

    def _weights(self, normal: NormalEffects, at: Given) -> FloatArray:
        """Percent of each row; the rest of 100 is the share of the prior."""
        of_rows = normal.weights(at)
        prior = 1 / float(self.mu.sd) ** 2
        shares = of_rows / (of_rows.sum(axis=1, keepdims=True) + prior)
        return np.asarray(100 * shares.mean(axis=0))


def given(draws: Flat) -> Given:
    """Parameters of the covariance and of the mean from flat draws."""
    names = ("mu", "tau_within", "tau_between")
    return Given(*(draws[name][:, None] for name in names))


def row_labels(effects: Effects, rows: Usable) -> list[str]:
    """Label of each row used: its study and its place in it, from 1."""
    seen: dict[str, int] = {}
    labels = []
    for study in effects.study[rows.rows].tolist():
        seen[study] = seen.get(study, 0) + 1
        labels.append(f"{study}/{seen[study]}")
    return labels


def _normal(effects: Effects) -> tuple[Usable, NormalEffects, NDArray[np.intp]]:
    rows = usable_rows(effects)
    study = effects.study[rows.rows]
    place = {name: i for i, name in enumerate(_distinct(study))}
    group = np.array([place[name] for name in study.tolist()], dtype=np.intp)
    if rows.V is not None:
        between = np.abs(rows.V) * (group[:, None] != group)
        if between.max() > ROUNDING * rows.v.max():
            i, j = np.unravel_index(int(between.argmax()), between.shape)
            one, other = str(study[i]), str(study[j])
            raise ModelError(
                f"V has a covariance {rows.V[i, j]:.3g} of effects of {one!r} and "
                f"{other!r}: sampling errors of different studies must be "
                "independent here. Name rows that share participants as one study."
            )
    return rows, by_group(rows.y, rows.v, rows.V, group), group


def _distinct(study: NDArray[np.str_]) -> list[str]:
    return list(dict.fromkeys(study.tolist()))


def _heterogeneity(rows: Usable, draws: Flat, level: float) -> Heterogeneity:
    each = {name: draws[name] ** 2 for name in SCALES}
    total = each["tau_between"] + each["tau_within"]
    data = Data.of(rows.y, rows.v, rows.V)
    found = describe(data, float(total.mean()), interval_of(total, level))
    components = tuple((name, float(each[name].mean())) for name in SCALES)
    return replace(found, components=components)
