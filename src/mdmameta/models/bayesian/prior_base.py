"""What priors share: their protocols, their checks and a density or two."""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError


@runtime_checkable
class TauPrior(Protocol):
    """Anything with a log density on τ ≥ 0 serves as a prior of the exact engine.

    Three optional attributes help. ``support = (low, high)`` tells where the density
    is positive; without it (0, ∞) is assumed. Give it for a density that jumps to
    zero: quadrature across a jump is slow and coarse. ``proper = False`` tells that
    the density has no finite integral, and so no marginal likelihood.
    ``for_data(data)`` returns the prior of these data, for one that depends on the
    sampling variances ``data.lam``.
    """

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise; -inf where it is zero."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Components:
    """A prior of the mean effect as a mixture of J normals.

    Parameters
    ----------
    log_weight
        Log probabilities, shape (..., J); the leading axes are priors.
    mean, sd
        Shape (..., J); sd is infinite for a flat prior, 0 for a fixed value.
    """

    log_weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    @classmethod
    def single(cls, mean: float, sd: float) -> Components:
        """One normal: flat when ``sd`` is infinite, a fixed value when it is 0."""
        return cls(np.zeros(1), np.array([mean]), np.array([sd]))


@runtime_checkable
class MeanPrior(Protocol):
    """A prior of the mean effect that can be integrated out: a mixture of normals."""

    @property
    def sd(self) -> float:
        """Standard deviation; infinite when flat or too heavy in its tails."""
        ...

    @property
    def components(self) -> Components:
        """The normals that it is a mixture of."""
        ...

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect, elementwise."""
        ...


class Prior:
    """What all priors share: a short repr, draws, and their form in PyMC."""

    #: Distribution in PyMC, and its parameters by our names.
    _pymc: ClassVar[tuple[str, dict[str, str]]]

    #: Whether the density has a finite integral.
    proper: ClassVar[bool] = True

    def __repr__(self) -> str:
        values = (getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(f'{v:.12g}' for v in values)})"

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        raise OptionError(
            f"{self!r} has no quantiles in closed form, or is improper. Draws and "
            "predictions from a prior need a proper one, such as Normal(0, 1) of a "
            "mean or HalfNormal(0.5) of a standard deviation."
        )

    def sample(self, size: int, *, seed: int) -> FloatArray:
        """Draw from the prior, by inversion.

        Parameters
        ----------
        size
            Number of draws.
        seed
            The same seed gives the same draws.

        Raises
        ------
        OptionError
            When the prior is improper or has no quantiles in closed form.
        """
        return self.quantile(np.random.default_rng(seed).uniform(size=size))

    def to_pymc(self, name: str) -> Any:
        """Create the variable in the open PyMC model.

        Raises
        ------
        OptionError
            When the prior has no distribution there.
        """
        distribution, values = self._in_pymc()
        return distribution(name, **values)

    def pymc_dist(self) -> Any:
        """Create the distribution without a name, as a part of a mixture."""
        distribution, values = self._in_pymc()
        return distribution.dist(**values)

    def _in_pymc(self) -> tuple[Any, dict[str, Any]]:
        from mdmameta.models.bayesian.compat import pymc

        if not hasattr(self, "_pymc"):
            raise OptionError(
                f"{self!r} is known to the exact engine alone. Use engine='exact', or "
                "a prior such as HalfNormal(scale)."
            )
        distribution, names = self._pymc
        values = {theirs: getattr(self, ours) for theirs, ours in names.items()}
        return getattr(pymc(), distribution), values


def require_positive(prior: object, **values: float) -> None:
    """Refuse parameters that are not positive and finite."""
    for name, value in values.items():
        if not (isinstance(value, Real) and 0 < value < np.inf):
            raise OptionError(
                f"{type(prior).__name__}: {name}={value!r} is not a positive, "
                f"finite number. Give {name} on the scale of the effects."
            )


def require_finite(prior: object, **values: float) -> None:
    """Refuse parameters that are not finite."""
    for name, value in values.items():
        if not (isinstance(value, Real) and np.isfinite(value)):
            raise OptionError(
                f"{type(prior).__name__}: {name}={value!r} is not a finite number."
            )


def log_t(z: FloatArray, df: float) -> FloatArray:
    """Log density of the standard t distribution."""
    constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi)
    return np.asarray(constant - (df + 1) / 2 * np.log1p(z**2 / df))


def is_proper(prior: object) -> bool:
    """Whether a prior integrates to one, as far as it says."""
    return bool(getattr(prior, "proper", True))


def folded(x: ArrayLike, log_density: FloatArray) -> FloatArray:
    """Log density of the half of a symmetric density that is above zero."""
    return np.where(np.asarray(x) >= 0, log_density + np.log(2), -np.inf)
