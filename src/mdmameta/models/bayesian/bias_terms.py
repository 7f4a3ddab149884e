"""Biases as terms with priors, taken out of effects before any linear model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.bias_contribution import BiasTerm, Contribution
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.fit import Fit
from mdmameta.models.generative import Generative, Simulated


@dataclass(frozen=True)
class AdditiveBias:
    """Bias of each trial by itself, with one prior for all that may have it.

    Parameters
    ----------
    prior
        Of the bias, in the unit of the effects.
    where
        Moderator that is true where the bias may be; None is everywhere.
    shared
        False: each trial has its own bias, which the prior describes. True: one
        bias of unknown size is common to all.

    References
    ----------
    Turner et al. (2009), doi:10.1111/j.1467-985X.2008.00547.x; Welton et al.
    (2009), doi:10.1111/j.1467-985X.2008.00548.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.5], v=[0.1, 0.1])
    >>> adjust(effects, [AdditiveBias(Normal(-0.2, 0.1))]).y.round(2)
    array([-0.6, -0.3])
    """

    prior: Normal
    where: str | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        _check_normal(self)

    def contribution(self, effects: Effects) -> Contribution:
        """Mean and covariance of the bias of each effect."""
        x = np.ones(effects.k)
        if self.where is not None:
            x = (_column(effects, self.where) != 0).astype(float)
        spread = np.outer(x, x) if self.shared else np.diag(x)
        return Contribution(self.prior.mean * x, self.prior.sd**2 * spread)


@dataclass(frozen=True)
class ProportionalBias:
    """Bias b xᵢ with one unknown coefficient b for all trials.

    It serves lost blinding (x: change in belief u, b: bias at u = 1), a mixture of
    people with and without prior use (x: share of them, b: how much more they
    respond), and informative missingness (x: difference in the missing share, b:
    mean of the missing minus that of the observed).

    Parameters
    ----------
    x
        Moderator that holds x.
    prior
        Of b, in the unit of the effects.
    x_var
        Moderator that holds the variance of x, or None where x is known.

    Notes
    -----
    With uncertain x, the product b x is not normal: its first two moments are
    exact, its shape is not.

    References
    ----------
    Turner et al. (2009), doi:10.1111/j.1467-985X.2008.00547.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[-0.8, -0.5], v=[0.1, 0.1], moderators={"u": [0.5, 0.0]})
    >>> out = adjust(effects, [ProportionalBias("u", Normal(-0.4, 0.2))])
    >>> out.y.round(2), out.v.round(3)
    (array([-0.6, -0.5]), array([0.11, 0.1 ]))
    """

    x: str
    prior: Normal
    x_var: str | None = None

    def __post_init__(self) -> None:
        _check_normal(self)

    def contribution(self, effects: Effects) -> Contribution:
        """Mean and covariance of the bias of each effect."""
        x = _column(effects, self.x)
        spread = self.prior.sd**2 * np.outer(x, x)
        if self.x_var is not None:
            own = (self.prior.mean**2 + self.prior.sd**2) * _column(effects, self.x_var)
            spread = spread + np.diag(own)
        return Contribution(self.prior.mean * x, spread)


def adjust(effects: Effects, terms: Sequence[BiasTerm]) -> Effects:
    """Take biases out: subtract their means, add their covariances.

    Integrating normal biases out of a normal model leaves exactly this, so that
    any model of the result, Bayesian or not, answers for the effects without bias.
    The terms are taken to be independent of each other.

    Parameters
    ----------
    effects
        Contrasts as estimated.
    terms
        Biases; none leaves the effects as they are.

    Returns
    -------
    Effects
        The same rows with the expected bias taken off and its covariance added.

    Raises
    ------
    OptionError
        When something is no bias term.
    ModelError
        When a moderator is absent, or its values are not numbers.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8], v=[0.1])
    >>> adjust(effects, []) is effects
    True
    """
    parts = [term.contribution(effects) for term in _several(terms)]
    if not parts:
        return effects
    mean = sum((part.mean for part in parts), np.zeros(effects.k))
    zero = np.zeros((effects.k, effects.k))
    added = sum((part.covariance for part in parts), zero)
    moved = effects.with_y(effects.y - mean)
    if not (added - np.diag(np.diag(added))).any() and effects.covariance is None:
        return replace(moved, v=freeze(effects.v + np.diag(added)))
    start = np.diag(effects.v) if effects.covariance is None else effects.covariance
    both = start + added
    return replace(moved, v=freeze(np.diag(both).copy()), covariance=freeze(both))


@dataclass(frozen=True)
class BiasAdjusted:
    """A model of the effects without their biases.

    Parameters
    ----------
    model
        Any model.
    terms
        Biases taken out first.

    Examples
    --------
    >>> from mdmameta.models.bayesian import BayesianRandomEffects
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> model = BiasAdjusted(
    ...     BayesianRandomEffects(), (AdditiveBias(Normal(-0.2, 0.1), shared=True),))
    >>> round(model.fit(effects).estimate.value, 3)
    -0.457
    """

    model: Any
    terms: tuple[BiasTerm, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(_several(self.terms)))

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        prior = "Priors of the biases are on the scale of the effects."
        own = dict(getattr(self.model, "waives", {}))
        return {**own, "shift": prior, "scale": prior, "mirror": prior}

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to the effects without the biases."""
        found: Fit = self.model.fit(adjust(effects, self.terms))
        return replace(found, model=self)

    def simulate(self, effects: Effects, rng: np.random.Generator) -> Simulated:
        """Draw from the priors of the model and of the biases; see `Generative`.

        Raises
        ------
        ModelError
            When the model cannot make data.
        """
        if not isinstance(self.model, Generative):
            raise ModelError(
                f"{self.model!r} has no simulate(effects, rng): it cannot make data."
            )
        clean = adjust(effects, self.terms)
        made = self.model.simulate(clean, rng)
        return Simulated(
            truth=made.truth, effects=_biased(made.effects, effects, clean)
        )

    def brief(self, seed: int) -> BiasAdjusted:
        """Return the same model, with fewer draws where it draws at all."""
        brief = getattr(self.model, "brief", None)
        return self if brief is None else replace(self, model=brief(seed))

    def __call__(self, effects: Effects) -> Effects:
        """Take the biases out: what an entry point of ``mdmameta.bias`` does."""
        return adjust(effects, self.terms)


