"""Many frequentist specifications at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist import fit_many


@dataclass(frozen=True, eq=False, slots=True)
class Pooled:
    """One estimator's fits of n data sets, before an interval is chosen.

    Parameters
    ----------
    k, value, tau2
        Trials, mean effect and τ², shape (n,).
    wald, scaled
        Standard error from the weights alone, and Knapp and Hartung's, shape
        (n,).
    converged
        Whether the iteration for τ² reached its tolerance, shape (n,).
    """

    k: FloatArray
    value: FloatArray
    tau2: FloatArray
    wald: FloatArray
    scaled: FloatArray
    converged: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> Pooled:
        """Return the fits at some positions."""
        return Pooled(
            self.k[rows],
            self.value[rows],
            self.tau2[rows],
            self.wald[rows],
            self.scaled[rows],
            self.converged[rows],
        )


def pooled(y: FloatArray, v: FloatArray, tau2: str | None) -> Pooled:
    """Fit data sets of at least two trials by one estimator of τ².

    Parameters
    ----------
    y, v
        Effects and variances, shape (n, K); NaN where a trial is not there.
    tau2
        Code of the estimator, or None for a common effect.

    Examples
    --------
    >>> pooled(np.array([[0.0, 2.0, 4.0]]), np.ones((1, 3)), "REML").tau2.round(9)
    array([3.])
    """
    fits = fit_many(y, v, tau2=tau2, interval="knapp-hartung")
    w = 1 / (v + fits.tau2[:, None])
    inside = np.isfinite(y) & np.isfinite(v)
    return Pooled(
        k=fits.k,
        value=fits.value[:, 0],
        tau2=fits.tau2,
        wald=1 / np.sqrt(np.where(inside, w, 0.0).sum(axis=1)),
        scaled=fits.se[:, 0],
        converged=fits.converged,
    )


def limits(
    fits: Pooled, interval: str, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give pooled fits their standard errors and intervals.

    Parameters
    ----------
    fits
        n fits.
    interval
        "wald", "knapp-hartung" or "knapp-hartung-adhoc".
    level
        Probability of the interval.

    Returns
    -------
    tuple of numpy.ndarray
        se, ci_low and ci_high, shape (n,) each.
    """
    upper = 1 - (1 - level) / 2
    if interval == "wald":
        se, quantile = fits.wald, np.full(fits.k.size, ndtri(upper))
    else:
        adhoc = interval == "knapp-hartung-adhoc"
        se = np.maximum(fits.wald, fits.scaled) if adhoc else fits.scaled
        quantile = stdtrit(fits.k - 1, upper)
    return se, fits.value - quantile * se, fits.value + quantile * se
