"""Share of the studies' variance that lies between them: Crippa's R_b."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.random_effects import RandomEffects


@dataclass(frozen=True, slots=True, kw_only=True)
class RB:
    """Percent of the studies' variance that lies between them, study by study.

    ``float()`` gives the percentage.

    Parameters
    ----------
    percent
        0 to 100.
    ci_low, ci_high
        Its interval: that of τ², transformed.
    delta_low, delta_high
        The interval of Crippa et al., by the delta method from the variance of
        Q, cut at 0 and 100; package meta prints it.
    level
        Probability of both.

    Examples
    --------
    >>> found = RB(percent=75.0, ci_low=53.6, ci_high=91.2, delta_low=53.0,
    ...            delta_high=96.1, level=0.95)
    >>> float(found)
    75.0
    """

    percent: float
    ci_low: float
    ci_high: float
    delta_low: float
    delta_high: float
    level: float

    def __float__(self) -> float:
        return self.percent

    def __repr__(self) -> str:
        limits = f"[{self.ci_low:.1f}, {self.ci_high:.1f}]"
        return f"<RB {self.percent:.1f} % {limits}>"

    def to_frame(self) -> pd.DataFrame:
        """One row with every number."""
        return pd.DataFrame([{name: getattr(self, name) for name in self.__slots__}])


def r_b(fit: Fit) -> RB:
    """Percent of the studies' variance that lies between them, study by study.

    R_b = (100 / k) Σ τ² / (τ² + vᵢ) = 100 τ² / (k se²), with the classic error of
    the mean. I² puts one typical variance for all vᵢ, which the precise studies
    dominate; both are the same where variances are equal.

    Parameters
    ----------
    fit
        Of `RandomEffects`, to independent rows.

    Returns
    -------
    RB
        NaN for one study. Of its two intervals, the one from that of τ² agrees
        with ``fit.heterogeneity.i2_ci``; the one by the delta method is for
        comparison: with few studies it often ends at 0 or 100.

    Raises
    ------
    ModelError
        For another model, or correlated rows.

    References
    ----------
    Crippa et al. 2016, doi:10.1002/sim.6980; Biggerstaff and Tweedie 1997,
    doi:10.1002/(SICI)1097-0258(19970415)16:7<753::AID-SIM494>3.0.CO;2-G (the
    variance of Q).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.9, 0.5], v=[0.01, 0.04, 0.05, 0.2])
    >>> fit = RandomEffects().fit(effects)
    >>> r_b(fit)
    <RB 70.6 % [30.1, 96.3]>
    >>> round(fit.heterogeneity.i2, 1)
    77.1
    """
    v, of, level = _variances(fit), fit.heterogeneity, fit.estimate.level
    value = _mean_share(v, of.tau2)
    low, high = (_mean_share(v, limit) for limit in of.tau2_ci)
    half = critical_value(level, np.inf) * _error(v, of.tau2, of.q)
    return RB(
        percent=value,
        ci_low=low,
        ci_high=high,
        delta_low=float(np.maximum(value - half, 0.0)),
        delta_high=float(np.minimum(value + half, 100.0)),
        level=level,
    )


def _variances(fit: Fit) -> FloatArray:
    if not isinstance(fit.model, RandomEffects):
        raise ModelError(
            f"{fit.model!r} has no one variance of true effects about one mean; R_b is "
            "of RandomEffects."
        )
    if fit.effects.covariance is not None:
        raise ModelError(
            "the effects are correlated (they come with V), and R_b is of independent "
            "ones. Combine the rows of a study first."
        )
    v: FloatArray = fit.effects.v[fit.used]
    return v


def _mean_share(v: FloatArray, tau2: float) -> float:
    if np.isinf(tau2):
        return 100.0
    return float(100 * (tau2 / (tau2 + v)).mean())


def _error(v: FloatArray, tau2: float, q: float) -> float:
    """Return the standard error that DerSimonian and Laird's τ² gives by its Q.

    With a = v C, their C, each share is (Q − df) / (Q − df + a), and its slope
    in Q is a / (Q − df + a)².
    """
    if v.size < 2:
        return np.nan
    w = 1 / v
    one, two, three = (float((w**power).sum()) for power in (1, 2, 3))
    df, c = v.size - 1, one - two / one
    within = two - 2 * three / one + (two / one) ** 2
    variance = 2 * df + 4 * c * tau2 + 2 * within * tau2**2
    a = v * c
    with np.errstate(divide="ignore"):
        slope = (a / (q - df + a) ** 2).mean()
    return float(100 * slope * np.sqrt(variance))
