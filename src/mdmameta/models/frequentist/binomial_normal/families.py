"""Log-likelihoods of counts in the linear predictors, with two derivatives."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, xlogy

from mdmameta.arrays import FloatArray
from mdmameta.models.choose import log_choose

#: Values, slopes and curvatures.
Derivatives = tuple[FloatArray, FloatArray, FloatArray]


#: Distance to a risk of 0 or 1 (log risk of 0) that counts as none.
NEAREST = 1e-12
#: Predictors of links that allow every value.
EVERYWHERE = (-np.inf, np.inf)


class Family(Protocol):
    """Log-likelihood of the arms of k trials, J arms each."""

    #: Predictors that are possible lie between these.
    bounds: ClassVar[tuple[float, float]]
    #: Size of a difference between predictors that matters.
    unit: ClassVar[float]

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at predictors of shape (k, J, m).

        A value is −∞, with slope and curvature 0, where a predictor is
        impossible.
        """
        ...

    def best(self) -> Derivatives:
        """Give each arm's own best predictor, log-likelihood and information.

        Shapes (k, J); a predictor may be infinite, with information 0.
        """
        ...

    @property
    def abrupt(self) -> bool:
        """Whether an empty cell lets the likelihood end above 0 at a bound."""
        ...

    def inside(self, weight: float) -> Family:
        """Give the counts with a little in cells whose emptiness leaves an edge.

        A likelihood of risks that are not kept within 0 and 1 by their link falls
        from a finite value to 0 at the edge that an empty cell is at; with a
        weight in that cell it falls smoothly.
        """
        ...

    def expected(self, eta: FloatArray) -> Family:
        """Give the counts that predictors of shape (k, J) expect.

        Their curvature is the expected one. Where it does not depend on the
        counts, as with canonical links, the family gives itself.
        """
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Binomial:
    """Events x of n, whose log odds are η; each of shape (k, J)."""

    bounds: ClassVar[tuple[float, float]] = EVERYWHERE
    unit: ClassVar[float] = 1.0

    x: FloatArray
    n: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at η."""
        x, n = self.x[..., None], self.n[..., None]
        p = expit(eta)
        value = x * eta - n * np.logaddexp(0, eta)
        return log_choose(n, x) + value, x - n * p, -n * p * (1 - p)

    @property
    def abrupt(self) -> bool:
        """Give False: there are no bounds."""
        return False

    def inside(self, weight: float) -> Binomial:
        """Give itself: its link keeps within bounds."""
        return self

    def expected(self, eta: FloatArray) -> Binomial:
        """Give itself: its curvature does not depend on the events."""
        return self

    def best(self) -> Derivatives:
        """Give the log odds observed, with log-likelihood and information."""
        x, p = self.x, self.x / self.n
        with np.errstate(divide="ignore"):
            eta = np.log(x) - np.log(self.n - x)
        return eta, _at_proportions(x, self.n), x * (1 - p)


@dataclass(frozen=True, eq=False, slots=True)
class LogBinomial:
    """Events x of n, whose log risk is η < 0; each of shape (k, J)."""

    bounds: ClassVar[tuple[float, float]] = (-np.inf, 0.0)
    unit: ClassVar[float] = 1.0

    x: FloatArray
    n: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at η."""
        possible = eta < -NEAREST
        eta = np.where(possible, eta, -1.0)
        x, n, p = self.x[..., None], self.n[..., None], np.exp(eta)
        value = log_choose(n, x) + x * eta + (n - x) * np.log(-np.expm1(eta))
        odds = p / -np.expm1(eta)
        slope, curve = x - (n - x) * odds, (n - x) * odds / np.expm1(eta)
        return _where(possible, value, slope, curve)

    @property
    def abrupt(self) -> bool:
        """Whether an arm has events only."""
        return bool((self.x == self.n).any())

    def inside(self, weight: float) -> LogBinomial:
        """Give the counts with a weight of others where there are none."""
        return LogBinomial(self.x, np.where(self.x == self.n, self.n + weight, self.n))

    def expected(self, eta: FloatArray) -> LogBinomial:
        """Give the events that log risks η expect."""
        return LogBinomial(self.n * np.exp(eta), self.n)

    def best(self) -> Derivatives:
        """Give the log risk observed, with log-likelihood and information."""
        x, others = self.x, self.n - self.x
        with np.errstate(divide="ignore"):
            eta, information = np.log(x / self.n), self.n * x / others
        return eta, _at_proportions(x, self.n), information


