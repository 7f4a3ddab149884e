"""Proper priors of τ on the scale of the sampling variances: uniform in a share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.prior_base import Prior, require_positive


@dataclass(frozen=True, repr=False)
class DuMouchel(Prior):
    """DuMouchel's proper prior for τ: p(τ) = s₀ / (s₀ + τ)².

    Parameters
    ----------
    s0
        Median; the root of the harmonic mean of the sampling variances when left
        out. E τ is infinite under the prior.

    References
    ----------
    Röver (2020), doi:10.18637/jss.v093.i06.

    Examples
    --------
    >>> float(DuMouchel(0.4).quantile(0.5))
    0.4
    """

    s0: float | None = None

    def __post_init__(self) -> None:
        if self.s0 is not None:
            require_positive(self, s0=self.s0)

    def __repr__(self) -> str:
        said = "" if self.s0 is None else f"{self.s0:.12g}"
        return f"{type(self).__name__}({said})"

    def for_data(self, data: Any) -> Self:
        """Return the prior of data with sampling variances ``data.lam``."""
        if self.s0 is not None:
            return self
        return replace(self, s0=float(np.sqrt(1 / np.mean(1 / data.lam))))

    @property
    def _scale(self) -> float:
        if self.s0 is None:
            raise OptionError(
                f"{self!r} depends on the sampling variances: fit it to effects, or "
                "give s0=."
            )
        return self.s0

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        s0 = self._scale
        inside = np.log(s0) - 2 * np.log(s0 + np.maximum(x_, 0))
        return np.where(x_ >= 0, inside, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        p_ = np.asarray(p, dtype=float)
        return np.asarray(self._scale * (p_ / (1 - p_)))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, by inversion of a uniform."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        u = pm.Uniform(f"{name}_probability", 0, 1)
        return pm.Deterministic(name, self._scale * u / (1 - u))


@dataclass(frozen=True, repr=False)
class UniformShrinkage(DuMouchel):
    """Proper prior for τ under which the shrinkage s₀² / (s₀² + τ²) is uniform.

    Parameters
    ----------
    s0
        Median; the root of the harmonic mean of the sampling variances when left
        out. E τ² is infinite under the prior.

    References
    ----------
    Daniels (1999), doi:10.2307/3316112.

    Examples
    --------
    >>> float(UniformShrinkage(0.4).quantile(0.5))
    0.4
    """

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        s0 = self._scale
        with np.errstate(divide="ignore"):
            rising = np.log(2 * s0**2) + np.log(np.maximum(x_, 0))
        return np.where(x_ >= 0, rising - 2 * np.log(s0**2 + x_**2), -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        p_ = np.asarray(p, dtype=float)
        return np.asarray(self._scale * np.sqrt(p_ / (1 - p_)))

    def to_pymc(self, name: str) -> Any:
        """Create τ in the open PyMC model, by inversion of a uniform."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        u = pm.Uniform(f"{name}_probability", 0, 1)
        return pm.Deterministic(name, self._scale * pm.math.sqrt(u / (1 - u)))


@dataclass(frozen=True, repr=False)
class UniformI2(UniformShrinkage):
    """Proper prior for τ under which I² = τ² / (τ² + typical v) is uniform.

    Parameters
    ----------
    s0
        Root of the typical sampling variance, Higgins and Thompson's when left
        out, which needs two studies.

    References
    ----------
    Higgins and Thompson (2002), doi:10.1002/sim.1186.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import UniformI2
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = mm.BayesianRandomEffects(tau=UniformI2()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.21
    """

    def for_data(self, data: Any) -> Self:
        """Return the prior of data with sampling variances ``data.lam``."""
        if self.s0 is not None:
            return self
        w = 1 / data.lam
        if w.size < 2:
            raise OptionError(
                f"{self!r} needs two studies for a typical variance; give s0= for one."
            )
        typical = (w.size - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum())
        return replace(self, s0=float(np.sqrt(typical)))
