"""Results given the side of a threshold that their p-values lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.selection.likelihood import Expected, Selected


@dataclass(frozen=True, eq=False, slots=True)
class OwnSide:
    """Selection that may depend on the threshold in any way, study by study.

    Each result is taken given that it lies on its own side of the threshold, so
    that how likely either side is to be published cancels. There is no
    parameter: delta has shape (0,).

    Parameters
    ----------
    alpha
        One-sided p-value below which a result is significant.

    References
    ----------
    van Aert and van Assen 2026, doi:10.3758/s13423-025-02812-4 (p-uniform*).
    """

    alpha: float

    def significant(self, data: Selected) -> NDArray[np.bool_]:
        """Tell which results are significant, shape (k,)."""
        return np.asarray(data.z > -ndtri(self.alpha))

    def observed(
        self, data: Selected, delta: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """See `Selection`; every weight is 1."""
        return np.zeros(data.y.size), np.zeros((delta.size, data.y.size))

    def expected(
        self, data: Selected, mean: FloatArray, variance: FloatArray, delta: FloatArray
    ) -> Expected:
        """See `Selection`; the probability of the study's own side."""
        side, s = np.where(self.significant(data), 1.0, -1.0), np.sqrt(variance)
        t = (-ndtri(self.alpha) - mean) / s
        log = log_ndtr(-side * t)
        hazard = side * np.exp(-(t**2) / 2 - log) / np.sqrt(2 * np.pi)
        return Expected(
            log=log,
            by_mean=hazard / s,
            by_variance=hazard * t / (2 * variance),
            by_delta=np.zeros((delta.size, data.y.size)),
        )
