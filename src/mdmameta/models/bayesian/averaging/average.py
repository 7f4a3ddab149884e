"""Averages over models with and without an effect, heterogeneity and bias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.averaging.averaged import AveragedMarginal
from mdmameta.models.bayesian.averaging.fitted import FittedModel
from mdmameta.models.bayesian.averaging.linear import fit_linear
from mdmameta.models.bayesian.averaging.selection import fit_selection
from mdmameta.models.bayesian.averaging.space import (
    COMPONENTS,
    Candidate,
    ModelSpace,
    Pet,
    PublicationWeights,
)
from mdmameta.models.bayesian.marginals import Marginal
from mdmameta.models.caution import Caution
from mdmameta.models.inputs import usable_rows

Favoured = Literal["negative", "positive"]

#: Fewer studies than this tell bias from effect by the prior more than by the data
#: (the number asked of a test for asymmetry, Sterne et al. 2011,
#: doi:10.1136/bmj.d4002).
FEW_STUDIES = 10

#: Error of the log evidence above which a fit says so.
ACCEPTED_ERROR = 1e-3


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelAverage:
    """Models weighed by their evidence, and what they say together.

    Parameters
    ----------
    models
        The fitted models.
    probability
        Posterior probabilities, one a model.
    effects
        What was fitted.
    favoured
        Sign of the results that bias was taken to favour; "" without bias.
    warnings
        Cautions.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> average = model_average(effects, favoured="negative")
    >>> average
    <ModelAverage of 12 models: mu -0.4704 [-0.9868, 0], P(effect) = 0.784>
    >>> len(average.models)
    12
    """

    models: tuple[FittedModel, ...] = field(repr=False)
    probability: FloatArray = field(repr=False)
    effects: Effects = field(repr=False)
    favoured: str
    warnings: tuple[Caution, ...] = ()

    def __repr__(self) -> str:
        low, high = self.mu.interval()
        return (
            f"<ModelAverage of {len(self.models)} models: mu {self.mu.mean:.4g} "
            f"[{low:.4g}, {high:.4g}], P(effect) = {self._present('effect'):.3g}>"
        )

    @cached_property
    def mu(self) -> AveragedMarginal:
        """Mean effect, with an atom at zero for the models without one."""
        return self._average([model.mu for model in self.models])

    @cached_property
    def tau(self) -> AveragedMarginal:
        """Heterogeneity SD, with an atom at zero for the models without."""
        return self._average([model.tau for model in self.models])

    def coefficient(self, kind: type[Pet]) -> AveragedMarginal:
        """Coefficient of a linear bias, `Pet` or `Peese`, with its atom at zero."""
        return self._average(
            [m.b if type(m.candidate.bias) is kind else None for m in self.models]
        )

    @cached_property
    def inclusion(self) -> pd.DataFrame:
        """One row a component: component, prior, posterior, inclusion_bf.

        The Bayes factor is the change in the odds that it is there; NaN for a
        component that no model has.
        """
        rows = []
        for name in COMPONENTS:
            prior = sum(m.candidate.share for m in self.models if m.candidate.has(name))
            found = self._present(name)
            bf = np.nan
            if 0 < prior < 1:
                absent = 1 - found if found < 0.5 else self._absent(name)
                bf = found / absent / (prior / (1 - prior)) if absent else np.inf
            rows.append((name, prior, found, bf))
        columns = ["component", "prior", "posterior", "inclusion_bf"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def publication_weights(self) -> pd.DataFrame:
        """Averaged mean weight of a study between one-sided p-values p_low, p_high."""
        edges = sorted({p for m in self.models for p in _one_sided(m)} | {0.0, 1.0})
        middle = ndtri(1 - (np.array(edges[:-1]) + np.array(edges[1:])) / 2)
        each = np.array([model.weight_at(middle) for model in self.models])
        return pd.DataFrame(
            {
                "p_low": edges[:-1],
                "p_high": edges[1:],
                "weight": self.probability @ each,
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a model: its parts, probabilities, log evidence and mean of μ."""
        rows = [
            {
                **{n: repr(getattr(m.candidate, n)) for n in COMPONENTS},
                "prior": m.candidate.share,
                "posterior": p,
                "log_evidence": m.log_evidence,
                "mu": 0.0 if m.mu is None else m.mu.mean,
                "tau": 0.0 if m.tau is None else m.tau.mean,
                "error": m.error,
            }
            for m, p in zip(self.models, self.probability.tolist(), strict=True)
        ]
        return pd.DataFrame(rows).replace({"None": ""})

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """Averaged μ and τ: parameter, mean, median, ci_low, ci_high, prob_zero."""
        rows = []
        for name in ("mu", "tau"):
            found: AveragedMarginal = getattr(self, name)
            ends = found.interval(level)
            rows.append((name, found.mean, found.median, *ends, found.atom))
        columns = ["parameter", "mean", "median", "ci_low", "ci_high", "prob_zero"]
        return pd.DataFrame(rows, columns=columns)

    def _average(self, parts: list[Marginal | None]) -> AveragedMarginal:
        return AveragedMarginal.of(self.probability.tolist(), parts)

    def _present(self, name: str) -> float:
        return float(
            self.probability[[m.candidate.has(name) for m in self.models]].sum()
        )

    def _absent(self, name: str) -> float:
        without = [not m.candidate.has(name) for m in self.models]
        return float(self.probability[without].sum())


