"""What is asked, and what is answered, before it becomes a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.deciding import (
    Companion,
    Decision,
    decide,
    margin,
    side_of,
)
from mdmameta.sensitivity.table import TippingPoint, Verdict


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

    @classmethod
    def ask(cls, effects: Effects, model: Model, companion: Companion) -> Question:
        """Fit the effects as they are, and keep what the refits need."""
        plain = decide(effects, model, companion)
        return cls(effects=effects, model=model, companion=companion, plain=plain)

    def judge(self, effects: Effects) -> Fit:
        """Return the fit that decides for effects."""
        return decide(effects, self.model, self.companion).fit

    def nearest(self, effects: Effects) -> Fit:
        """Return the candidate whose interval comes nearest to zero, or holds it.

        The widest interval decides; a narrower one may reach zero before it,
        which a reader of a tipping point must know.
        """
        side = side_of(self.plain.fit)
        found = decide(effects, self.model, self.companion).candidates
        return min(found, key=lambda fit: margin(fit, side))


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """Refits, verdict, tipping points, and what goes with them."""

    frame: pd.DataFrame
    fits: tuple[Fit, ...]
    verdict: Verdict
    tipping: tuple[TippingPoint, ...]
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
