"""Rows of pooled effects of a forest plot, and the curve of a new study's effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from scipy.special import gammaln, ndtri, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.figures.forest_columns import sums_of
from mdmameta.figures.forest_look import EFFECT
from mdmameta.figures.forest_rows import GAP_ROWS, Row, Sheet
from mdmameta.figures.plain import plain
from mdmameta.models.fit import Fit
from mdmameta.tables import numbers
from mdmameta.tables.labels import model_label

Predicted = Literal["bar", "distribution", "none"]

#: Points of the curve of a new study's effect.
POINTS = 161

#: Ends of a curve in half widths of the prediction interval.
REACH = 1.7

#: Part of a Bayesian prediction beyond each end of its curve.
TAIL = 0.002


def summary_rows(
    sheet: Sheet,
    companions: Mapping[str, Fit],
    above: Sequence[Row],
    *,
    label: str,
    predicted: Predicted,
) -> list[Row]:
    """Return a diamond for each fit, and its prediction interval if it has one.

    Parameters
    ----------
    sheet
        What the rows are made from.
    companions
        Further fits by label.
    above
        Rows of the studies.
    label
        Of the fit's diamond; the look's or the model in words when empty.
    predicted
        How a new study's effect is drawn.
    """
    own = label or sheet.look.label or model_label(sheet.fit.model)
    rows: list[Row] = []
    y = bottom(above) + GAP_ROWS
    for name, fit in {own: sheet.fit, **companions}.items():
        row = _pooled_row(sheet, fit, plain(name), y, is_first=not rows)
        rows.append(replace(row, y=y + row.extra / 2))
        y += 1 + row.extra
        e = fit.estimate
        if predicted != "none" and np.isfinite([e.pi_low, e.pi_high]).all():
            rows.append(_predicted_row(sheet, fit, y))
            y += 1
    return rows


def bottom(rows: Sequence[Row]) -> float:
    """Return where the next row may begin."""
    last = rows[-1]
    return last.y + last.extra / 2 + 1


def _pooled_row(sheet: Sheet, fit: Fit, name: str, y: float, *, is_first: bool) -> Row:
    e, shown = fit.estimate, numbers.pooled(fit, sheet.digits)
    used = list(map(int, fit.used))
    wanted = is_first and sheet.look.totals
    sums = sums_of(sheet.frame, sheet.columns.names, used) if wanted else {}
    return Row(
        kind="summary" if is_first else "companion",
        y=y,
        label=name,
        cells={**sums, EFFECT: sheet.look.interval(shown)},
        shown=shown,
        value=e.value,
        low=e.ci_low,
        high=e.ci_high,
        fit=fit,
    )


def _predicted_row(sheet: Sheet, fit: Fit, y: float) -> Row:
    e, measure = fit.estimate, fit.effects.measure
    low, high = (numbers.printed_scale(x, measure) for x in (e.pi_low, e.pi_high))
    shown = numbers.interval(low, high, sheet.digits)
    return Row(
        kind="prediction",
        y=y,
        label=f"    {e.level:.0%} prediction interval",
        cells={EFFECT: sheet.look.interval(shown)},
        shown=shown,
        low=e.pi_low,
        high=e.pi_high,
        fit=fit,
    )


def predicted_curve(fit: Fit) -> tuple[FloatArray, FloatArray]:
    """Return the density of the true effect in a new study.

    Parameters
    ----------
    fit
        With a prediction interval.

    Returns
    -------
    x, density
        The exact predictive density of a Bayesian fit that has one; else the t
        density (normal without degrees of freedom) whose central part is the
        prediction interval.
    """
    mixture: Any = getattr(fit.exact, "predictive", None)
    if hasattr(mixture, "density"):
        first, last = map(float, mixture.quantile([TAIL, 1 - TAIL]))
        x = np.linspace(first, last, POINTS)
        return x, np.asarray(mixture.density(x))
    e = fit.estimate
    df = e.df if np.isfinite(e.df) and e.df > 0 else np.inf
    centre, half = (e.pi_low + e.pi_high) / 2, (e.pi_high - e.pi_low) / 2
    upper = 0.5 + e.level / 2
    scale = half / float(ndtri(upper) if np.isinf(df) else stdtrit(df, upper))
    x = np.linspace(centre - REACH * half, centre + REACH * half, POINTS)
    return x, np.exp(_log_density((x - centre) / scale, df)) / scale


def _log_density(z: FloatArray, df: float) -> FloatArray:
    """Log density of Student's t, or of the standard normal for infinite df."""
    if np.isinf(df):
        return np.asarray(-(z**2) / 2 - 0.5 * np.log(2 * np.pi))
    constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi)
    return np.asarray(constant - (df + 1) / 2 * np.log1p(z**2 / df))
