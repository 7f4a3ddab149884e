"""What is asked, and what is answered, before it becomes a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.deciding import Companion, Decision, decide
from mdmameta.sensitivity.table import TippingPoint, Verdict


@dataclass(frozen=True, eq=False, kw_only=True)
class Question:
    """Effects, the model asked for, its companion, and the fit without departure."""

    effects: Effects
    model: Model
    companion: Companion
    plain: Decision

    def judge(self, effects: Effects) -> Fit:
        """Return the fit that decides for effects."""
        return decide(effects, self.model, self.companion).fit


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """Refits, verdict, tipping points, and what goes with them."""

    frame: pd.DataFrame
    fits: tuple[Fit, ...]
    verdict: Verdict
    tipping: tuple[TippingPoint, ...]
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