@dataclass(frozen=True, eq=False, slots=True)
class LinearBinomial:
    """Events x of n, whose risk is η in (0, 1); each of shape (k, J)."""

    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)
    unit: ClassVar[float] = 0.1

    x: FloatArray
    n: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at η."""
        possible = (eta > NEAREST) & (eta < 1 - NEAREST)
        p = np.where(possible, eta, 0.5)
        x, n = self.x[..., None], self.n[..., None]
        value = log_choose(n, x) + x * np.log(p) + (n - x) * np.log1p(-p)
        slope = x / p - (n - x) / (1 - p)
        return _where(possible, value, slope, -x / p**2 - (n - x) / (1 - p) ** 2)

    @property
    def abrupt(self) -> bool:
        """Whether an arm has no events, or events only."""
        return bool(((self.x == 0) | (self.x == self.n)).any())

    def inside(self, weight: float) -> LinearBinomial:
        """Give the counts with a weight of events, or others, where there are none."""
        x = np.where(self.x == 0, weight, self.x)
        others = np.where(self.x == self.n, weight, self.n - self.x)
        return LinearBinomial(x, x + others)

    def expected(self, eta: FloatArray) -> LinearBinomial:
        """Give the events that risks η expect."""
        return LinearBinomial(self.n * eta, self.n)

    def best(self) -> Derivatives:
        """Give the risk observed, with log-likelihood and information."""
        p = self.x / self.n
        with np.errstate(divide="ignore"):
            information = self.n / (p * (1 - p))
        return p, _at_proportions(self.x, self.n), information


@dataclass(frozen=True, eq=False, slots=True)
class Poisson:
    """Events x in time t, whose log rate is η; each of shape (k, J)."""

    bounds: ClassVar[tuple[float, float]] = EVERYWHERE
    unit: ClassVar[float] = 1.0

    x: FloatArray
    t: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        """Give values, slopes and curvatures at η."""
        x, log_t = self.x[..., None], np.log(self.t)[..., None]
        # exp overflows beyond 709; such rates are as impossible as any higher.
        mean = np.exp(np.minimum(eta + log_t, 700.0))
        return x * (eta + log_t) - mean - gammaln(x + 1), x - mean, -mean

    @property
    def abrupt(self) -> bool:
        """Give False: there are no bounds."""
        return False

    def inside(self, weight: float) -> Poisson:
        """Give itself: its link keeps within bounds."""
        return self

    def expected(self, eta: FloatArray) -> Poisson:
        """Give itself: its curvature does not depend on the events."""
        return self

    def best(self) -> Derivatives:
        """Give the log rate observed, with log-likelihood and information."""
        x = self.x
        with np.errstate(divide="ignore"):
            eta = np.log(x / self.t)
        return eta, np.asarray(xlogy(x, x) - x - gammaln(x + 1)), x


def repeated(family: Any, times: int) -> Any:
    """Give the counts several times over, as if of so many more trials.

    Parameters
    ----------
    family
        Any of them.
    times
        How often.

    Examples
    --------
    >>> twice = repeated(Binomial(np.array([[3.0]]), np.array([[9.0]])), 2)
    >>> twice.x.tolist()
    [[3.0], [3.0]]
    """
    counts = {field.name: getattr(family, field.name) for field in fields(family)}
    return replace(
        family, **{name: np.concatenate([x] * times) for name, x in counts.items()}
    )


def _at_proportions(x: FloatArray, n: FloatArray) -> FloatArray:
    p = x / n
    return np.asarray(log_choose(n, x) + xlogy(x, p) + xlogy(n - x, 1 - p))


def _where(
    possible: NDArray[np.bool_], value: FloatArray, slope: FloatArray, curve: FloatArray
) -> Derivatives:
    return (
        np.where(possible, value, -np.inf),
        np.where(possible, slope, 0.0),
        np.where(possible, curve, 0.0),
    )
