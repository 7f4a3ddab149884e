"""Prior distributions as values, understood by the exact and the sampling engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from mdmameta.errors import OptionError
from mdmameta.models.bayesian.prior_base import (
    FloatArray,
    Prior,
    folded,
    log_t,
    require_finite,
    require_positive,
)
from mdmameta.options import Engine


@dataclass(frozen=True, repr=False)
class Normal(Prior):
    """Normal prior for the mean effect.

    Parameters
    ----------
    mean, sd
        On the scale of the effects (log for ratios).

    Examples
    --------
    >>> Normal(0, 1).quantile(0.975).round(4)
    np.float64(1.96)
    """

    _pymc = ("Normal", {"mu": "mean", "sigma": "sd"})
    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        require_finite(self, mean=self.mean)
        require_positive(self, sd=self.sd)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect, elementwise."""
        z = (np.asarray(x, dtype=float) - self.mean) / self.sd
        return np.asarray(-0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.mean + self.sd * ndtri(p)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class StudentT(Prior):
    """Student t prior for the mean effect; with ``engine="nuts"`` only.

    Parameters
    ----------
    df, mean, scale
        ``mean`` is the centre; the standard deviation is infinite for df ≤ 2.
    """

    _pymc = ("StudentT", {"nu": "df", "mu": "mean", "sigma": "scale"})
    df: float
    mean: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        require_finite(self, mean=self.mean)
        require_positive(self, df=self.df, scale=self.scale)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        if self.df <= 2:
            return float("inf")
        return float(self.scale * np.sqrt(self.df / (self.df - 2)))

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect, elementwise."""
        z = (np.asarray(x, dtype=float) - self.mean) / self.scale
        return np.asarray(log_t(z, self.df) - np.log(self.scale))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.mean + self.scale * stdtrit(self.df, p)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class Flat(Prior):
    """Improper uniform prior for the mean effect.

    The posterior is proper, but there is no marginal likelihood and no Bayes
    factor: both are NaN.
    """

    _pymc = ("Flat", {})
    mean = 0.0
    sd = np.inf

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Return zero everywhere: the constant is arbitrary."""
        return np.zeros_like(np.asarray(x, dtype=float))


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

    References
    ----------
    Gelman (2006), doi:10.1214/06-BA117A.
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
    """Uniform prior for τ between two bounds."""

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
    """Log-normal prior for τ: log τ ~ N(``mu``, ``sigma``²).

    References
    ----------
    Turner et al. (2012), doi:10.1093/ije/dys041, print such priors for τ²:
    halve both of their parameters for τ.
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


def check_tau(tau: object, engine: Engine) -> None:
    """Refuse a prior of the mean as prior of a standard deviation.

    `Flat` serves the exact engine, which begins at zero; the sampler would not.

    Raises
    ------
    OptionError
        Naming the priors there are.
    """
    if isinstance(tau, (Normal, StudentT)) or (
        engine == "nuts" and isinstance(tau, Flat)
    ):
        raise OptionError(
            f"tau={tau!r} is a prior of the mean, which may be negative; tau is a "
            "standard deviation. Use HalfNormal(scale), HalfStudentT, HalfCauchy, "
            "Uniform(low, high) or LogNormal."
        )
