"""Priors of the mean effect, each a mixture of normals given what it depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, logsumexp, ndtri, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.prior_base import (
    Components,
    Prior,
    log_t,
    require_finite,
    require_positive,
)

#: Step of the trapezium rule over the log precision of a t prior: the error falls
#: like exp(-π² / step), and is 1e-12 here. With many degrees of freedom the precision
#: is all but known, and the step has to be narrower.
STEP = 0.3

#: Logarithm of the mass left out at either end of that rule.
DEPTH = 37.0

#: Distances of data from the centre of a t prior, in its scales, to which the
#: components reach: there the data ask for a precision of 1e-8 of the prior's.
FARTHEST = 1e4


@dataclass(frozen=True, repr=False)
class Normal(Prior):
    """Normal prior for the mean effect.

    Parameters
    ----------
    mean, sd
        On the scale of the effects (log for ratios).

    Examples
    --------
    >>> float(Normal(0, 1).quantile(0.975).round(4))
    1.96
    """

    _pymc = ("Normal", {"mu": "mean", "sigma": "sd"})
    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        require_finite(self, mean=self.mean)
        require_positive(self, sd=self.sd)

    @property
    def components(self) -> Components:
        """Itself."""
        return Components.single(self.mean, self.sd)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect, elementwise."""
        z = (np.asarray(x, dtype=float) - self.mean) / self.sd
        return np.asarray(-0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        return self.mean + self.sd * ndtri(p)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class StudentT(Prior):
    """Student t prior for the mean effect.

    The exact engine integrates it as a mixture of normals over their precision.

    Parameters
    ----------
    df, mean, scale
        ``mean`` is the centre; the standard deviation is infinite for df ≤ 2.

    Examples
    --------
    >>> from mdmameta.models.bayesian import StudentT
    >>> round(float(StudentT(3, 0, 1).quantile(0.975)), 2)
    3.18
    """

    _pymc = ("StudentT", {"nu": "df", "mu": "mean", "sigma": "scale"})
    df: float
    mean: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        require_finite(self, mean=self.mean)
        require_positive(self, df=self.df, scale=self.scale)

    @property
    def components(self) -> Components:
        """Normals of precision λ / scale², with λ ~ Gamma(df / 2, df / 2)."""
        log_lam, step = _log_precisions(self.df)
        half = self.df / 2
        log_weight = half * (np.log(half) + log_lam) - half * np.exp(log_lam)
        log_weight += np.log(step) - gammaln(half)
        sd = self.scale * np.exp(-log_lam / 2)
        return Components(log_weight, np.full(sd.size, self.mean), sd)

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
    """Improper uniform prior for the mean effect, or for τ.

    There is no marginal likelihood and no Bayes factor: both are NaN. For τ it
    serves the exact engine, from three studies on when the mean is flat as well and
    from two when it is not; fewer leave the posterior improper.

    References
    ----------
    Gelman (2006), doi:10.1214/06-BA117A.

    Examples
    --------
    >>> from mdmameta.models.bayesian import Flat
    >>> Flat().log_density(3.0)
    array(0.)
    """

    _pymc = ("Flat", {})
    mean = 0.0
    sd = np.inf
    proper = False

    #: Power of τ that it is, as a prior of τ.
    tail = 0.0

    @property
    def components(self) -> Components:
        """A normal of infinite standard deviation."""
        return Components.single(0.0, np.inf)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Return zero everywhere: the constant is arbitrary."""
        return np.zeros_like(np.asarray(x, dtype=float))


@dataclass(frozen=True, repr=False)
class Mixture(Prior):
    """Mixture of normal and t priors for the mean effect, such as a robust one.

    Parameters
    ----------
    parts
        Pairs of a weight and a `Normal` or `StudentT`; the weights add to 1.

    References
    ----------
    Schmidli et al. (2014), doi:10.1111/biom.12242, on robust mixtures.

    Examples
    --------
    >>> round(Mixture(((0.8, Normal(-0.7, 0.2)), (0.2, Normal(0, 1)))).mean, 3)
    -0.56
    """

    parts: tuple[tuple[float, Normal | StudentT], ...]

    def __post_init__(self) -> None:
        parts = (p if isinstance(p, Sequence) else (p,) for p in self.parts)
        object.__setattr__(self, "parts", tuple(map(tuple, parts)))
        _check_parts(self.parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.parts!r})"

    @property
    def components(self) -> Components:
        """Those of the parts, side by side."""
        each = [(weight, prior.components) for weight, prior in self.parts]
        return Components(
            np.concatenate([np.log(weight) + c.log_weight for weight, c in each]),
            np.concatenate([c.mean for _, c in each]),
            np.concatenate([c.sd for _, c in each]),
        )

    @property
    def mean(self) -> float:
        """Mean of the parts' centres."""
        return float(sum(weight * prior.mean for weight, prior in self.parts))

    @property
    def sd(self) -> float:
        """Standard deviation; infinite when that of a part is."""
        square = (w * (p.sd**2 + (p.mean - self.mean) ** 2) for w, p in self.parts)
        return float(np.sqrt(sum(square)))

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at the mean effect, elementwise."""
        each = [np.log(weight) + prior.log_density(x) for weight, prior in self.parts]
        return np.asarray(logsumexp(each, axis=0))

    def sample(self, size: int, *, seed: int) -> FloatArray:
        """Draw from the prior: first a part, then from it."""
        rng = np.random.default_rng(seed)
        weights, priors = zip(*self.parts, strict=True)
        chosen = rng.choice(len(priors), size=size, p=np.array(weights) / sum(weights))
        u = rng.uniform(size=size)
        return np.choose(chosen, [prior.quantile(u) for prior in priors])

    def to_pymc(self, name: str) -> Any:
        """Create the variable in the open PyMC model."""
        from mdmameta.models.bayesian.compat import pymc

        pm = pymc()
        weights = np.array([weight for weight, _ in self.parts])
        dists = [prior.pymc_dist() for _, prior in self.parts]
        return pm.Mixture(name, w=weights, comp_dists=dists)


def _log_precisions(df: float) -> tuple[FloatArray, float]:
    """Points of the trapezium rule over log λ, and their step."""
    step = min(STEP, 1 / np.sqrt(df))
    rate = (df + 1) / 2
    low = -np.log1p(FARTHEST**2 / df) - _left(rate)
    high = np.log1p(np.sqrt(2 * DEPTH / rate) + DEPTH / rate)
    return np.arange(low, high + step, step), step


def _left(rate: float) -> float:
    """How far below its mode the density of log λ has fallen by e to the DEPTH."""
    # rate (eᵗ - 1 - t) = DEPTH; from above the root Newton's steps go down to it.
    t = 1 + DEPTH / rate
    for _ in range(50):
        t -= (np.exp(-t) - 1 + t - DEPTH / rate) / (1 - np.exp(-t))
    return float(t)


def _check_parts(parts: Any) -> None:
    for part in parts:
        if len(part) != 2 or not isinstance(part[1], (Normal, StudentT)):
            raise OptionError(
                f"Mixture: {part!r} is not a pair of a weight and a Normal or "
                "StudentT, such as (0.2, Normal(0, 1))."
            )
    weights = np.array([weight for weight, _ in parts], dtype=float)
    if not parts or not (weights > 0).all() or abs(weights.sum() - 1) > 1e-9:
        raise OptionError(
            f"Mixture: weights {weights.tolist()} are not positive numbers that add to "
            "1. Divide them by their sum."
        )


#: Of every model with one mean. Weak for standardised mean differences and log
#: ratios: 95 % of μ within ±1.96, of ratios between 1/7 and 7, beyond any contrast
#: of two treatments.
DEFAULT_MU = Normal(0, 1)
