"""The p-value function: how compatible each value of a coefficient is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.intervals import critical_value, two_sided_p
from mdmameta.models.frequentist.profile_likelihood import likelihood_interval, profile
from mdmameta.options import check_option

#: What the p-values are of: the fit's own interval, or profile likelihood.
PValueMethod = Literal["interval", "profile"]

#: The default grid: this many values, over the interval of this level.
POINTS, REACH = 401, 0.9999


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PValueFunction:
    """Two-sided p-values of a coefficient against each of many values.

    The values of p above 1 − level are the interval of that level; the curve
    is highest, at 1, at the estimate.

    Parameters
    ----------
    term
        The coefficient.
    method
        "interval" or "profile".
    value, p_value
        Values tested and their p-values, shape (g,).
    estimate
        Of the coefficient.
    warnings
        What a reader must know before using it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> from mdmameta.models.frequentist import p_value_function
    >>> curve = p_value_function(mm.CommonEffect().fit(effects), [0.0, 0.2])
    >>> curve.p_value.round(3).tolist()
    [0.008, 0.575]
    """

    term: str
    method: str
    value: FloatArray
    p_value: FloatArray
    estimate: float
    warnings: tuple[Caution, ...] = ()

    def __post_init__(self) -> None:
        freeze(self.value)
        freeze(self.p_value)

    def __repr__(self) -> str:
        low, high = float(self.value.min()), float(self.value.max())
        return (
            f"<PValueFunction of {self.term} by {self.method}, "
            f"{self.value.size} values from {low:.4g} to {high:.4g}, "
            f"highest at {self.estimate:.4g}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a value: p_value, level of the interval that ends there, s_value.

        The S-value, −log₂ p, is the information against the value in bits.
        """
        with np.errstate(divide="ignore"):
            bits = np.abs(np.log2(self.p_value))
        return pd.DataFrame(
            {
                "value": self.value,
                "p_value": self.p_value,
                "level": 1 - self.p_value,
                "s_value": bits,
            }
        )


def p_value_function(
    fit: Fit,
    grid: ArrayLike | None = None,
    *,
    term: str | None = None,
    method: PValueMethod = "interval",
) -> PValueFunction:
    """Two-sided p-values of a coefficient against each value of a grid.

    Every interval of the fit can be read off at once: the values whose p is at
    least 1 − level. It shows what a verdict at one threshold hides.

    Parameters
    ----------
    fit
        Of a frequentist model.
    grid
        Values to test; by default 401, over the 99.99 % interval.
    term
        Coefficient; the first when left out, which is the mean of a model
        without moderators.
    method
        "interval" by default: the standard error and reference distribution of
        the fit's own interval. "profile": the profile likelihood, for the
        models of `likelihood_interval`.

    Returns
    -------
    PValueFunction

    Raises
    ------
    ModelError
        For a model without standard errors, or an unknown term.
    OptionError
        For an option that is not allowed or a grid that is not finite.

    References
    ----------
    Poole 1987, doi:10.2105/AJPH.77.2.195; Rafi and Greenland 2020,
    doi:10.1186/s12874-020-01105-9 (S-values).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> fit = CommonEffect().fit(Effects.from_arrays(y=[0.5, 0.7], v=[0.08, 0.08]))
    >>> curve = p_value_function(fit, [0.0, 0.6, fit.estimate.ci_high])
    >>> curve.p_value.round(4).tolist()
    [0.0027, 1.0, 0.05]
    """
    check_option("method", method, PValueMethod)
    if fit.exact is not None or fit.posterior is not None:
        raise ModelError(
            f"{fit.model!r} is Bayesian and has no p-values; take its posterior."
        )
    warnings: tuple[Caution, ...] = ()
    if method == "profile":
        wide = likelihood_interval(fit, term, level=REACH)
        warnings = wide.warnings
        name, deviance, estimate, _ = profile(fit, term)
        values = _values(grid, wide.ci_low, wide.ci_high)
        p = np.asarray(chdtrc(1, [deviance(float(x)) for x in values]), dtype=float)
    else:
        row = _row(fit, term)
        name, estimate, se, df = row["term"], row["value"], row["se"], row["df"]
        half = critical_value(REACH, df) * se
        values = _values(grid, estimate - half, estimate + half)
        with np.errstate(divide="ignore", invalid="ignore"):
            p = two_sided_p(np.nan_to_num((estimate - values) / se), df)
    return PValueFunction(
        term=str(name),
        method=method,
        value=values,
        p_value=p,
        estimate=float(estimate),
        warnings=warnings,
    )


def _row(fit: Fit, term: str | None) -> dict[str, Any]:
    rows = {row["term"]: row for row in fit.coefficients.to_dict("records")}
    name = next(iter(rows)) if term is None else term
    if name not in rows:
        raise ModelError(
            f"{name!r} is not among the coefficients: {', '.join(map(repr, rows))}."
        )
    return {str(key): value for key, value in rows[name].items()}


def _values(grid: ArrayLike | None, low: float, high: float) -> FloatArray:
    if grid is None:
        return np.linspace(low, high, POINTS)
    values = np.array(grid, dtype=float).ravel()
    if not values.size or not np.isfinite(values).all():
        raise OptionError(
            f"grid has {values.size} values, {np.isfinite(values).sum()} of them "
            "finite; give finite values of the coefficient to test."
        )
    return values
