"""What a multilevel or multivariate model returns beyond a Fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.multilevel.components import Component, components_of
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.predicted import random_effects
from mdmameta.models.frequentist.multilevel.profile import profile_interval, profile_of


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
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

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.8, 0.6, 0.3, 0.5, -0.2], v=[0.02] * 7,
    ...     study=["A", "A", "B", "B", "C", "C", "D"])
    >>> fit = mm.Multilevel(["study", "effect"]).fit(effects)
    >>> fit.components.set_index("component")["value"].round(3).to_dict()
    {'sigma2[study]': 0.128, 'sigma2[study/effect]': 0.0}
    >>> round(fit.reml.value, 2)
    -0.12
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
