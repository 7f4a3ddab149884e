"""Priors of τ that are skewed: inverse gamma, exponential, logistic, Lomax, log-t."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaln, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.prior_base import (
    Prior,
    log_t,
    require_finite,
    require_positive,
)


@dataclass(frozen=True, repr=False)
class InverseGamma(Prior):
    """Inverse-gamma prior for τ²; its density here is that of τ.

    Known from early software. It has no mass near zero, and with small parameters
    the answer depends on them strongly.

    Parameters
    ----------
    shape, scale
        Of τ²: density ∝ (τ²)^(-shape - 1) exp(-scale / τ²).

    References
    ----------
    Gelman (2006), doi:10.1214/06-BA117A, on why not to use it.

    Examples
    --------
    >>> float(InverseGamma(1, 0.15).quantile(0.5).round(3))
    0.465
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        require_positive(self, shape=self.shape, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        log_x, inside = _log(x)
        constant = np.log(2) + self.shape * np.log(self.scale) - gammaln(self.shape)
        with np.errstate(over="ignore"):
            falling = self.scale * np.exp(-2 * log_x)
        value = constant - (2 * self.shape + 1) * log_x - falling
        return np.where(inside, value, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return np.asarray(np.sqrt(self.scale / gammainccinv(self.shape, p)))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, as the root of its square."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        square = pm.InverseGamma(f"{name}_squared", alpha=self.shape, beta=self.scale)
        return pm.Deterministic(name, pm.math.sqrt(square))


@dataclass(frozen=True, repr=False)
class Exponential(Prior):
    """Exponential prior for τ.

    Parameters
    ----------
    scale
        Mean; the median is 0.693 ``scale``.

    Examples
    --------
    >>> float(Exponential(0.5).quantile(0.5).round(3))
    0.347
    """

    scale: float

    def __post_init__(self) -> None:
        require_positive(self, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        return np.where(x_ >= 0, -np.log(self.scale) - x_ / self.scale, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return np.asarray(-self.scale * np.log1p(-np.asarray(p, dtype=float)))

    def to_pymc(self, name: str) -> Any:
        """Create the variable in the open PyMC model."""
        from mdmameta.models.bayesian.compat import pymc

        return pymc().Exponential(name, scale=self.scale)


@dataclass(frozen=True, repr=False)
class HalfLogistic(Prior):
    """Half-logistic prior for τ: flat at zero, exponential in its tail.

    Parameters
    ----------
    scale
        Of the logistic before it was folded; the median is 1.099 ``scale``.

    Examples
    --------
    >>> float(HalfLogistic(0.3).quantile(0.5).round(3))
    0.33
    """

    scale: float

    def __post_init__(self) -> None:
        require_positive(self, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        z = np.asarray(x, dtype=float) / self.scale
        inside = np.log(2 / self.scale) - np.abs(z) - 2 * np.log1p(np.exp(-np.abs(z)))
        return np.where(z >= 0, inside, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return np.asarray(2 * self.scale * np.arctanh(np.asarray(p, dtype=float)))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, by inversion of a uniform."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        u = pm.Uniform(f"{name}_probability", 0, 1)
        return pm.Deterministic(name, self.scale * pm.math.log((1 + u) / (1 - u)))


@dataclass(frozen=True, repr=False)
class Lomax(Prior):
    """Lomax prior for τ: a Pareto distribution that begins at zero.

    Parameters
    ----------
    shape, scale
        Density ∝ (1 + τ / scale)^(-shape - 1). DuMouchel's prior has shape 1.

    Examples
    --------
    >>> float(Lomax(6, 1).quantile(0.5).round(3))
    0.122
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        require_positive(self, shape=self.shape, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        falling = np.log1p(np.maximum(x_, 0) / self.scale)
        value = np.log(self.shape / self.scale) - (self.shape + 1) * falling
        return np.where(x_ >= 0, value, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        rest = -np.log1p(-np.asarray(p, dtype=float)) / self.shape
        return np.asarray(self.scale * np.expm1(rest))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, by inversion of a uniform."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        u = pm.Uniform(f"{name}_probability", 0, 1)
        return pm.Deterministic(name, self.scale * ((1 - u) ** (-1 / self.shape) - 1))


@dataclass(frozen=True, repr=False)
class LogStudentT(Prior):
    """Log-t prior for τ: log τ is a t with ``df``, ``location`` and ``scale``.

    The tails of log τ are heavy: below τ of 1e-152, which nobody can tell from 0, lie
    about 1e-11 of the priors of Rhodes et al., but 1e-6 of one with two degrees of
    freedom. An exact posterior that has more than 1e-7 there is refused.

    Parameters
    ----------
    df
        Degrees of freedom.
    location, scale
        Of log τ.

    References
    ----------
    Rhodes et al. (2015), doi:10.1016/j.jclinepi.2014.08.012, print such priors for
    τ²: halve location and scale for τ, as `rhodes_prior` does.

    Examples
    --------
    >>> float(LogStudentT(5, -1.72, 1.295).quantile(0.5).round(3))
    0.179
    """

    df: float
    location: float
    scale: float

    def __post_init__(self) -> None:
        require_finite(self, location=self.location)
        require_positive(self, df=self.df, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        log_x, inside = _log(x)
        z = (log_x - self.location) / self.scale
        value = log_t(z, self.df) - np.log(self.scale) - log_x
        return np.where(inside, value, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return np.asarray(np.exp(self.location + self.scale * stdtrit(self.df, p)))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, as the exponential of a t."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        log_tau = pm.StudentT(
            f"log_{name}", nu=self.df, mu=self.location, sigma=self.scale
        )
        return pm.Deterministic(name, pm.math.exp(log_tau))


def _log(x: ArrayLike) -> tuple[FloatArray, Any]:
    """Log τ where τ is positive, and where that is."""
    x_ = np.asarray(x, dtype=float)
    inside = x_ > 0
    return np.log(np.where(inside, x_, 1.0)), inside