def model_average(
    effects: Effects,
    *,
    models: ModelSpace | None = None,
    prior_odds: Mapping[str, float] | None = None,
    favoured: Favoured | None = None,
) -> ModelAverage:
    """Weigh models with and without effect, heterogeneity and bias by evidence.

    What RoBMA samples is integrated here: exactly where the bias is linear, and
    numerically, with an error estimate, where publication is selective.

    Parameters
    ----------
    effects
        Contrasts.
    models
        Priors of what may be there; by default N(0, 1) for the effect,
        half-normal(0.5) for τ, and PET or PEESE for bias. `ModelSpace.psma` has
        RoBMA's 36 models.
    prior_odds
        Odds of presence of "effect", "heterogeneity" and "bias"; 1 each by default.
    favoured
        Sign of the results that bias favours; by default from
        ``effects.direction``.

    Returns
    -------
    ModelAverage

    Raises
    ------
    OptionError
        When the favoured sign is not known, or a prior cannot serve.
    ModelError
        When no row can be used.

    References
    ----------
    Bartoš et al. (2023), doi:10.1002/jrsm.1594; Gronau et al. (2021),
    doi:10.1177/25152459211031256.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> average = model_average(effects, favoured="negative")
    >>> average.inclusion.set_index("component")["inclusion_bf"].round(2).to_dict()
    {'effect': 3.63, 'heterogeneity': 0.91, 'bias': 0.85}
    """
    space = models or ModelSpace()
    side = _side(effects, favoured) if space.bias else 1
    usable = usable_rows(effects)
    fitted = tuple(
        _fit(usable.y, usable.v, usable.V, candidate, side)
        for candidate in space.candidates(prior_odds or {})
    )
    log_odds = np.array([m.log_evidence + np.log(m.candidate.share) for m in fitted])
    weight = np.exp(log_odds - log_odds.max())
    return ModelAverage(
        models=fitted,
        probability=weight / weight.sum(),
        effects=effects,
        favoured=("negative" if side < 0 else "positive") if space.bias else "",
        warnings=(*usable.cautions, *_cautions(usable.k, bool(space.bias), fitted)),
    )


def _fit(
    y: FloatArray, v: FloatArray, V: FloatArray | None, candidate: Candidate, side: int
) -> FittedModel:
    if isinstance(candidate.bias, PublicationWeights):
        return fit_selection(y, v, V, candidate, side)
    return fit_linear(y, v, V, candidate, side)


def _side(effects: Effects, favoured: Favoured | None) -> int:
    known = {"lower": "negative", "higher": "positive"}
    sign = favoured or known.get(effects.direction or "")
    if sign not in ("negative", "positive"):
        raise OptionError(
            f"favoured={favoured!r}, and the effects say no direction: give "
            "favoured='negative' or 'positive', the sign that a biased result has."
        )
    return -1 if sign == "negative" else 1


def _one_sided(model: FittedModel) -> list[float]:
    bias = model.candidate.bias
    if not isinstance(bias, PublicationWeights):
        return []
    if bias.sides == "one":
        return list(bias.steps)
    return [p / 2 for p in bias.steps] + [1 - p / 2 for p in bias.steps]


def _cautions(
    k: int, biased: bool, fitted: tuple[FittedModel, ...]
) -> tuple[Caution, ...]:
    found = []
    if biased and k < FEW_STUDIES:
        found.append(
            Caution(
                "k < 10",
                f"{k} studies hardly tell bias from effect: what is said of bias "
                "follows the priors.",
            )
        )
    worst = max(model.error for model in fitted)
    if worst > ACCEPTED_ERROR:
        found.append(
            Caution("quadrature", f"The log evidence of a model is off by {worst:.2g}.")
        )
    return tuple(found)
