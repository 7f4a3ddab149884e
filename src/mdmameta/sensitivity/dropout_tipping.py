"""The smallest departure of the missing that changes an answer, solved for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.bayesian.exact import ExactPosterior, exact_posterior
from mdmameta.models.inputs import usable_rows
from mdmameta.sensitivity.deciding import margin, side_of
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.tipping import STEPS, Path
from mdmameta.sensitivity.units import foreign_units
from mdmameta.sensitivity.verdicts import Z95, Sids

#: Posterior probability below which a benefit is no longer probable enough, by
#: custom.
PROBABLE = 0.95

#: Steps to each end for all but the deciding interval, which alone gives verdicts.
COARSE = 6

#: Where roots stop: below what a reader can tell apart.
TOLERANCE = 1e-5

#: A gap above zero while the answer stands, as a function of the effects.
Gap = Callable[[Effects], float]

COLUMNS = ["pattern", "threshold", "source_id", "size", "criterion", "value", "reason"]


@dataclass(frozen=True, eq=False)
class Readings:
    """What one set of effects says: interval, estimate, prediction, probability.

    Parameters
    ----------
    question
        Whose deciding interval is followed; its candidates give the predictive
        intervals, of which the widest is followed, and the posterior.
    """

    question: Question
    _seen: dict[tuple[bytes, bytes], ExactPosterior] = field(
        default_factory=dict, init=False, repr=False
    )
    _near: dict[tuple[bytes, bytes], float] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def side(self) -> float:
        """Sign of the contrast before any departure."""
        return side_of(self.question.plain.fit)

    @property
    def bayesian(self) -> BayesianRandomEffects | None:
        """The model of the posterior probabilities, if there is one."""
        asked = self.question
        given = [*(f.model for f in asked.plain.candidates), asked.model]
        if asked.companion is not None and asked.companion != "default":
            given.append(asked.companion)
        for model in given:
            if type(model) is BayesianRandomEffects and model.engine == "exact":
                return model
        weak = not foreign_units(asked.effects)
        if asked.companion == "default" and weak:
            return BayesianRandomEffects()
        return None

    def criteria(self, size: float) -> dict[str, Gap]:
        """Return what may reach a threshold of a size, by name."""

        def interval(effects: Effects) -> float:
            return margin(self.question.judge(effects), self.side) - size

        def predictive(effects: Effects) -> float:
            return self._prediction(effects) - size

        def estimate(effects: Effects) -> float:
            return self.side * self.question.judge(effects).estimate.value - size

        def probable(effects: Effects) -> float:
            return self._beyond(effects, size) - PROBABLE

        found: dict[str, Gap] = {
            "deciding interval": interval,
            "estimate": estimate,
            "predictive interval": predictive,
        }
        if self.bayesian is not None:
            found["posterior probability 95%"] = probable
        return found

    def _posterior(self, effects: Effects) -> ExactPosterior:
        key = (effects.y.tobytes(), effects.v.tobytes())
        if key not in self._seen:
            model, rows = self.bayesian or BayesianRandomEffects(), usable_rows(effects)
            self._seen[key] = exact_posterior(
                rows.y, rows.v, model.mu, model.tau, rows.V
            )
        return self._seen[key]

    def _beyond(self, effects: Effects, size: float) -> float:
        below = float(self._posterior(effects).mu.cdf(self.side * size))
        return 1 - below if self.side > 0 else below

    def _prediction(self, effects: Effects) -> float:
        key = (effects.y.tobytes(), effects.v.tobytes())
        if key not in self._near:
            self._near[key] = self._nearest_prediction(effects)
        return self._near[key]

    def _nearest_prediction(self, effects: Effects) -> float:
        near = [
            self.side * (e.pi_low if self.side > 0 else e.pi_high)
            for f in self.question.plain.candidates
            if type(f.model) is not BayesianRandomEffects
            for e in [f.model.fit(effects).estimate]
            if np.isfinite(e.pi_low)
        ]
        if self.bayesian is not None:
            low, high = self._posterior(effects).predictive.interval(0.95)
            near.append(self.side * (low if self.side > 0 else high))
        return float(min(near, default=np.nan))


def threshold_table(
    question: Question, paths: Mapping[str, Path], ends: Sequence[float], sids: Sids
) -> pd.DataFrame:
    """Solve for every pattern, threshold and criterion.

    Parameters
    ----------
    question
        See `Readings`.
    paths
        Pattern -> effects at a value of the departure; 0 is none.
    ends
        Departures searched to.
    sids
        Smallest important differences: name -> (size, citation). Zero is always
        judged; from a threshold on, the answer is compatible with less than it.

    Returns
    -------
    pandas.DataFrame
        pattern, threshold, source_id, size, criterion, value, reason; value NaN,
        with the reason, where there is no such departure.
    """
    read, rows = Readings(question), []
    for pattern, path in paths.items():
        for name, (size, source) in {"zero": (0.0, ""), **sids}.items():
            for criterion, gap in read.criteria(abs(size)).items():
                steps = STEPS if criterion == "deciding interval" else COARSE
                value, reason = nearest_root(path, gap, ends, steps)
                row = (pattern, name, source, abs(size), criterion)
                rows.append((*row, np.nan if value is None else value, reason))
    return pd.DataFrame(rows, columns=COLUMNS)


def nearest_root(
    path: Path, gap: Gap, ends: Sequence[float], steps: int = STEPS
) -> tuple[float | None, str]:
    """Find the departure nearest to none at which a gap closes, or say why not.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[1.0], v=[0.04])
    >>> found, _ = nearest_root(
    ...     lambda s: effects.with_y(effects.y - s), lambda e: float(e.y[0]), [-2, 2])
    >>> round(found, 6)
    1.0
    """
    start = gap(path(0.0))
    if np.isnan(start):
        return None, "the model has no such interval"
    if start <= 0:
        return None, "reached already without any departure"
    roots = [
        root
        for end in ends
        if (root := _first(path, gap, np.linspace(0.0, end, steps + 1))) is not None
    ]
    if not roots:
        return None, f"not reached up to {min(*ends, 0):g} and {max(*ends, 0):g}"
    return min(roots, key=abs), "first value at which it is reached"


def _first(path: Path, gap: Gap, grid: FloatArray) -> float | None:
    inside = float(grid[0])
    for x in map(float, grid[1:]):
        if gap(path(x)) <= 0:
            return float(brentq(lambda t: gap(path(t)), inside, x, xtol=TOLERANCE))
        inside = x
    return None


def trial_table(
    effects: Effects, paths: Mapping[str, Path], ends: Sequence[float], side: float
) -> pd.DataFrame:
    """Solve for each trial alone, by the interval of its own sampling variance.

    Parameters
    ----------
    effects
        Without any departure.
    paths
        Pattern -> effects at a departure.
    ends
        Departures searched to.
    side
        Sign of the pooled contrast.

    Returns
    -------
    pandas.DataFrame
        study, pattern, value, reason; value NaN where there is none.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-1.0], v=[0.0625], study=["A"])
    >>> paths = {"control only": lambda s: effects.with_y(effects.y - 0.2 * s)}
    >>> trial_table(effects, paths, [-5, 5], -1.0)["value"].round(2).tolist()
    [-2.55]
    """
    rows = []
    for i, study in enumerate(map(str, effects.study)):

        def gap(moved: Effects, i: int = i) -> float:
            return float(side * moved.y[i] - Z95 * np.sqrt(moved.v[i]))

        for pattern, path in paths.items():
            value, reason = nearest_root(path, gap, ends)
            rows.append((study, pattern, np.nan if value is None else value, reason))
    return pd.DataFrame(rows, columns=["study", "pattern", "value", "reason"])
