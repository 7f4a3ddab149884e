"""Priors of τ from rules that begin with the sampling variances, most improper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.prior_base import Prior
from mdmameta.models.bayesian.quadrature import first_panels
from mdmameta.models.bayesian.tau_lines import Line


@dataclass(frozen=True, repr=False)
class SquareRoot(Prior):
    """Improper prior uniform in √τ: p(τ) ∝ τ^(-1/2).

    References
    ----------
    Röver (2020), doi:10.18637/jss.v093.i06.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import SquareRoot
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = mm.BayesianRandomEffects(tau=SquareRoot()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.15
    """

    proper = False
    tail: ClassVar[float] = -0.5

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ up to a constant, elementwise."""
        x_ = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore"):
            value = -0.5 * np.log(np.abs(x_))
        return np.where(x_ >= 0, value, -np.inf)


@dataclass(frozen=True, repr=False)
class OfVariances(Prior):
    """A prior of τ that knows the variances once the data are given.

    Parameters
    ----------
    variances
        Sampling variances; those of the data when left out, and those along
        independent axes when the data have a covariance matrix.
    """

    variances: tuple[float, ...] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def for_data(self, data: Any) -> Self:
        """Return the prior of data with sampling variances ``data.lam``."""
        if self.variances is not None:
            return self
        return replace(self, variances=tuple(map(float, data.lam)))

    @property
    def _v(self) -> FloatArray:
        if self.variances is None:
            raise OptionError(
                f"{self!r} depends on the sampling variances: fit it to effects, or "
                "give variances=(v1, v2, ...)."
            )
        return np.array(self.variances)


@dataclass(frozen=True, repr=False)
class Jeffreys(OfVariances):
    """Jeffreys' improper prior for τ: the root of its Fisher information.

    p(τ) ∝ √(Σ (τ / (vᵢ + τ²))²), which falls like 1 / τ.

    Parameters
    ----------
    variances
        Sampling variances of the studies; taken from the data at the fit when
        left out.

    References
    ----------
    Bodnar et al. (2017), doi:10.1002/sim.7156.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import Jeffreys
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = mm.BayesianRandomEffects(tau=Jeffreys()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.32
    """

    proper = False
    tail: ClassVar[float] = -1.0

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ up to a constant, elementwise."""
        x_ = np.asarray(x, dtype=float)[..., None]
        ratio = np.abs(x_) / (self._v + x_**2)
        peak = ratio.max(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.log(peak) + 0.5 * np.log(
                ((ratio / peak[..., None]) ** 2).sum(axis=-1)
            )
        return np.where((x_[..., 0] >= 0) & (peak > 0), inside, -np.inf)


@dataclass(frozen=True, repr=False)
class OverallJeffreys(Jeffreys):
    """Jeffreys' prior for μ and τ together, which falls like 1 / τ².

    p(τ) ∝ √(Σ 1 / (vᵢ + τ²)) √(Σ (τ / (vᵢ + τ²))²); it belongs to a flat prior of μ.
    It has no constant of its own, and so no marginal likelihood.

    Parameters
    ----------
    variances
        Sampling variances of the studies; taken from the data at the fit when
        left out.

    References
    ----------
    Röver (2020), doi:10.18637/jss.v093.i06.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import Flat, OverallJeffreys
    >>> effects = mm.Effects.from_arrays(
    ...     y=[-0.9, -0.5, -0.6, 0.1], v=[0.05, 0.06, 0.2, 0.1])
    >>> fit = mm.BayesianRandomEffects(mu=Flat(), tau=OverallJeffreys()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.33
    """

    tail: ClassVar[float] = -2.0

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ up to a constant, elementwise."""
        x_ = np.asarray(x, dtype=float)
        information = (1 / (self._v + x_[..., None] ** 2)).sum(axis=-1)
        return np.asarray(super().log_density(x) + 0.5 * np.log(information))


@dataclass(frozen=True, repr=False)
class BergerDeely(OfVariances):
    """Berger and Deely's improper prior for τ, which falls like 1 / τ.

    p(τ) ∝ Π (τ / (vᵢ + τ²))^(1/k).

    Parameters
    ----------
    variances
        Sampling variances of the studies; taken from the data at the fit when
        left out.

    References
    ----------
    Berger and Deely (1988), doi:10.1080/01621459.1988.10478606.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import BergerDeely
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = mm.BayesianRandomEffects(tau=BergerDeely()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.34
    """

    proper = False
    tail: ClassVar[float] = -1.0

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ up to a constant, elementwise."""
        x_ = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore"):
            log_x = np.log(np.abs(x_))
        log_total = np.log(self._v + x_[..., None] ** 2).mean(axis=-1)
        return np.where(x_ >= 0, log_x - log_total, -np.inf)


@dataclass(frozen=True, repr=False)
class Conventional(OfVariances):
    """The conventional prior for τ, proper, which falls like 1 / τ².

    p(τ) ∝ Π (τ / (vᵢ + τ²)^(3/2))^(1/k). Its constant is computed by quadrature.

    Parameters
    ----------
    variances
        Sampling variances of the studies; taken from the data at the fit when
        left out.
    log_total
        Log of the constant of the density; computed when left out.

    References
    ----------
    Berger and Deely (1988), doi:10.1080/01621459.1988.10478606.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.bayesian import Conventional
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> fit = mm.BayesianRandomEffects(tau=Conventional()).fit(effects)
    >>> round(fit.exact.tau.median, 2)
    0.26
    """

    log_total: float = 0.0

    def for_data(self, data: Any) -> Self:
        """Return the prior of data with sampling variances ``data.lam``."""
        bare = super().for_data(data)
        panels = first_panels(bare._shape, Line()).doubled().doubled().doubled()
        return replace(bare, log_total=float(panels.log_evidence))

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        return self._shape(x) - self.log_total

    def _shape(self, x: ArrayLike) -> FloatArray:
        x_ = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore"):
            log_x = np.log(np.abs(x_))
        log_total = np.log(self._v + x_[..., None] ** 2).mean(axis=-1)
        return np.where(x_ >= 0, log_x - 1.5 * log_total, -np.inf)
