"""What every model returns, and what counts as a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.checks import freeze
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.deferred import deferred
from mdmameta.models.diagnostics import ESS_LIMIT, R_HAT_LIMIT, Diagnostics
from mdmameta.models.summary import summary_text

FloatArray = NDArray[np.float64]

__all__ = [
    "ESS_LIMIT",
    "R_HAT_LIMIT",
    "Caution",
    "Diagnostics",
    "Estimate",
    "Fit",
    "FloatArray",
    "Heterogeneity",
    "Model",
    "Omnibus",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A pooled effect on the scale of the analysis (log for ratios).

    Parameters
    ----------
    value, se
        Estimate and standard error; posterior mean and SD when Bayesian.
    ci_low, ci_high
        Confidence or central credible interval at ``level``.
    pi_low, pi_high
        Prediction interval for the true effect in a new study; NaN where the
        model has none.
    statistic, df, p_value
        Test of no effect; ``df`` is infinite for z, NaN when Bayesian.
    level
        Probability of the intervals.

    Examples
    --------
    >>> estimate = Estimate(value=-0.7, se=0.2, ci_low=-1.1, ci_high=-0.3)
    >>> estimate.excludes(0.0), estimate.excludes(-0.5)
    (True, False)
    """

    value: float
    se: float
    ci_low: float
    ci_high: float
    pi_low: float = np.nan
    pi_high: float = np.nan
    statistic: float = np.nan
    df: float = np.inf
    p_value: float = np.nan
    level: float = 0.95

    def excludes(self, threshold: float = 0.0) -> bool:
        """Tell whether the interval lies wholly on one side of a threshold."""
        return self.ci_low > threshold or self.ci_high < threshold


