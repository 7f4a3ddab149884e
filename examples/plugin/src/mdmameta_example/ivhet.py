"""A model: common-effect weights with an error that allows for heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import mdmameta as mm


@dataclass(frozen=True)
class InverseVarianceHeterogeneity:
    """Estimates a mean effect with weights 1/v, whose error contains τ².

    The weights do not move towards equality when studies differ, as those of
    random effects do; the error is made wider instead.

    Parameters
    ----------
    level
        Probability of the intervals.

    References
    ----------
    Doi et al. 2015, doi:10.1016/j.cct.2015.05.009.

    Examples
    --------
    >>> effects = mm.Effects.from_arrays(y=[0.0, 0.4, 1.1], v=[0.04, 0.08, 0.16])
    >>> fit = InverseVarianceHeterogeneity().fit(effects)
    >>> round(fit.estimate.value, 3), round(fit.estimate.se, 3)
    (0.271, 0.312)
    """

    level: float = 0.95

    def fit(self, effects: mm.Effects) -> mm.Fit:
        """Pool the effects."""
        usable = mm.usable_rows(effects)
        y, v = usable.y, usable.v
        share = (1 / v) / np.sum(1 / v)
        tau2 = self._between(y, v)
        return mm.fit_of_mean(
            self,
            effects,
            usable,
            value=float(share @ y),
            se=float(np.sqrt(share**2 @ (v + tau2))),
            weights=share,
            tau2=tau2,
            level=self.level,
        )

    def _between(self, y: np.ndarray, v: np.ndarray) -> float:
        """Moment estimate of DerSimonian and Laird."""
        w = 1 / v
        q = float(w @ (y - w @ y / w.sum()) ** 2)
        scale = w.sum() - (w**2).sum() / w.sum()
        return max(0.0, (q - (y.size - 1)) / scale) if y.size > 1 else 0.0
