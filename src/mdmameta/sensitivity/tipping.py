"""Refits over grids, and the smallest departure that reaches zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.sensitivity.bounds import Judge
from mdmameta.sensitivity.deciding import (
    Companion,
    Decision,
    decide,
    margin,
    side_of,
    width,
)

Scenario = Mapping[str, float | str]
Path = Callable[[float], Effects]

#: Steps from zero to each end of the region searched. The interval need not
#: move monotonically, so the first sign change is looked for step by step.
STEPS = 12

#: Where brentq stops: far below what a reader can tell apart.
TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where a deciding interval first reaches zero, or why it does not.

    Parameters
    ----------
    value
        Parameter value, or None.
    reason
        How it was found, or why there is none.
    deciding
        ``repr`` of the model whose interval was followed.
    """

    value: float | None
    reason: str
    deciding: str


def refit(
    scenarios: Iterable[tuple[Scenario, Effects]],
    model: Model,
    companion: Companion,
) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    """Fit every scenario and make its row.

    Parameters
    ----------
    scenarios
        Parameters of a scenario, and the effects under it.
    model, companion
        See `decide`.

    Returns
    -------
    tuple
        The frame described at `SensitivityTable`, and the decisions.
    """
    rows, decisions = [], []
    for scenario, effects in scenarios:
        decision = decide(effects, model, companion)
        decisions.append(decision)
        rows.append({**scenario, **result_columns(decision)})
    return pd.DataFrame(rows), tuple(decisions)


def result_columns(decision: Decision) -> dict[str, float | str | int | bool]:
    """Return the columns that end the row of a refit."""
    e, asked = decision.fit.estimate, decision.asked.estimate
    return {
        "value": e.value,
        "ci_low": e.ci_low,
        "ci_high": e.ci_high,
        "width": width(decision.fit),
        "k": decision.fit.k,
        "model": repr(decision.fit.model),
        "excludes_zero": e.excludes(0.0),
        "asked_low": asked.ci_low,
        "asked_high": asked.ci_high,
    }


def first_crossing(
    path: Path,
    judge: Judge,
    ends: Sequence[float],
    *,
    origin: float = 0.0,
    steps: int = STEPS,
) -> Crossing:
    """Find the departure nearest to the origin at which an interval holds zero.

    Parameters
    ----------
    path
        Effects at a value of the parameter.
    judge
        Effects -> the fit that decides, or its interval alone.
    ends
        Values searched to from the origin: one, or one on either side.
    origin
        Value that means no departure.
    steps
        Steps to each end; a sign change within one is solved by Brent's method.

    Returns
    -------
    Crossing

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[1.0], v=[0.04])
    >>> found = first_crossing(
    ...     lambda b: effects.with_y(effects.y - b), CommonEffect().fit, (-2, 2))
    >>> round(found.value, 3)
    0.608
    """
    start = judge(path(origin))
    deciding = repr(start.model)
    if not start.estimate.excludes(0.0):
        reason = (
            "the deciding interval holds zero already where this parameter makes no "
            "departure"
        )
        return Crossing(value=None, reason=reason, deciding=deciding)
    side = side_of(start)
    found = [
        root
        for end in ends
        if (root := _root(path, judge, side, np.linspace(origin, end, steps + 1)))
        is not None
    ]
    if not found:
        reason = (
            "the deciding interval excludes zero over the whole region searched, "
            f"{min(*ends, origin):g} to {max(*ends, origin):g}"
        )
        return Crossing(value=None, reason=reason, deciding=deciding)
    value = min(found, key=lambda root: abs(root - origin))
    return Crossing(
        value=value,
        reason="first value at which the deciding interval reaches zero",
        deciding=repr(judge(path(value)).model),
    )


def _root(path: Path, judge: Judge, side: float, grid: FloatArray) -> float | None:
    def bound(x: float) -> float:
        return margin(judge(path(x)), side)

    inside = grid[0]
    for x in grid[1:]:
        if bound(float(x)) <= 0:
            return float(brentq(bound, inside, x, xtol=TOLERANCE))
        inside = x
    return None


def always_excludes(frame: pd.DataFrame) -> bool:
    """Tell whether every interval lies on one and the same side of zero."""
    above, below = (frame["ci_low"] > 0).all(), (frame["ci_high"] < 0).all()
    return bool(above or below)


def region_grid(low: float, high: float, points: int = 5) -> Sequence[float]:
    """Spread points over a region, its ends and zero included."""
    grid = np.linspace(low, high, points)
    if low < 0 < high:
        grid = np.unique([*grid, 0.0])
    return [float(x) for x in grid]
