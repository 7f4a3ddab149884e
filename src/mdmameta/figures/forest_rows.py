"""The rows of a forest plot, from fits: what stands where, before any drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.tables import numbers
from mdmameta.tables.labels import model_label
from mdmameta.tables.printable import column_texts

Kind = Literal["heading", "study", "summary", "companion", "prediction"]

#: Marks of rows that a reader must doubt, and what they mean.
UNVERIFIED, RETRACTED = "†", "‡"

#: Empty space before the summaries and before a heading, in rows.
GAP_ROWS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a forest plot, on the scale of the analysis.

    Parameters
    ----------
    kind
        What is drawn: nothing but text for a heading.
    y
        Place from the top, in rows.
    label, cells, shown, weight_text
        Texts, from left to right; cells are the columns of moderators.
    value, low, high, weight
        Effect and interval, and percent of the weight; NaN where missing.
    marks
        `UNVERIFIED` and `RETRACTED` where they hold.
    position
        Row of the effects; −1 for other kinds.
    """

    kind: Kind
    y: float
    label: str
    cells: tuple[str, ...] = ()
    shown: str = ""
    weight_text: str = ""
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    weight: float = np.nan
    marks: str = ""
    position: int = -1


def forest_rows(
    fit: Fit,
    companions: Mapping[str, Fit],
    *,
    label: str,
    order: str | Sequence[int] | None,
    by: str | None,
    columns: Sequence[str],
    digits: int,
) -> tuple[Row, ...]:
    """Lay out studies under their headings, then the summaries."""
    rows: list[Row] = []
    y = 0.0
    for heading, positions in groups(fit.effects, _positions(fit, order), by):
        if heading:
            y += GAP_ROWS if rows else 0.0
            rows.append(Row(kind="heading", y=y, label=heading))
            y += 1
        rows += study_rows(fit, positions, y, columns, digits)
        y += len(positions)
    named = {label or model_label(fit.model): fit, **companions}
    return (*rows, *summary_rows(named, y + GAP_ROWS, digits))


def groups(
    effects: Effects, positions: Sequence[int], by: str | None
) -> list[tuple[str, list[int]]]:
    """Split positions by a moderator, groups in order of first appearance."""
    if by is None:
        return [("", list(positions))]
    texts = column_texts(moderator(effects, by))
    names = dict.fromkeys(texts[i] for i in positions)
    return [(name, [i for i in positions if texts[i] == name]) for name in names]


def study_rows(
    fit: Fit, positions: Sequence[int], y: float, columns: Sequence[str], digits: int
) -> list[Row]:
    """Return the row of each study, gaps included."""
    effects, used = fit.effects, set(map(int, fit.used))
    half = ndtri(0.5 + fit.estimate.level / 2) * np.sqrt(effects.v)
    texts = [column_texts(moderator(effects, name)) for name in columns]
    return [
        Row(
            kind="study",
            y=y + step,
            label=str(effects.study[i]),
            cells=tuple(column[i] for column in texts),
            shown=_shown(effects, effects.y[i], half[i], digits),
            weight_text=numbers.percent(fit.weights[i], 1) if i in used else "–",
            value=float(effects.y[i]),
            low=float(effects.y[i] - half[i]),
            high=float(effects.y[i] + half[i]),
            weight=float(fit.weights[i]) if i in used else np.nan,
            marks=_marks(effects, i),
            position=i,
        )
        for step, i in enumerate(positions)
    ]


def summary_rows(named: Mapping[str, Fit], y: float, digits: int) -> list[Row]:
    """Return a diamond for each fit, and its prediction interval if it has one."""
    rows: list[Row] = []
    for place, (name, fit) in enumerate(named.items()):
        e, measure = fit.estimate, fit.effects.measure
        rows.append(
            Row(
                kind="companion" if place else "summary",
                y=y + len(rows),
                label=name,
                shown=numbers.pooled(fit, digits),
                value=e.value,
                low=e.ci_low,
                high=e.ci_high,
            )
        )
        if np.isfinite([e.pi_low, e.pi_high]).all():
            low, high = (
                numbers.printed_scale(x, measure) for x in (e.pi_low, e.pi_high)
            )
            rows.append(
                Row(
                    kind="prediction",
                    y=y + len(rows),
                    label=f"    {e.level:.0%} prediction interval",
                    shown=numbers.interval(low, high, digits),
                    low=e.pi_low,
                    high=e.pi_high,
                )
            )
    return rows


def moderator(effects: Effects, name: str) -> pd.Series[Any]:
    """Return a column of the moderators.

    Raises
    ------
    OptionError
        With the names there are.
    """
    if name not in effects.frame:
        there = ", ".join(map(repr, effects.frame.columns)) or "none"
        raise OptionError(
            f"{name!r} is no moderator of {effects.label or 'these effects'!r}; "
            f"there are: {there}. Add it when the effects are made."
        )
    return effects.frame[name]


def _positions(fit: Fit, order: str | Sequence[int] | None) -> list[int]:
    k = fit.effects.k
    if order is None:
        return list(range(k))
    if not isinstance(order, str):
        if sorted(order) != list(range(k)):
            raise OptionError(
                f"order={list(order)!r} must hold every position from 0 to {k - 1} "
                "once; leave effects out with take()."
            )
        return list(map(int, order))
    keys = {"effect": fit.effects.y, "weight": -fit.weights}
    values = keys[order] if order in keys else moderator(fit.effects, order)
    ranked = pd.Series(np.asarray(values)).sort_values(kind="stable")
    return [int(i) for i in ranked.index]


def _shown(effects: Effects, y: float, half: float, digits: int) -> str:
    low, high = y - half, y + half
    return numbers.effect(y, low, high, measure=effects.measure, digits=digits)


def _marks(effects: Effects, i: int) -> str:
    if not effects.provenance:
        return ""
    origin = effects.provenance[i]
    unverified = UNVERIFIED if origin.verification == "unverified" else ""
    return unverified + (RETRACTED if origin.source_status == "retracted" else "")