@dataclass(frozen=True, kw_only=True)
class Heterogeneity:
    """How far the studies' true effects differ.

    Parameters
    ----------
    tau2
        Variance of true effects; posterior mean when Bayesian.
    i2
        Percent: 100 τ² / (τ² + typical v); from Q for a common effect.
    h2
        (τ² + typical v) / typical v; Q / df for a common effect.
    q, q_df, q_p
        Cochran's (residual) Q, its degrees of freedom and p-value.
    tau2_se
        Standard error of τ² where the estimator gives one, else NaN.
    typical_v
        Sampling variance of a typical study, which I² and H² relate τ² to.
    tau2_interval
        Function that computes the interval of τ², or None.
    components
        Name and value of each variance that τ² is the sum of, outermost level
        first; empty when there is one alone.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.3, 0.9], v=[0.04, 0.05, 0.03])
    >>> found = mm.RandomEffects(tau2="DL").fit(effects).heterogeneity
    >>> round(found.tau2, 4), round(found.i2, 1), round(found.q, 3)
    (0.1592, 80.3, 10.128)
    """

    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    tau2_se: float = np.nan
    typical_v: float = np.nan
    tau2_interval: Callable[[], tuple[float, float]] | None = field(
        default=None, repr=False, compare=False
    )
    components: tuple[tuple[str, float], ...] = ()

    @cached_property
    def tau2_ci(self) -> tuple[float, float]:
        """Interval of τ² at the model's level, computed when first asked for."""
        if self.tau2_interval is None:
            return (np.nan, np.nan)
        return self.tau2_interval()

    @property
    def i2_ci(self) -> tuple[float, float]:
        """Interval of I² in percent: that of τ², transformed."""
        low, high = (100 * t / (t + self.typical_v) for t in self.tau2_ci)
        return low, high

    @property
    def h2_ci(self) -> tuple[float, float]:
        """Interval of H²: that of τ², transformed."""
        low, high = (1 + t / self.typical_v for t in self.tau2_ci)
        return low, high

    @property
    def tau(self) -> float:
        """Standard deviation of true effects, on the scale of the effects."""
        return float(np.sqrt(self.tau2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Omnibus:
    """Joint test that no moderator changes the effect.

    Parameters
    ----------
    terms
        The coefficients tested; all but the intercept.
    statistic, df, df_residual, p_value
        χ² with df when ``df_residual`` is infinite, else F with both.
    """

    terms: tuple[str, ...]
    statistic: float
    df: int
    df_residual: float
    p_value: float


@runtime_checkable
class Model(Protocol):
    """A model is a value with one method; its ``repr`` labels its results."""

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects."""
        ...


@deferred("coefficients")
@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """One fitted model, the same for every engine.

    Parameters
    ----------
    model, effects
        What was fitted to what.
    used
        Positions of the rows that carry weight, shape (k,).
    estimate, heterogeneity
        See the classes of these names.
    coefficients
        One row a term: term, value, se, statistic, df, p_value, ci_low, ci_high;
        the table, or `mdmameta.models.deferred.later` with what makes it.
    vcov
        Covariance of the coefficients, shape (p, p).
    weights
        Percent of the weight of each row of the effects, shape (rows,); 0 for
        rows that are not used.
    warnings
        Guard rails: what a reader must know before using a number.
    diagnostics
        Whether the numbers may be believed as computed.
    omnibus
        Joint test of the moderators of a meta-regression, else None.
    posterior
        ArviZ object (InferenceData or DataTree) of a sampled fit, else None.
    exact
        Posterior by quadrature of an exact Bayesian fit, else None.
    seed
        Seed of a sampled fit, else None.
    shrink
        Function that returns the shrunken effects, or None.
    working
        Function that returns the weighted regression behind a frequentist fit
        (`mdmameta.models.frequentist.working.Working`), or None.
    joint
        Function that tests whether combinations of the coefficients, shape (q,
        p), have values, shape (q,), by another rule than the Wald test with
        ``vcov`` and ``estimate.df``, or None.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> fit = mm.RandomEffects("REML", interval="knapp-hartung").fit(effects)
    >>> round(fit.estimate.value, 3), round(fit.heterogeneity.i2, 1)
    (0.263, 8.9)
    >>> [caution.code for caution in fit.warnings]
    ['few-df']
    """

    model: Model
    effects: Effects
    used: NDArray[np.intp]
    estimate: Estimate
    heterogeneity: Heterogeneity
    coefficients: pd.DataFrame
    vcov: FloatArray
    weights: FloatArray
    warnings: tuple[Caution, ...] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    omnibus: Omnibus | None = None
    posterior: Any = None
    exact: Any = None
    seed: int | None = None
    shrink: Callable[[], pd.DataFrame] | None = field(default=None, repr=False)
    working: Callable[[], Any] | None = field(default=None, repr=False)
    joint: Callable[[FloatArray, FloatArray], Any] | None = field(
        default=None, repr=False
    )

    def __post_init__(self) -> None:
        for array in (self.used, self.vcov, self.weights):
            freeze(array)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()  # copies and pickles forget what is read-only

    def __repr__(self) -> str:
        e = self.estimate
        return f"<Fit {self.model!r}: {e.value:.4g} [{e.ci_low:.4g}, {e.ci_high:.4g}]>"

    @property
    def k(self) -> int:
        """Number of rows that carry weight."""
        return len(self.used)

    @property
    def params(self) -> pd.Series[float]:
        """Coefficients by term, under statsmodels' name."""
        return self.coefficients.set_index("term")["value"]

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by term, under statsmodels' name."""
        return self.coefficients.set_index("term")["se"]

    def conf_int(self) -> pd.DataFrame:
        """Intervals of the coefficients by term, under statsmodels' name."""
        return self.coefficients.set_index("term")[["ci_low", "ci_high"]]

    def shrunken(self) -> pd.DataFrame:
        """Studies' effects drawn towards the mean by what the model believes.

        Returns
        -------
        pandas.DataFrame
            Columns study, value, se, ci_low, ci_high; one row a used effect.

        Raises
        ------
        ModelError
            When the model has no distribution of true effects.
        """
        if self.shrink is None:
            raise ModelError(f"{self.model!r} has no shrunken effects to give.")
        return self.shrink()

    def to_frame(self) -> pd.DataFrame:
        """One row with everything that a comparison of models needs."""
        row: dict[str, Any] = {"model": repr(self.model), "k": self.k}
        row |= {f.name: getattr(self.estimate, f.name) for f in fields(Estimate)}
        names = ("tau2", "i2", "h2", "q", "q_df", "q_p")
        row |= {name: getattr(self.heterogeneity, name) for name in names}
        row["warnings"] = "; ".join(self.warnings)
        return pd.DataFrame([row])

    def summary(self) -> str:
        """Return the result as a few lines of plain text for a terminal."""
        return summary_text(self)
