"""Whether a Bayesian model's posteriors hold the truths that it made data of."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.generative import Generative
from mdmameta.testing.calibration import rank
from mdmameta.testing.uniformity import binomial_tail, uniformity

#: A sound model is called miscalibrated once in a thousand checks or less: the least
#: p-value, times the number of them, lies below this.
FALSE_ALARM = 0.001

#: Sets that are fitted however long they take.
FEWEST = 10

#: A quantity, and its place when it has several elements.
NAME = re.compile(r"(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfMade:
    """How the truths lie in the posteriors of data that a model made itself.

    Parameters
    ----------
    sets, k
        Number of data sets, and of rows of each.
    p_values
        By quantity: of its ranks against uniform ones. ``below interval`` and
        ``above interval`` are of the shares of truths outside of
        ``fit.estimate``'s interval, on either side.
    covered, level
        Share of those intervals that hold the truth, and what they claim.
    unsound
        Fits with divergent transitions; they count all the same. Effective sample
        sizes of the brief form are small by intention.
    seconds
        For one fit, on average.
    """

    sets: int
    k: int
    p_values: Mapping[str, float]
    covered: float
    level: float
    unsound: int
    seconds: float

    @property
    def least(self) -> float:
        """Smallest p-value, times how many there are (Bonferroni's correction)."""
        return min(1.0, len(self.p_values) * min(self.p_values.values()))

    @property
    def passed(self) -> bool:
        """Whether nothing speaks grossly against the posteriors."""
        return self.least >= FALSE_ALARM

    def __str__(self) -> str:
        worst = min(self.p_values, key=lambda name: self.p_values[name])
        ranked = ", ".join(name for name in self.p_values if "interval" not in name)
        doubtful = f"; {self.unsound} fits with divergences" if self.unsound else ""
        return (
            f"{self.sets} sets of {self.k} rows made from its own priors: "
            f"{self.covered:.3f} of truths in intervals of {self.level:g}; ranks of "
            f"{ranked}; least p {self.least:.2g} ({worst}), corrected for "
            f"{len(self.p_values)}; right models fall below {FALSE_ALARM:g} once in "
            f"{1 / FALSE_ALARM:.0f} checks{doubtful}"
        )


def self_made(
    model: Generative, design: Effects, *, sets: int, seconds: float, seed: int
) -> SelfMade:
    """Let a model make data and find the truth in its posteriors.

    Averaged over its own priors, a right posterior is calibrated exactly, with any
    number of studies: ranks of the truth are uniform, and intervals hold it as often as
    they claim.

    Parameters
    ----------
    model
        With ``simulate``, and perhaps ``brief`` and ``below``; see `Generative`.
    design
        Variances, studies and moderators of each set.
    sets
        To make at most.
    seconds
        After which no further set is begun; 10 are always fitted.
    seed
        Set number i is made from ``(seed, i)``.

    References
    ----------
    Talts et al. (2018), arXiv:1804.06788.
    """
    ranks: list[dict[str, float]] = []
    sides: list[int] = []
    unsound, level, start = 0, np.nan, time.perf_counter()
    while len(ranks) < sets:
        rng = np.random.default_rng([seed, len(ranks)])
        made = model.simulate(design, rng)
        quick = getattr(model, "brief", lambda seed: model)(seed + len(ranks))
        fit: Fit = quick.fit(made.effects)
        ranks.append(
            {name: below(quick, fit, name, x, rng) for name, x in made.truth.items()}
        )
        sides.append(_side(fit, next(iter(made.truth.values()))))
        unsound += bool(fit.diagnostics.divergences)
        level = fit.estimate.level
        if len(ranks) >= FEWEST and time.perf_counter() - start > seconds:
            break
    each = (time.perf_counter() - start) / len(ranks)
    return _gather(ranks, np.array(sides), design.k, level, unsound, each)


def _side(fit: Fit, truth: float) -> int:
    """-1 below the interval of the estimate, 1 above it, 0 inside."""
    return int(truth > fit.estimate.ci_high) - int(truth < fit.estimate.ci_low)


def _gather(
    ranks: list[dict[str, float]],
    sides: np.ndarray,
    k: int,
    level: float,
    unsound: int,
    each: float,
) -> SelfMade:
    n, tail = len(ranks), (1 - level) / 2
    p_values = {name: uniformity([one[name] for one in ranks]) for name in ranks[0]}
    for side, name in ((-1, "below interval"), (1, "above interval")):
        outside = np.array(float((sides == side).sum()))
        p_values[name] = min(1.0, 2 * float(binomial_tail(outside, n, np.array(tail))))
    return SelfMade(
        sets=n,
        k=k,
        p_values=p_values,
        covered=float((sides == 0).mean()),
        level=level,
        unsound=unsound,
        seconds=each,
    )


def below(
    model: Any, fit: Fit, name: str, value: float, rng: np.random.Generator
) -> float:
    """Posterior probability below a value: exact, or a rank among draws.

    Parameters
    ----------
    model
        Whose ``below(fit, name, value)`` is asked where it has one.
    fit
        With ``exact`` or ``posterior``.
    name
        Of the quantity, such as ``mu`` or ``theta[0]``.
    value
        The truth.
    rng
        Spreads ranks evenly over their steps.

    Raises
    ------
    ModelError
        When the fit does not know the quantity, or the probability is none.
    """
    if hasattr(model, "below"):
        found = float(model.below(fit, name, value))
    elif fit.posterior is not None:
        found = rank(_thinned(fit, name), value, rng)
    else:
        found = float(_element(getattr(fit.exact, _base(name), None), name).cdf(value))
    if not 0 <= found <= 1:
        raise ModelError(
            f"the posterior probability of {name} below {value} is {found}"
        )
    return found


def _base(name: str) -> str:
    return name.partition("[")[0]


def _element(found: Any, name: str) -> Any:
    matched = NAME.fullmatch(name)
    if found is None or matched is None:
        raise ModelError(
            f"simulate() gives {name!r}, which the fit has neither as draws in "
            "posterior nor as a distribution in exact. Name it as it is there, or give "
            "the model a method below(fit, name, value)."
        )
    return found if matched[2] is None else found[int(matched[2])]


def _thinned(fit: Fit, name: str) -> np.ndarray:
    """Draws of a quantity, all but independent: one in as many as their ESS asks."""
    group = fit.posterior["posterior"]
    base = _base(name)
    draws = np.asarray(group[base].values) if base in group else None
    flat = None if draws is None else np.moveaxis(draws, (0, 1), (-2, -1))
    one = np.asarray(_element(flat, name)).reshape(-1)
    size = fit.diagnostics.ess_bulk or one.size
    return np.asarray(one[:: max(1, int(np.ceil(one.size / size)))], dtype=float)
