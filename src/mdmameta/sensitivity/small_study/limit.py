"""Limit meta-analysis: the effect when every study is infinitely large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Caution
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.inputs import Usable, check_level
from mdmameta.sensitivity.small_study.regression import weighted_line
from mdmameta.sensitivity.small_study.result import asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import check_pooling, independent_studies

__all__ = ["LimitMetaAnalysis", "limit_meta_analysis"]


@dataclass(frozen=True, eq=False, kw_only=True)
class LimitMetaAnalysis:
    """The adjusted effect, and how heterogeneity splits.

    Parameters
    ----------
    value, se, ci_low, ci_high
        Adjusted effect β₀ = β + τα.
    slope, intercept
        β and α of the generalised radial plot: the effect of a study of infinite
        precision, and the small-study effect.
    tau
        Standard deviation of true effects.
    g2
        Heterogeneity that remains after small-study effects, between 0 and 1.
    q, q_small, q_residual
        Cochran's Q, its part from small-study effects, and the rest.
    q_small_p, q_residual_p
        Their p-values, with 1 and k − 2 degrees of freedom.
    effects
        Studies' effects in the limit, shape (k,).
    study
        Their labels.
    warnings
        What to know before reading it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.sensitivity.limit_meta_analysis(effects)
    >>> round(found.value, 3)
    -0.099
    """

    value: float
    se: float
    ci_low: float
    ci_high: float
    slope: float
    intercept: float
    tau: float
    g2: float
    q: float
    q_small: float
    q_residual: float
    q_small_p: float
    q_residual_p: float
    effects: FloatArray
    study: tuple[str, ...]
    warnings: tuple[Caution, ...]

    def __repr__(self) -> str:
        return (
            f"<LimitMetaAnalysis: {self.value:.4g} "
            f"[{self.ci_low:.4g}, {self.ci_high:.4g}], G2 = {100 * self.g2:.0f} %>"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a study: study, limit."""
        return pd.DataFrame({"study": self.study, "limit": self.effects})


def limit_meta_analysis(
    effects: Effects, model: RandomEffects | None = None, *, level: float = 0.95
) -> LimitMetaAnalysis:
    """Estimate the mean effect when every study is infinitely large.

    A random-effects model with a small-study effect, E(yᵢ) = β + α √(vᵢ + τ²), is
    fitted on the generalised radial plot; β₀ = β + τα is the mean in the limit.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.
    model
        Source of τ²; REML when None.
    level
        Probability of the interval, which is normal.

    Returns
    -------
    LimitMetaAnalysis

    Raises
    ------
    SensitivityError
        With fewer than three studies.

    References
    ----------
    Rücker et al. 2011, doi:10.1093/biostatistics/kxq046.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.4, 0.9], v=[0.01, 0.02, 0.05, 0.2])
    >>> limit_meta_analysis(effects).value < 0.2
    True
    """
    check_level(level)
    check_pooling(model, "a limit meta-analysis", (RandomEffects,))
    usable = independent_studies(effects, "a limit meta-analysis")
    tau2 = (model or RandomEffects()).fit(effects).heterogeneity.tau2
    y, v, tau = usable.y, usable.v, float(np.sqrt(tau2))
    x = 1 / np.sqrt(v + tau2)
    (alpha, beta), _, _ = weighted_line(y * x, x, np.ones_like(x))
    value, se = float(beta + tau * alpha), _se(x, tau)
    half = critical_value(level, np.inf) * se
    limits = beta + np.sqrt(tau2 / (v + tau2)) * (y - beta)
    q, residual = _q(y, v), _residual(y, v)
    return LimitMetaAnalysis(
        value=value,
        se=se,
        ci_low=value - half,
        ci_high=value + half,
        slope=float(beta),
        intercept=float(alpha),
        tau=tau,
        g2=_g2(limits, v),
        q=q,
        q_small=q - residual,
        q_residual=residual,
        q_small_p=float(chdtrc(1, q - residual)),
        q_residual_p=float(chdtrc(y.size - 2, residual)),
        effects=limits,
        study=tuple(map(str, effects.study[usable.rows])),
        warnings=_cautions(usable, effects.measure),
    )


def _se(x: FloatArray, tau: float) -> float:
    """Give the standard error of β + τα of a line through the radial plot."""
    spread = float(((tau * x - 1) ** 2).sum())
    return float(np.sqrt(spread / (x.size * (x**2).sum() - x.sum() ** 2)))


def _cautions(usable: Usable, measure: str) -> tuple[Caution, ...]:
    found = asymmetry_cautions(usable.k, measure, by_size=False)
    return (*usable.cautions, *found)


def _q(y: FloatArray, v: FloatArray) -> float:
    w = 1 / v
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _residual(y: FloatArray, v: FloatArray) -> float:
    """Q that a line on the radial plot leaves."""
    root = np.sqrt(v)
    scale = weighted_line(y / root, 1 / root, np.ones_like(y))[2]
    return float(scale**2 * (y.size - 2))


def _g2(limits: FloatArray, v: FloatArray) -> float:
    """One less the squared correlation on the radial plot of the limits."""
    root = np.sqrt(v)
    if np.ptp(limits) == 0:
        return 0.0
    return float(1 - np.corrcoef(limits / root, 1 / root)[0, 1] ** 2)
