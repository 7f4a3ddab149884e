"""What a multilevel or multivariate model returns beyond a Fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.intervals import WaldTest
from mdmameta.models.frequentist.multilevel.components import Component, components_of
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.predicted import random_effects
from mdmameta.models.frequentist.multilevel.profile import profile_interval, profile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLikelihood:
    """A maximised log-likelihood and what is made of it.

    Parameters
    ----------
    value
        With its constant, as metafor gives it.
    parameters
        Coefficients, variances and correlations estimated.
    n
        Rows; rows minus coefficients for the restricted likelihood.

    Examples
    --------
    >>> LogLikelihood(value=-7.96, parameters=3, n=55).aic
    21.92
    """

    value: float
    parameters: int
    n: int

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.parameters - 2 * self.value

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(self.parameters * np.log(self.n)) - 2 * self.value

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for few rows."""
        n = max(self.n, self.parameters + 2)
        return 2 * self.parameters * n / (n - self.parameters - 1) - 2 * self.value


@dataclass(frozen=True, eq=False, kw_only=True)
class MultilevelFit(Fit):
    """A `Fit` that also has the variances by level, or by outcome.

    Parameters
    ----------
    components
        One row a variance or correlation: component, groups, value, and i2 in
        percent.
    ml, reml
        Log-likelihood and restricted log-likelihood at the estimate.
    estimation
        Arrays behind the fit.
    """

    components: pd.DataFrame
    ml: LogLikelihood
    reml: LogLikelihood
    estimation: Estimation = field(repr=False)

    @property
    def likelihood(self) -> LogLikelihood:
        """The one of both that was maximised."""
        return self.reml if self.estimation.problem.restricted else self.ml

    def component_intervals(
        self, *components: str, level: float | None = None
    ) -> pd.DataFrame:
        """Profile-likelihood intervals of variances and correlations.

        Parameters
        ----------
        *components
            Names as in ``components``; every one when none is given.
        level
            Probability of the intervals; the fit's when left out.

        Returns
        -------
        pandas.DataFrame
            component, value, ci_low, ci_high; limits are 0, or the bound of a
            correlation, where the likelihood rejects nothing beyond.

        Raises
        ------
        OptionError
            For a component that the model does not have.
        """
        level = self.estimate.level if level is None else level
        rows = [
            (c.name, c.value, *profile_interval(self.estimation, c, level))
            for c in self._named(components)
        ]
        names = ["component", "value", "ci_low", "ci_high"]
        return pd.DataFrame(rows, columns=names)

    def profile(self, component: str, values: Any) -> pd.DataFrame:
        """Log-likelihood with one component held, maximised over all others.

        Parameters
        ----------
        component
            Name as in ``components``.
        values
            Where it is held.

        Returns
        -------
        pandas.DataFrame
            value, and drop: how far it lies below the maximum.
        """
        (found,) = self._named((component,))
        at, top = profile_of(self.estimation, found), self.estimation.maximum.value
        held = [float(value) for value in values]
        return pd.DataFrame({"value": held, "drop": [top - at(x) for x in held]})

    def random_effects(self) -> dict[str, pd.DataFrame]:
        """Predicted random effects by level: group, value and se.

        Returns
        -------
        dict of str to pandas.DataFrame
            By name of the level or term, one row a group.
        """
        return random_effects(self.estimation)

    def _named(self, names: tuple[str, ...]) -> list[Component]:
        there = {each.name: each for each in components_of(self.estimation)}
        for name in names:
            if name not in there:
                raise OptionError(
                    f"component {name!r} is not among {', '.join(map(repr, there))}."
                )
        return [there[name] for name in names or there]

    def summary(self) -> str:
        """Return the result as lines of plain text for a terminal."""
        table = self.components.to_string(index=False, float_format="{:.4g}".format)
        return f"{super().summary().rstrip()}\n\n{table}\n"


def likelihood_ratio(full: MultilevelFit, reduced: MultilevelFit) -> WaldTest:
    """Compare two nested models of the same rows by their likelihoods.

    Parameters
    ----------
    full, reduced
        Both by "ML", or both by "REML" with the same design.

    Returns
    -------
    WaldTest
        χ² with the difference in parameters. For variances held at 0 it is
        conservative, as they lie on the boundary.

    Raises
    ------
    ModelError
        When the models differ in method, rows, or design under REML.

    References
    ----------
    Self and Liang 1987, doi:10.1080/01621459.1987.10478472.
    """
    a, b = full.estimation, reduced.estimation
    same = a.usable.k == b.usable.k and np.array_equal(a.usable.y, b.usable.y)
    if not same or a.problem.restricted != b.problem.restricted:
        raise ModelError("both models must be of the same rows and by one method.")
    if a.problem.restricted and a.design.terms != b.design.terms:
        raise ModelError(
            "restricted likelihoods of different designs cannot be compared; fit both "
            "with method='ML'."
        )
    df = full.likelihood.parameters - reduced.likelihood.parameters
    if df < 1:
        raise ModelError("the first model must have more parameters than the second.")
    statistic = max(2 * (full.likelihood.value - reduced.likelihood.value), 0.0)
    return WaldTest(statistic, df, np.inf, float(chdtrc(df, statistic)))
