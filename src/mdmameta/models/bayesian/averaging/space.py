"""The models that are averaged over, as values: effect, heterogeneity and bias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaln

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.averaging.scores import check_scored
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.prior_base import (
    MeanPrior,
    Prior,
    TauPrior,
    is_proper,
    require_positive,
)
from mdmameta.models.bayesian.prior_checks import check_priors, check_tau
from mdmameta.models.bayesian.tau_priors import HalfCauchy, HalfNormal

#: What a model may have or lack.
COMPONENTS = ("effect", "heterogeneity", "bias")

#: Most steps of a weight function: its integral has as many dimensions.
MOST_STEPS = 3


@dataclass(frozen=True, repr=False)
class InverseGammaSD(Prior):
    """Inverse-gamma prior for τ itself, RoBMA's for heterogeneity.

    Parameters
    ----------
    shape, scale
        Density ∝ τ^(-shape - 1) exp(-scale / τ). Shape 1 and scale 0.15 came from
        τ in psychological meta-analyses of standardised differences (van Erp et
        al. 2017, doi:10.5334/jopd.33). `InverseGamma` is the prior of τ².

    Examples
    --------
    >>> float(InverseGammaSD(1, 0.15).quantile(0.5).round(3))
    0.216
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        require_positive(self, shape=self.shape, scale=self.scale)

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise."""
        x_ = np.asarray(x, dtype=float)
        safe = np.where(x_ > 0, x_, 1.0)
        constant = self.shape * np.log(self.scale) - gammaln(self.shape)
        with np.errstate(over="ignore"):
            inside = constant - (self.shape + 1) * np.log(safe) - self.scale / safe
        return np.where(x_ > 0, inside, -np.inf)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Quantiles at probabilities ``p``."""
        with np.errstate(divide="ignore"):
            return np.asarray(self.scale / gammainccinv(self.shape, p))


#: RoBMA's priors of the two coefficients, for standardised mean differences.
PET_PRIOR, PEESE_PRIOR = HalfCauchy(1), HalfCauchy(5)

#: As in `BayesianRandomEffects`.
EFFECT_PRIOR, SPREAD_PRIOR = Normal(0, 1), HalfNormal(0.5)


@dataclass(frozen=True)
class Pet:
    """Bias in proportion to the standard error: y = μ + b se, b ≥ 0 as favoured.

    Parameters
    ----------
    prior
        Of b, with quantiles and no mass below zero. Half-Cauchy(1) is RoBMA's.

    References
    ----------
    Stanley and Doucouliagos (2014), doi:10.1002/jrsm.1095.

    Examples
    --------
    >>> len(ModelSpace(bias=((1.0, Pet()),)).candidates({}))
    8
    """

    prior: Any = PET_PRIOR
    power = 1

    def __post_init__(self) -> None:
        check_scored(f"{type(self).__name__}: prior", self.prior)


@dataclass(frozen=True)
class Peese(Pet):
    """Bias in proportion to the variance: y = μ + b se², b ≥ 0 as favoured.

    Parameters
    ----------
    prior
        Of b. Half-Cauchy(5) is RoBMA's, for standardised mean differences.

    References
    ----------
    Stanley and Doucouliagos (2014), doi:10.1002/jrsm.1095.

    Examples
    --------
    >>> len(ModelSpace(bias=((1.0, Peese()),)).candidates({}))
    8
    """

    prior: Any = PEESE_PRIOR
    power = 2


@dataclass(frozen=True)
class PublicationWeights:
    """Studies are seen with a probability that falls with their p-value.

    The weight is 1 below the first step, and the others are uniform among the
    numbers from 0 to 1 that do not rise with p.

    Parameters
    ----------
    steps
        p-values at which the weight may fall, ascending, at most three.
    sides
        ``"one"``: of the test in the favoured direction. ``"two"``: two-sided.

    References
    ----------
    Vevea and Hedges (1995), doi:10.1007/BF02294384; Maier et al. (2023),
    doi:10.1037/met0000405.

    Examples
    --------
    >>> PublicationWeights((0.025, 0.5))
    PublicationWeights(steps=(0.025, 0.5), sides='one')
    """

    steps: tuple[float, ...]
    sides: Literal["one", "two"] = "one"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(map(float, self.steps)))
        rising = np.diff([0.0, *self.steps, 1.0])
        if not 1 <= len(self.steps) <= MOST_STEPS or not (rising > 0).all():
            raise OptionError(
                f"steps={self.steps!r}: give one to {MOST_STEPS} ascending p-values "
                "between 0 and 1, such as (0.025, 0.5)."
            )
        if self.sides not in ("one", "two"):
            raise OptionError(f"sides={self.sides!r}; allowed: 'one', 'two'.")


