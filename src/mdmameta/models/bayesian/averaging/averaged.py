"""A posterior averaged over models: continuous parts, and an atom at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.marginals import IntervalKind, Marginal

#: Bisections of a quantile: from any bracket to rounding.
BISECTIONS = 70

#: Probability that is left of 1 by rounding, and no atom.
ROUNDING = 1e-12

#: Quantiles between which the highest density is looked for.
SEARCHED = 203


@dataclass(frozen=True, eq=False)
class AveragedMarginal(Marginal):
    """Mixture of the posteriors of several models.

    Parameters
    ----------
    probability
        Posterior probability of each model that has the parameter, shape (m,); what
        they leave to 1 is the atom at zero.
    parts
        Their posteriors.
    """

    probability: FloatArray
    parts: tuple[Marginal, ...] = field(repr=False)

    @classmethod
    def of(
        cls, probability: Sequence[float], parts: Sequence[Marginal | None]
    ) -> AveragedMarginal:
        """Keep the models that have the parameter."""
        pairs = [
            (p, part)
            for p, part in zip(probability, parts, strict=True)
            if part is not None
        ]
        return cls(np.array([p for p, _ in pairs]), tuple(part for _, part in pairs))

    @property
    def atom(self) -> float:
        """Posterior probability that the parameter is exactly zero."""
        left = float(1 - self.probability.sum())
        return left if left > ROUNDING else 0.0

    @property
    def support(self) -> tuple[float, float]:
        """The parts' together, and zero where it has an atom."""
        ends = [part.support for part in self.parts] + [(0.0, 0.0)] * bool(self.atom)
        return (min(low for low, _ in ends), max(high for _, high in ends))

    @cached_property
    def mean(self) -> float:
        """Posterior mean, the zeros counted."""
        return float(sum(p * part.mean for p, part in self._pairs))

    @cached_property
    def sd(self) -> float:
        """Posterior standard deviation, the zeros counted."""
        square = sum(p * (part.sd**2 + part.mean**2) for p, part in self._pairs)
        return float(np.sqrt(max(square - self.mean**2, 0.0)))

    @cached_property
    def mode(self) -> float:
        """Zero where it has an atom, which is higher than any density."""
        if self.atom:
            return 0.0
        x = self.quantile(np.linspace(0, 1, SEARCHED)[1:-1])
        best = int(np.argmax(self.density(x)))
        ends = x[max(best - 1, 0)], x[min(best + 1, x.size - 1)]
        found = minimize_scalar(lambda at: -float(self.density(at)), bounds=ends)
        return float(found.x)

    @property
    def given_present(self) -> AveragedMarginal:
        """The same over the models that have the parameter alone."""
        return AveragedMarginal(self.probability / self.probability.sum(), self.parts)

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value up to ``x``."""
        x_ = np.asarray(x, dtype=float)
        jump = np.where(x_ >= 0, self.atom, 0.0)
        return np.asarray(sum((p * part.cdf(x_) for p, part in self._pairs), jump))

    def sf(self, x: ArrayLike) -> FloatArray:
        """Posterior probability of a value above ``x``, right also where it is tiny."""
        x_ = np.asarray(x, dtype=float)
        jump = np.where(x_ < 0, self.atom, 0.0)
        return np.asarray(sum((p * part.sf(x_) for p, part in self._pairs), jump))

    def density(self, x: ArrayLike) -> FloatArray:
        """Density at ``x`` of the continuous parts, which integrates to 1 − atom."""
        x_ = np.asarray(x, dtype=float)
        each = (p * part.density(x_) for p, part in self._pairs)
        return np.asarray(sum(each, np.zeros_like(x_)))

    def interval(
        self, level: float = 0.95, kind: IntervalKind = "central"
    ) -> tuple[float, float]:
        """Credible interval of probability ``level``; see `Marginal`.

        Raises
        ------
        OptionError
            For ``"shortest"``, which an atom leaves undefined.
        """
        if kind == "shortest" and self.atom:
            raise OptionError(
                f"kind={kind!r}: an average with an atom at zero has no shortest "
                "interval; use kind='central', or given_present without the atom."
            )
        return super().interval(level, kind)

    def _invert(self, p: FloatArray) -> FloatArray:
        tails = [part.quantile(np.array([p.min(), p.max()])) for part in self.parts]
        ends = np.array([*(np.ravel(tails)), 0.0])
        reach = 1e-9 + ends.max() - ends.min()
        low = np.full(p.shape, ends.min() - reach)
        high = np.full(p.shape, ends.max())
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = self.cdf(middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        at_atom = (self.cdf(np.zeros(p.shape)) >= p) & (self._left_of_zero < p)
        return np.where(at_atom, 0.0, high)

    @cached_property
    def _left_of_zero(self) -> float:
        return float(sum(p * float(part.cdf(0.0)) for p, part in self._pairs))

    @property
    def _pairs(self) -> list[tuple[float, Marginal]]:
        return list(zip(self.probability.tolist(), self.parts, strict=True))
