"""Priors of τ as values, understood by the exact and the sampling engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.mean_priors import Normal, StudentT
from mdmameta.models.bayesian.prior_base import (
    Prior,
    folded,
    require_finite,
    require_positive,
)


@dataclass(frozen=True, repr=False)
class HalfNormal(Prior):
    """Half-normal prior for τ.

    Parameters
    ----------
    scale
        SD of the normal before it was folded; the median is 0.674 ``scale``.

    References
    ----------
    Röver et al. (2021), doi:10.1002/jrsm.1475: scale 0.5 for SMDs and log
    ratios is conservative, 1 is very conservative.

    Examples
    --------
    >>> HalfNormal(0.5).quantile([0.5, 0.95]).round(3)
    array([0.337, 0.98 ])
    """

    _pymc = ("HalfNormal", {"sigma": "scale"})
    scale: float = 0.5

    def __post_init__(self) -> None:
        require_positive(self, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        return folded(x, Normal(0, self.scale).log_density(x))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.scale * ndtri((1 + np.asarray(p)) / 2)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class HalfStudentT(Prior):
    """Half-t prior for τ.

    Parameters
    ----------
    df, scale
        Degrees of freedom, and the scale of the t before it was folded.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfStudentT
    >>> round(float(HalfStudentT(3, 0.5).quantile(0.5)), 3)
    0.382
    """

    _pymc = ("HalfStudentT", {"nu": "df", "sigma": "scale"})
    df: float
    scale: float

    def __post_init__(self) -> None:
        require_positive(self, df=self.df, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        return folded(x, StudentT(self.df, 0, self.scale).log_density(x))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.scale * stdtrit(self.df, (1 + np.asarray(p)) / 2)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class HalfCauchy(Prior):
    """Half-Cauchy prior for τ, of median ``scale`` and a very long tail.

    Parameters
    ----------
    scale
        Median, on the scale of τ.

    References
    ----------
    Gelman (2006), doi:10.1214/06-BA117A.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfCauchy
    >>> round(float(HalfCauchy(0.5).quantile(0.5)), 3)
    0.5
    """

    _pymc = ("HalfCauchy", {"beta": "scale"})
    scale: float

    def __post_init__(self) -> None:
        require_positive(self, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        return HalfStudentT(1, self.scale).log_density(x)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.scale * np.tan(np.pi / 2 * np.asarray(p))


@dataclass(frozen=True, repr=False)
class Uniform(Prior):
    """Uniform prior for τ between two bounds.

    Parameters
    ----------
    low, high
        Bounds of τ, on its scale.

    Examples
    --------
    >>> from mdmameta.models.bayesian import Uniform
    >>> float(Uniform(0, 2).quantile(0.5))
    1.0
    """

    _pymc = ("Uniform", {"lower": "low", "upper": "high"})
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high < np.inf:
            raise OptionError(
                f"Uniform: low={self.low!r}, high={self.high!r}; a proper prior for "
                "tau needs 0 <= low < high < infinity."
            )

    @property
    def support(self) -> tuple[float, float]:
        """Interval on which the density is positive."""
        return (self.low, self.high)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        inside = (x_ >= self.low) & (x_ <= self.high)
        return np.where(inside, -np.log(self.high - self.low), -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.low + (self.high - self.low) * np.asarray(p, dtype=float)


@dataclass(frozen=True, repr=False)
class LogNormal(Prior):
    """Log-normal prior for τ: log τ is normal, with mean ``mu`` and SD ``sigma``.

    Parameters
    ----------
    mu, sigma
        Mean and SD of log τ.

    References
    ----------
    Turner et al. (2012), doi:10.1093/ije/dys041, print such priors for τ²:
    halve both of their parameters for τ.

    Examples
    --------
    >>> from mdmameta.models.bayesian import LogNormal
    >>> round(float(LogNormal(-2, 1).quantile(0.5)), 3)
    0.135
    """

    _pymc = ("LogNormal", {"mu": "mu", "sigma": "sigma"})
    mu: float
    sigma: float

    def __post_init__(self) -> None:
        require_finite(self, mu=self.mu)
        require_positive(self, sigma=self.sigma)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        log_x = np.log(np.where(x_ > 0, x_, 1.0))
        inside = Normal(self.mu, self.sigma).log_density(log_x) - log_x
        return np.where(x_ > 0, inside, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return np.exp(Normal(self.mu, self.sigma).quantile(p))


#: Of every model with one variance between studies. Conservative for standardised
#: mean differences and log ratios (Röver et al. 2021, doi:10.1002/jrsm.1475): median
#: 0.34, and 5 % above 0.98, where trials would contradict each other.
DEFAULT_TAU = HalfNormal(0.5)
