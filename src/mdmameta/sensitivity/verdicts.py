"""Verdicts from numbers, and the words that the analyses share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint, VerdictKind
from mdmameta.sensitivity.tipping import (
    Crossing,
    Path,
    always_excludes,
    first_crossing,
)

#: The answer follows the prior when its SD has hardly shrunk from it.
FOLLOWS_PRIOR = 0.9

#: 95 % of a normal distribution lies within so many SDs.
Z95 = 1.959963984540054

#: Where no smallest important difference was given.
NO_SID = (
    "No smallest important difference was given (sids, with a citation): only zero is "
    "judged. None is built in."
)

Sids = Mapping[str, tuple[float, str]]


def kind_of(
    region: pd.DataFrame, crossings: list[float], prior_ratio: float = 0.0
) -> VerdictKind:
    """Judge an assumption by DESIGN's three definitions.

    Parameters
    ----------
    region
        Refits within the declared plausible region, its corners included.
    crossings
        Tipping points that lie within the region.
    prior_ratio
        Posterior SD over prior SD of what the assumption is about; 1 when no
        trial informs it.
    """
    if prior_ratio >= FOLLOWS_PRIOR:
        return "not identified"
    if crossings or not always_excludes(region):
        return "fragile"
    return "robust"


def interval_words(fit: Fit) -> str:
    """Write an estimate with its interval, and that it is a log where it is one."""
    e, unit = fit.estimate, unit_of(fit.effects.measure)
    log = f" ({unit})" if unit.startswith("log ") else ""
    return f"{e.value:.2f} [{e.ci_low:.2f}, {e.ci_high:.2f}]{log}"


def range_words(frame: pd.DataFrame) -> str:
    """Write how far estimates and intervals go over a set of refits."""
    low, high = frame["value"].min(), frame["value"].max()
    return (
        f"the pooled contrast runs from {low:.2f} to {high:.2f}, its deciding "
        f"intervals from {frame['ci_low'].min():.2f} to {frame['ci_high'].max():.2f}"
    )


def searched(
    question: Question,
    path: Path,
    ends: Sequence[float],
    *,
    parameter: str,
    unit: str,
    label: str,
) -> TippingPoint:
    """Search for a tipping point, and for where any candidate gets there first.

    Parameters
    ----------
    question
        Whose deciding interval is followed.
    path, ends
        See `first_crossing`.
    parameter, unit, label
        Of the tipping point.
    """
    found = first_crossing(path, question.judge, ends)
    made = point(parameter, found, unit, label)
    if len(question.plain.candidates) < 2:
        return made
    return replace(made, earliest=first_crossing(path, question.nearest, ends).value)


def earlier_words(tip: TippingPoint) -> str:
    """Say where a narrower interval reaches zero, if that is before the widest.

    Examples
    --------
    >>> tip = TippingPoint(parameter="b", value=-0.59, earliest=-0.55, reason="",
    ...                    deciding="", unit="SMD")
    >>> earlier_words(tip)
    ' (-0.55 by a narrower interval)'
    """
    if tip.value is None or tip.earliest is None:
        return ""
    if f"{tip.value:.2f}" == f"{tip.earliest:.2f}":
        return ""
    return f" ({tip.earliest:.2f} by a narrower interval)"


def unit_of(measure: str) -> str:
    """Name the unit of effects, for numbers that stand alone.

    Examples
    --------
    >>> unit_of("SMD"), unit_of("RR"), unit_of("")
    ('SMD', 'log RR', 'unit of the effects')
    """
    if measure.startswith("SM"):
        return "SMD"
    if measure in ("RR", "OR", "ROM", "IRR", "HR"):
        return f"log {measure}"
    return "RD" if measure == "RD" else "unit of the effects"


def point(
    parameter: str, crossing: Crossing, unit: str, label: str = ""
) -> TippingPoint:
    """Make a tipping point of a crossing."""
    return TippingPoint(
        parameter=parameter,
        value=crossing.value,
        reason=crossing.reason,
        deciding=crossing.deciding,
        unit=unit,
        label=label or parameter,
    )


def within(value: float | None, ends: tuple[float, float]) -> bool:
    """Tell whether a tipping point exists and lies in a region."""
    return value is not None and ends[0] <= value <= ends[1]


def check_region(name: str, ends: tuple[float, float]) -> tuple[float, float]:
    """Return a region as (low, high).

    Raises
    ------
    SensitivityError
        When it is no pair of finite numbers in order.
    """
    values = np.asarray(ends, dtype=float)
    if values.shape != (2,) or not np.isfinite(values).all() or values[0] > values[1]:
        raise SensitivityError(
            f"{name} is {ends!r}; give (low, high), two finite numbers in order."
        )
    return float(values[0]), float(values[1])


def check_sids(sids: Sids | None) -> Sids:
    """Reject a smallest important difference without a value or a citation.

    Raises
    ------
    SensitivityError
        Naming the entry.
    """
    for name, entry in (sids or {}).items():
        pair = isinstance(entry, tuple | list) and len(entry) == 2
        if not pair or not np.isfinite(entry[0]) or entry[0] == 0:
            raise SensitivityError(
                f"sids[{name!r}] is {entry!r}; give (value, source): a finite "
                "difference other than 0, and the citation it comes from."
            )
        if not str(entry[1]).strip():
            raise SensitivityError(
                f"sids[{name!r}] has no source; a smallest important difference "
                "needs a citation."
            )
    return sids or {}


def sid_words(name: str, size: float, source: str) -> str:
    """Write a smallest important difference with its size, said once, and its source.

    Examples
    --------
    >>> sid_words("half a point", -0.5, "Lee 2014")
    'half a point, 0.5 (Lee 2014)'
    >>> sid_words("0.24, proposed for depression", 0.24, "Cuijpers 2014")
    '0.24, proposed for depression (Cuijpers 2014)'
    """
    told = f"{abs(size):g}"
    told = "" if told in re.findall(r"\d+(?:\.\d+)?", name) else f", {told}"
    return f"{name}{told} ({source})"


def benefit_sign(effects: Effects, fit: Fit) -> tuple[float, tuple[str, ...]]:
    """Return +1 where a positive contrast is a benefit, else −1, and a note.

    Parameters
    ----------
    effects
        Their direction decides where it is known.
    fit
        Else the sign of its estimate does, as an assumption.
    """
    if effects.direction is not None:
        return (1.0 if effects.direction == "higher" else -1.0), ()
    sign = float(np.copysign(1.0, fit.estimate.value))
    return sign, (
        "ASSUMED: the direction of the outcome is not stated, so benefit is taken "
        f"to be the side of the pooled contrast ({'+' if sign > 0 else '−'}).",
    )
