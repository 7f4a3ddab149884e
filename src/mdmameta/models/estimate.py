"""The numbers of a fit: the estimate, the heterogeneity, the test of moderators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


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
