"""What is asked about the missing, and what is found beside the refits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import Path
from mdmameta.sensitivity.verdicts import Sids

#: Name of the scenario in which each arm departs by itself: every cell of a map.
MAP = "both arms"


@dataclass(frozen=True, eq=False, kw_only=True)
class Beside:
    """What is asked beside the refits.

    Parameters
    ----------
    flow
        From `checked_flow`.
    sids
        Smallest important differences: name -> (size, citation).
    unplaced
        People lost whose arm nobody reports: see `checked_unplaced`.
    scales
        Ranges of the instruments: see `scores_of`.
    thorough
        False asks for nothing.
    """

    flow: pd.DataFrame
    sids: Sids = field(default_factory=dict)
    unplaced: pd.DataFrame | None = None
    scales: pd.DataFrame | None = None
    thorough: bool = True


@dataclass(frozen=True, eq=False, kw_only=True)
class Missing:
    """The departures of one kind of outcome.

    Parameters
    ----------
    question
        Effects, model and companion.
    table
        Fractions missing or, for events, counts.
    patterns
        Pattern -> departure -> effects; 0 is none.
    plane
        Effects at departures of the active and the control arm.
    region
        Declared plausible region.
    search
        End of the search on either side.
    events
        Whether departures are log odds ratios.
    """

    question: Question
    table: pd.DataFrame
    patterns: Mapping[str, Path]
    plane: Callable[[float, float], Effects]
    region: tuple[float, float]
    search: float
    events: bool

    @property
    def ends(self) -> Sequence[float]:
        """Departures searched to."""
        return (-self.search, self.search)

    def shown(self, departure: float) -> float:
        """Return a departure as a reader sees it: in SD, or an odds ratio."""
        return float(np.exp(departure)) if self.events else departure

    def told(self, reason: str) -> str:
        """Return a reason with the ends of the search as a reader sees them."""
        low, high = self.ends
        return reason.replace(
            f"{low:g} and {high:g}", f"{self.shown(low):g} and {self.shown(high):g}"
        )

    @property
    def name(self) -> str:
        """First word of the names of tipping points."""
        return "imor" if self.events else "shift"

    @property
    def unit(self) -> str:
        """Unit of a departure that is shown."""
        return "odds ratio" if self.events else "SD"


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """Parts, tipping points and notes to add to a table."""

    parts: Mapping[str, pd.DataFrame]
    tipping: tuple[TippingPoint, ...]
    notes: tuple[str, ...] = ()


def paths_of(
    patterns: Mapping[str, Callable[[float], tuple[float, float]]],
    plane: Callable[[float, float], Effects],
) -> dict[str, Path]:
    """Turn patterns of departures into paths of effects."""

    def at(pattern: Callable[[float], tuple[float, float]], x: float) -> Effects:
        return plane(*pattern(x))

    return {name: partial(at, pattern) for name, pattern in patterns.items()}


def spread(
    patterns: Mapping[str, Callable[[float], tuple[float, float]]],
    grid: Sequence[float],
    both: Sequence[float] | None = None,
) -> list[tuple[str, float, float]]:
    """List the departures to refit at: along each pattern, and over a full map.

    The map has the values ``both``, or those of the grid.

    Examples
    --------
    >>> spread({"equal": lambda s: (s, s)}, [0.0, 1.0])[:3]
    [('equal', 0.0, 0.0), ('equal', 1.0, 1.0), ('both arms', 0.0, 0.0)]
    """
    lines = [(name, *law(x)) for name, law in patterns.items() for x in grid]
    values = grid if both is None else both
    if len(set(values)) < 2:
        return lines
    return [*lines, *((MAP, a, c) for a in values for c in values)]
