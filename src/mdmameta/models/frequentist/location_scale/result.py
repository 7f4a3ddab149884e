"""What a model of location and scale returns beyond a Fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.errors import OptionError
from mdmameta.models.design import design_at, parse
from mdmameta.models.fit import Fit, Omnibus
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.location_scale.likelihood import Problem
from mdmameta.models.frequentist.location_scale.maximum import Maximum
from mdmameta.models.frequentist.location_scale.profile import profile_limits


@dataclass(frozen=True, eq=False, kw_only=True)
class Scale:
    """How the variance of true effects depends on moderators.

    Parameters
    ----------
    formula
        Moderators of log τ².
    coefficients
        Of log τ², one row a term: term, value, se, statistic, df, p_value,
        ci_low, ci_high. The difference of two values of a moderator multiplies
        τ² by the exponential of its coefficient.
    vcov
        Their covariance, shape (q, q).
    tau2
        Variance of true effects at the moderators of each row used, shape (k,).
    omnibus
        Wald test that no moderator changes τ² (metafor's QS), or None.
    statistic, df, p_value
        The same by the ratio of the likelihoods with and without the moderators,
        which is better where the likelihood is not quadratic; NaN without any.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.4, -0.2, 0.5, 0.9, -0.8, 1.4, -0.6], v=[0.02] * 8,
    ...     moderators={"small": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> scale = mm.LocationScale("~ small", interval="wald").fit(effects).scale
    >>> scale.tau2[[0, -1]].round(2), round(scale.p_value, 2)
    (array([0.08, 0.89]), 0.05)
    """

    formula: str
    coefficients: pd.DataFrame
    vcov: FloatArray
    tau2: FloatArray
    omnibus: Omnibus | None
    statistic: float
    df: int
    p_value: float

    def __post_init__(self) -> None:
        for array in (self.vcov, self.tau2):
            freeze(array)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LocationScaleFit(Fit):
    """A `Fit` that also tells what the variance of true effects depends on.

    Parameters
    ----------
    scale
        See `Scale`.
    ml, reml
        Log-likelihood and restricted log-likelihood at the estimate.
    problem, maximum
        Arrays behind the fit.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.4, -0.2, 0.5, 0.9, -0.8, 1.4, -0.6], v=[0.02] * 8,
    ...     moderators={"small": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> fit = mm.LocationScale("~ small").fit(effects)
    >>> fit.scale.coefficients["term"].tolist()
    ['Intercept', 'small']
    >>> fit.tau2_at({"small": [1]}).round(2)
    array([0.89])
    """

    scale: Scale
    ml: LogLikelihood
    reml: LogLikelihood
    problem: Problem = field(repr=False)
    maximum: Maximum = field(repr=False)

    def scale_intervals(self, *terms: str, level: float | None = None) -> pd.DataFrame:
        """Profile-likelihood intervals of the coefficients of log τ².

        They need no likelihood that is quadratic, as those of ``scale.coefficients``
        do, and may be far from symmetric with few studies.

        Parameters
        ----------
        *terms
            As in ``scale.coefficients``; every one when none is given.
        level
            Probability of the intervals; the fit's when left out.

        Returns
        -------
        pandas.DataFrame
            term, value, ci_low, ci_high; infinite limits where the likelihood
            rejects nothing on that side.

        Raises
        ------
        OptionError
            For a term that the scale does not have.
        """
        level = self.estimate.level if level is None else level
        there = self.scale.coefficients["term"].tolist()
        for term in terms:
            if term not in there:
                raise OptionError(
                    f"term {term!r} is not among {', '.join(map(repr, there))}."
                )
        rows = []
        for term in terms or there:
            at = there.index(term)
            limits = profile_limits(self.problem, self.maximum, at, level)
            rows.append((term, float(self.maximum.alpha[at]), *limits))
        return pd.DataFrame(rows, columns=["term", "value", "ci_low", "ci_high"])

    def tau2_at(self, moderators: pd.DataFrame | Mapping[str, Any]) -> FloatArray:
        """Variance of true effects at values of the moderators of the scale.

        Parameters
        ----------
        moderators
            One row each; columns that the scale does not have are not used.

        Returns
        -------
        numpy.ndarray
            Shape (rows,); NaN where a moderator of the scale is not given.

        Raises
        ------
        ModelError
            For a level that the fit did not have.
        """
        formula, new = self.scale.formula, pd.DataFrame(moderators)
        if not parse(formula).required_variables <= set(new.columns):
            return np.full(len(new), np.nan)
        Z = design_at(formula, self.effects.frame.iloc[self.used], new).X
        return np.asarray(np.exp(Z @ self.scale.coefficients["value"].to_numpy(float)))

    def summary(self) -> str:
        """Return the result as lines of plain text for a terminal."""
        found = self.scale
        table = found.coefficients.to_string(index=False, float_format="{:.4g}".format)
        lines = [super().summary().rstrip(), "", "Coefficients of log tau2:", table]
        if found.df:
            lines.append(
                f"Test that tau2 is the same in all: chi2({found.df}) = "
                f"{found.statistic:.4g}, p = {found.p_value:.3g}"
            )
        return "\n".join(lines) + "\n"
