"""Bayesian meta-regression: true effects that depend on moderators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models import guards
from mdmameta.models.bayesian import cautions
from mdmameta.models.bayesian.exact_regression import ExactRegression, exact_regression
from mdmameta.models.bayesian.heterogeneity import describe
from mdmameta.models.bayesian.mean_priors import Flat, Normal
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.prior_checks import check_tau, check_tau_density
from mdmameta.models.bayesian.regression_kernel import RegressionData
from mdmameta.models.bayesian.summaries import (
    exact_diagnostics,
    exact_shrunken,
    exact_tau2_interval,
)
from mdmameta.models.bayesian.tau_priors import HalfNormal
from mdmameta.models.design import (
    Design,
    design_matrix,
    parse,
    rows_without_moderators,
)
from mdmameta.models.fit import Caution, Estimate, Fit
from mdmameta.models.inputs import Usable, check_contrasts, check_level, usable_rows
from mdmameta.options import check_option

#: Prior of every coefficient, or pairs of a term and its prior.
Priors = Normal | Flat | Mapping[str, Normal | Flat]

#: As in `BayesianRandomEffects`.
DEFAULT_TAU = HalfNormal(0.5)


@dataclass(frozen=True, repr=False)
class BayesianMetaRegression:
    """Posterior of coefficients β of moderators and of the SD τ that they leave.

    y ~ N(θ, V), θᵢ ~ N(xᵢ'β, τ²), with independent priors, by quadrature over τ with
    the coefficients integrated out.

    Parameters
    ----------
    formula
        Right-hand side in formulaic's syntax, as in `MetaRegression`.
    priors
        One prior for every coefficient, or a mapping from each term, as it is named
        in ``fit.coefficients``, to its own; `Normal` or `Flat`. There is no default:
        the scale of a coefficient is that of its moderator. With few trials a
        `Normal` of modest sd keeps moderators from explaining noise.
    tau
        Prior of τ, as in `BayesianRandomEffects`.
    engine
        ``"exact"``.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For a formula that cannot be read, or priors that cannot be used.

    Notes
    -----
    ``fit.estimate`` is the first coefficient, as in `MetaRegression`, and its
    prediction interval is for a new study where the others do not count.
    ``fit.exact`` is the `ExactRegression`, with Bayes factors of the terms.

    References
    ----------
    Röver and Friede (2023), doi:10.1016/j.cmpb.2022.107303.

    Examples
    --------
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
    engine: Literal["exact"] = "exact"
    level: float = 0.95

    def __post_init__(self) -> None:
        parse(self.formula)
        check_option("engine", self.engine, Literal["exact"])
        check_level(self.level)
        check_tau(self.tau, self.engine)
        check_tau_density(self.tau)
        if isinstance(self.priors, Mapping):
            object.__setattr__(self, "priors", tuple(self.priors.items()))
        _check_priors(self.priors)

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
        priors = "Its priors are on the scale of the effects."
        return {
            "shift": priors,
            "scale": priors,
            "mirror": "A prior of a coefficient need not be at zero.",
            "one-study": "Priors of the coefficients answer where one study cannot.",
        }

    def fit(self, effects: Effects) -> Fit:
        """Compute the posterior; see `Model`.

        Raises
        ------
        OptionError
            When a term has no prior, or a prior no term.
        ModelError
            When no row is usable, a moderator is absent, the coefficients cannot be
            told apart, or the posterior is improper.
        """
        check_contrasts(effects)
        missing = rows_without_moderators(self.formula, effects.frame)
        usable = usable_rows(effects, missing)
        design = design_matrix(self.formula, effects.frame.iloc[usable.rows])
        data = RegressionData.of(usable.y, usable.v, design.X, usable.V)
        priors = self._of_terms(design)
        exact = exact_regression(data, design.terms, priors, self.tau)
        return self._assemble(effects, usable, exact)

    def _of_terms(self, design: Design) -> tuple[Normal | Flat, ...]:
        if not isinstance(self.priors, tuple):
            return (self.priors,) * len(design.terms)
        known = dict(self.priors)
        if set(known) != set(design.terms):
            raise OptionError(
                f"priors are of {', '.join(map(repr, known))}, but the terms of "
                f"{self.formula!r} are {', '.join(map(repr, design.terms))}. Give one "
                "prior each."
            )
        return tuple(known[term] for term in design.terms)

    def _assemble(
        self, effects: Effects, usable: Usable, exact: ExactRegression
    ) -> Fit:
        weights = np.zeros(effects.k)
        weights[usable.rows] = exact.weights
        study = effects.study[usable.rows]
        interval = partial(exact_tau2_interval, exact, self.level)
        return Fit(
            model=self,
            effects=effects,
            used=usable.rows,
            estimate=_estimate(exact, self.level),
            heterogeneity=describe(exact.data, exact.tau2_mean, interval),
            coefficients=_coefficients(exact, self.level),
            vcov=exact.covariance,
            weights=weights,
            warnings=(*usable.cautions, *self._cautions(effects, usable.k, exact)),
            diagnostics=exact_diagnostics(exact),
            exact=exact,
            shrink=partial(exact_shrunken, exact, study, self.level),
        )

    def _cautions(
        self, effects: Effects, k: int, exact: ExactRegression
    ) -> tuple[Caution, ...]:
        unchanged = (repr(self.tau),) if self.tau == DEFAULT_TAU else ()
        terms = zip(exact.terms, exact.coefficients, exact.priors, strict=True)
        followed = (
            caution
            for term, found, prior in terms
            for caution in cautions.not_identified(found.sd, float(prior.sd), term)
        )
        return (
            *guards.first_coefficient(exact.terms[0], len(exact.terms)),
            *cautions.single_study(k),
            *followed,
            *cautions.infinite_moment(exact.tau2_mean),
            *cautions.priors_off_scale(effects.measure, unchanged),
            *cautions.unsound(exact_diagnostics(exact)),
        )


def _check_priors(priors: Any) -> None:
    each = [prior for _, prior in priors] if isinstance(priors, tuple) else [priors]
    for prior in each:
        if not isinstance(prior, (Normal, Flat)):
            raise OptionError(
                f"priors holds {prior!r}: coefficients are integrated over "
                "Normal(mean, sd) or Flat(). Give one of them for all terms, or a "
                "mapping from terms."
            )


def _estimate(exact: ExactRegression, level: float) -> Estimate:
    first, new = exact.coefficients[0], exact.predictive(np.eye(len(exact.terms))[0])
    low, high = first.interval(level)
    pi_low, pi_high = new.interval(level)
    return Estimate(
        value=first.mean,
        se=first.sd,
        ci_low=low,
        ci_high=high,
        pi_low=pi_low,
        pi_high=pi_high,
        df=np.nan,
        level=level,
    )


def _coefficients(exact: ExactRegression, level: float) -> pd.DataFrame:
    ends = np.array([found.interval(level) for found in exact.coefficients])
    return pd.DataFrame(
        {
            "term": list(exact.terms),
            "value": [found.mean for found in exact.coefficients],
            "se": [found.sd for found in exact.coefficients],
            "statistic": np.nan,
            "df": np.nan,
            "p_value": np.nan,
            "ci_low": ends[:, 0],
            "ci_high": ends[:, 1],
        }
    )