def _biased(made: Effects, design: Effects, clean: Effects) -> Effects:
    """Put back what `adjust` took off: effects, with the variances of the design."""
    return design.with_y(made.y + (design.y - clean.y))


def _several(terms: Any) -> list[BiasTerm]:
    """Terms of a sequence; one alone is a sequence of one."""
    return [_checked(t) for t in (terms if isinstance(terms, Iterable) else (terms,))]


def _check_normal(term: AdditiveBias | ProportionalBias) -> None:
    if not isinstance(term.prior, Normal):
        raise OptionError(
            f"{type(term).__name__}: prior={term.prior!r} is not a Normal(mean, sd), "
            "over which a bias is taken out of the effects."
        )


def _checked(term: Any) -> BiasTerm:
    if not isinstance(term, BiasTerm) or isinstance(term, type):
        raise OptionError(
            f"{term!r} is no bias term: give AdditiveBias, ProportionalBias, or an "
            "object with contribution(effects)."
        )
    return term


def _column(effects: Effects, name: str) -> FloatArray:
    if name not in effects.frame:
        raise ModelError(
            f"there is no moderator {name!r}; there are: "
            f"{', '.join(map(str, effects.frame.columns)) or 'none'}."
        )
    return _finite(name, effects.frame[name])


def _finite(name: str, values: ArrayLike) -> FloatArray:
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        found = np.array([np.nan])
    if not np.isfinite(found).all():
        raise ModelError(
            f"moderator {name!r} holds values that are missing or no numbers; a bias "
            "needs one in every row. Give a prior mean and its variance (x_var) there."
        )
    return found
