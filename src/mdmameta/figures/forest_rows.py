"""The rows of a forest plot, from fits: what stands where, before any drawing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.figures.forest_columns import (
    Columns,
    capital,
    frame_of,
    moderator,
    sums_of,
    texts_of,
)
from mdmameta.figures.forest_look import EFFECT, WEIGHT, Look
from mdmameta.figures.plain import broken, plain
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Subgroups
from mdmameta.tables import numbers
from mdmameta.tables.printable import column_texts

Kind = Literal[
    "heading", "study", "subtotal", "note", "summary", "companion", "prediction"
]

#: Marks of rows that a reader must doubt, and what they mean.
UNVERIFIED, RETRACTED = "†", "‡"

#: Empty space before the summaries and before a heading, in rows.
GAP_ROWS = 0.5

#: What every line of a label after the first adds to the height of its row.
LINE_ROWS = 0.72


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a forest plot, on the scale of the analysis.

    Parameters
    ----------
    kind
        What is drawn: nothing but text for a heading and a note.
    y
        Place of its middle from the top, in rows.
    label, shown
        Name, and effect with interval in words.
    cells
        Name of a column -> text.
    lights
        Judgements, as they are written.
    value, low, high, weight
        Effect and interval, and percent of the weight; NaN where missing.
    marks
        `UNVERIFIED` and `RETRACTED` where they hold.
    position
        Row of the effects; −1 for other kinds.
    fit
        Of a pooled effect or its prediction.
    """

    kind: Kind
    y: float
    label: str
    cells: Mapping[str, str] = field(default_factory=dict)
    lights: tuple[str, ...] = ()
    shown: str = ""
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    weight: float = np.nan
    marks: str = ""
    position: int = -1
    fit: Fit | None = None

    @property
    def text(self) -> str:
        """Label with its marks, a long one in lines."""
        if self.kind == "note":
            return self.label
        indent = self.label[: len(self.label) - len(self.label.lstrip())]
        return indent + broken(f"{self.label} {self.marks}")

    @property
    def extra(self) -> float:
        """Height beyond one row that the lines of the label take."""
        return LINE_ROWS * self.text.count("\n") if self.kind != "note" else 0.0

    @property
    def is_bayesian(self) -> bool:
        """Whether a pooled effect is a posterior."""
        fit = self.fit
        return fit is not None and (fit.exact is not None or fit.posterior is not None)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the rows are made from.

    Parameters
    ----------
    fit
        Whose studies are shown.
    columns, look
        Beside the plot, and how it looks.
    extra
        Columns that a caller adds to the moderators, or None.
    digits
        Of the effects.
    """

    fit: Fit
    columns: Columns
    look: Look
    extra: pd.DataFrame | None
    digits: int

    @property
    def frame(self) -> pd.DataFrame:
        """Moderators with what was added."""
        return frame_of(self.fit.effects, self.extra)


def study_blocks(
    sheet: Sheet, *, order: str | Sequence[int] | None, by: str | Subgroups | None
) -> list[Row]:
    """Lay out studies under their headings, subgroups with their own results."""
    effects = sheet.fit.effects
    name = by.by if isinstance(by, Subgroups) else by
    fits = (
        dict(zip(by.levels, by.fits, strict=True)) if isinstance(by, Subgroups) else {}
    )
    made = study_rows(sheet)
    rows: list[Row] = []
    y = 0.0
    for heading, positions in groups(effects, _positions(sheet.fit, order), by):
        if heading:
            y += GAP_ROWS if rows else 0.0
            head = Row(kind="heading", y=y, label=_worded(heading, name))
            rows.append(replace(head, y=y + head.extra / 2))
            y += 1 + head.extra
        for position in positions:
            row = made[position]
            rows.append(replace(row, y=y + row.extra / 2))
            y += 1 + row.extra
        if heading in fits:
            rows += subtotal_rows(sheet, fits[heading], positions, y)
            y += 2
    return rows


def _worded(heading: str, by: str | None) -> str:
    """Say of what a heading is the value, where it is a number or a yes or no."""
    bare = re.fullmatch(r"[\d.,−–-]+|yes|no|True|False", heading)
    return f"{capital(by or '')}: {heading}" if bare else plain(heading)


def groups(
    effects: Effects, positions: Sequence[int], by: str | Subgroups | None
) -> list[tuple[str, list[int]]]:
    """Split positions by a moderator, groups in order of first appearance."""
    if by is None:
        return [("", list(positions))]
    if isinstance(by, Subgroups):
        texts = [_level(x) for x in moderator(effects, by.by)]
    else:
        texts = column_texts(moderator(effects, by))
    names = dict.fromkeys(texts[i] for i in positions)
    return [(name, [i for i in positions if texts[i] == name]) for name in names]


def _level(value: object) -> str:
    """Name a level as `mdmameta.subgroups` does."""
    if pd.isna(value):  # type: ignore[call-overload]
        return numbers.GAP
    return f"{value:g}" if isinstance(value, float) else str(value)


def study_rows(sheet: Sheet) -> list[Row]:
    """Return the row of each study, gaps included, all at the top."""
    fit, frame = sheet.fit, sheet.frame
    effects, used = fit.effects, set(map(int, fit.used))
    half = ndtri(0.5 + fit.estimate.level / 2) * np.sqrt(effects.v)
    texts = texts_of(frame, sheet.columns.names, effects.label)
    lights = texts_of(frame, list(sheet.columns.lights), effects.label)
    return [
        Row(
            kind="study",
            y=0.0,
            label=plain(effects.study[i]),
            cells={
                **{name: cells[i] for name, cells in texts.items()},
                EFFECT: sheet.look.interval(shown),
                WEIGHT: numbers.percent(fit.weights[i], 1) if i in used else "–",
            },
            lights=tuple(column[i] for column in lights.values()),
            shown=shown,
            value=float(effects.y[i]),
            low=float(effects.y[i] - half[i]),
            high=float(effects.y[i] + half[i]),
            weight=float(fit.weights[i]) if i in used else np.nan,
            marks=_marks(effects, i),
            position=i,
        )
        for i in range(effects.k)
        for shown in [_shown(effects, effects.y[i], half[i], sheet.digits)]
    ]


def subtotal_rows(
    sheet: Sheet, fit: Fit, positions: Sequence[int], y: float
) -> list[Row]:
    """Return the diamond of a subgroup and what is said of its heterogeneity."""
    used = [i for i in positions if i in set(map(int, sheet.fit.used))]
    e, shown = fit.estimate, numbers.pooled(fit, sheet.digits)
    weight = float(sheet.fit.weights[used].sum())
    cells = {
        **(sums_of(sheet.frame, sheet.columns.names, used)),
        EFFECT: sheet.look.interval(shown),
        WEIGHT: numbers.percent(weight, 1),
    }
    return [
        Row(
            kind="subtotal",
            y=y,
            label=f"Subtotal, k = {fit.k}",
            cells=cells,
            shown=shown,
            value=e.value,
            low=e.ci_low,
            high=e.ci_high,
            fit=fit,
        ),
        Row(kind="note", y=y + 0.9, label=heterogeneity_words(fit), fit=fit),
    ]


def heterogeneity_words(fit: Fit) -> str:
    """Print Q, τ² and I² of a fit without a verb."""
    h = fit.heterogeneity
    if fit.k < 2:
        return "not estimable from one study"
    mean = " (posterior mean)" if _is_bayesian(fit) else ""
    parts = [
        f"τ² = {numbers.number(h.tau2, 3)}{mean}",
        f"I² = {numbers.percent(h.i2)}",
    ]
    if np.isfinite(h.q):
        q = f"Q({h.q_df}) = {numbers.number(h.q)}, {numbers.p_value(h.q_p)}"
        parts.insert(0, q)
    return "; ".join(parts)


def _is_bayesian(fit: Fit) -> bool:
    return fit.exact is not None or fit.posterior is not None


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
