"""What is asked, and what is answered, before it becomes a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.bounds import Judged, bounds, is_quick
from mdmameta.sensitivity.deciding import (
    Companion,
    Decision,
    decide,
    margin,
    side_of,
    width,
)
from mdmameta.sensitivity.table import SensitivityTable, TippingPoint, Verdict


@dataclass(frozen=True, eq=False, kw_only=True)
class Question:
    """What an analysis is about.

    Parameters
    ----------
    effects, model, companion
        See `decide`.
    plain
        The decision without any departure.
    """

    effects: Effects
    model: Model
    companion: Companion
    plain: Decision
    _seen: dict[tuple[bytes, ...], tuple[Judged, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    @classmethod
    def ask(cls, effects: Effects, model: Model, companion: Companion) -> Question:
        """Fit the effects as they are, and keep what the refits need."""
        plain = decide(effects, model, companion)
        return cls(effects=effects, model=model, companion=companion, plain=plain)

    def judge(self, effects: Effects) -> Judged:
        """Return the interval that decides for effects, the widest of the candidates.

        The same numbers as `decide` has, without the rest of its fits.
        """
        return max(self._candidates(effects), key=width)

    def nearest(self, effects: Effects) -> Judged:
        """Return the candidate whose interval comes nearest to zero, or holds it.

        The widest interval decides; a narrower one may reach zero before it,
        which a reader of a tipping point must know.
        """
        side = side_of(self.plain.fit)
        return min(self._candidates(effects), key=lambda one: margin(one, side))

    def _candidates(self, effects: Effects) -> tuple[Judged, ...]:
        if not all(is_quick(model) for model in self._rivals):
            return decide(effects, self.model, self.companion).candidates
        key = _numbers(effects)
        if key not in self._seen:
            self._seen[key] = tuple(bounds(effects, one) for one in self._rivals)
        return self._seen[key]

    @property
    def _rivals(self) -> tuple[Model, ...]:
        return tuple(fit.model for fit in self.plain.candidates)


def _numbers(effects: Effects) -> tuple[bytes, ...]:
    """Return all that a model without moderators can see of effects."""
    arrays = (effects.y, effects.v, effects.covariance)
    return tuple(b"" if one is None else one.tobytes() for one in arrays)


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """Refits, verdict, tipping points, and what goes with them."""

    frame: pd.DataFrame
    fits: tuple[Fit, ...]
    verdict: Verdict
    tipping: tuple[TippingPoint, ...]
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def table(self, name: str, label: str) -> SensitivityTable:
        """Give the answer its name and title."""
        return SensitivityTable(
            name=name,
            label=label,
            frame=self.frame,
            fits=self.fits,
            verdict=self.verdict,
            tipping=self.tipping,
            parts=self.parts,
            notes=self.notes,
        )