Bias = Pet | PublicationWeights


@dataclass(frozen=True)
class Candidate:
    """One model: what each component is, and None where it is absent.

    Parameters
    ----------
    effect, heterogeneity
        Prior of μ and of τ, which are 0 where there is none.
    bias
        How results may be biased.
    share
        Prior probability.
    """

    effect: MeanPrior | None
    heterogeneity: TauPrior | None
    bias: Bias | None
    share: float

    def __str__(self) -> str:
        parts = (f"{n}={getattr(self, n)!r}" for n in COMPONENTS if self.has(n))
        return ", ".join(parts) or "nothing"

    def has(self, component: str) -> bool:
        """Whether it has an effect, heterogeneity or bias."""
        return getattr(self, component) is not None


@dataclass(frozen=True)
class ModelSpace:
    """All combinations of effect, heterogeneity and bias, each of them or none.

    Parameters
    ----------
    effect, heterogeneity
        Priors of μ and of τ where they are not zero: a spike at zero and this slab.
    bias
        Pairs of a weight and a bias; the weights are made to add to 1. Empty leaves
        bias out.

    Examples
    --------
    >>> len(ModelSpace().candidates({}))
    12
    >>> len(ModelSpace.psma().candidates({}))
    36
    """

    effect: MeanPrior = EFFECT_PRIOR
    heterogeneity: TauPrior = SPREAD_PRIOR
    bias: tuple[tuple[float, Bias], ...] = ((1.0, Pet()), (1.0, Peese()))

    def __post_init__(self) -> None:
        check_priors(self.effect, self.heterogeneity)
        check_tau(self.heterogeneity, "exact")
        for name in ("effect", "heterogeneity"):
            if not is_proper(prior := getattr(self, name)):
                raise OptionError(
                    f"{name}={prior!r} is improper: models cannot be compared under "
                    "it, as its height is arbitrary. Use Normal(0, 1), HalfNormal(0.5)."
                )
        object.__setattr__(self, "bias", tuple(map(tuple, self.bias)))
        for pair in self.bias:
            if len(pair) != 2 or not isinstance(pair[1], Bias) or not pair[0] > 0:
                raise OptionError(
                    f"bias: {pair!r} is not a pair of a positive weight and a Pet, "
                    "Peese or PublicationWeights."
                )

    @classmethod
    def psma(cls) -> ModelSpace:
        """Take the 36 models and priors that RoBMA has by default, for SMDs.

        References
        ----------
        Bartoš et al. (2023), doi:10.1002/jrsm.1594.
        """
        one = ((0.05,), (0.025, 0.05), (0.05, 0.5), (0.025, 0.05, 0.5))
        weights = [PublicationWeights(s, "two") for s in ((0.05,), (0.05, 0.1))]
        weights += [PublicationWeights(steps) for steps in one]
        return cls(
            Normal(0, 1),
            InverseGammaSD(1, 0.15),
            (*((1 / 12, w) for w in weights), (1 / 4, Pet()), (1 / 4, Peese())),
        )

    def candidates(self, prior_odds: Mapping[str, float]) -> tuple[Candidate, ...]:
        """List the models with their prior probabilities.

        Parameters
        ----------
        prior_odds
            Component -> odds of its presence; 1 where nothing is said.

        Raises
        ------
        OptionError
            For an unknown component or odds that are not positive.
        """
        chance = _chances(prior_odds)
        total = sum(weight for weight, _ in self.bias)
        biased = [(chance["bias"] * w / total, b) for w, b in self.bias]
        none = 1 - chance["bias"] if self.bias else 1.0
        return tuple(
            Candidate(effect, spread, bias, float(p * q * r))
            for (p, effect), (q, spread), (r, bias) in product(
                [(1 - chance["effect"], None), (chance["effect"], self.effect)],
                [
                    (1 - chance["heterogeneity"], None),
                    (chance["heterogeneity"], self.heterogeneity),
                ],
                [(none, None), *biased],
            )
        )


def _chances(prior_odds: Mapping[str, float]) -> dict[str, float]:
    for name, odds in prior_odds.items():
        if name not in COMPONENTS or not 0 < odds < np.inf:
            raise OptionError(
                f"prior_odds[{name!r}]={odds!r}: give positive, finite odds of "
                f"{', '.join(COMPONENTS)}."
            )
    known = {name: float(prior_odds.get(name, 1.0)) for name in COMPONENTS}
    return {name: value / (1 + value) for name, value in known.items()}
