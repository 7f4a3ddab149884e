"""What priors share: their protocols, their checks and a density or two."""

from __future__ import annotations

from dataclasses import fields
from numbers import Real
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from mdmameta.errors import OptionError

FloatArray = NDArray[np.float64]


@runtime_checkable
class TauPrior(Protocol):
    """Anything with a log density on τ ≥ 0 serves as a prior of the exact engine.

    An optional attribute ``support = (low, high)`` tells where the density is
    positive; without it (0, ∞) is assumed. Give it for a density that jumps to
    zero: quadrature across a jump is slow and coarse.
    """

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise; -inf where it is zero."""
        ...


class Prior:
    """What all priors share: a short repr, and their form in PyMC."""

    #: Distribution in PyMC, and its parameters by our names.
    _pymc: ClassVar[tuple[str, dict[str, str]]]

    def __repr__(self) -> str:
        values = (getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(f'{v:.12g}' for v in values)})"

    def to_pymc(self, name: str) -> Any:
        """Create the variable in the open PyMC model."""
        from mdmameta.models.bayesian.compat import pymc

        distribution, names = self._pymc
        values = {theirs: getattr(self, ours) for theirs, ours in names.items()}
        return getattr(pymc(), distribution)(name, **values)


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


def folded(x: ArrayLike, log_density: FloatArray) -> FloatArray:
    """Log density of the half of a symmetric density that is above zero."""
    return np.where(np.asarray(x) >= 0, log_density + np.log(2), -np.inf)
