"""What a forest plot says in words: which side favours whom, notes, alt text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.figures.forest_rows import RETRACTED, UNVERIFIED, Row
from mdmameta.models.fit import Fit
from mdmameta.options import Direction
from mdmameta.tables import numbers
from mdmameta.tables.labels import measure_label

#: Studies named one by one in alternative text; more are summed up.
NAMED_STUDIES = 12


def favours(
    direction: Direction | None, names: tuple[str, str]
) -> tuple[str, str] | None:
    """Say what the left and the right of no effect favour.

    Parameters
    ----------
    direction
        Which direction of the outcome is better; None says nothing.
    names
        Of the active and the control arm: contrasts are active minus control.

    Examples
    --------
    >>> favours("lower", ("drug", "placebo"))
    ('favours drug', 'favours placebo')
    >>> favours("higher", ("drug", "placebo"))
    ('favours placebo', 'favours drug')
    """
    if direction is None:
        return None
    left, right = names if direction == "lower" else names[::-1]
    return f"favours {left}", f"favours {right}"


def pointed(sides: tuple[str, str] | None) -> tuple[str, str]:
    """Add arrows that point away from no effect.

    Examples
    --------
    >>> pointed(("favours drug", "favours placebo"))
    ('← favours drug', 'favours placebo →')
    """
    return (f"← {sides[0]}", f"{sides[1]} →") if sides else ("", "")


def heterogeneity_line(fit: Fit) -> str:
    """Print Q, τ² and I² of a fit on one line."""
    h = fit.heterogeneity
    if fit.k < 2:
        return "Heterogeneity: not estimable from one study."
    mean = " (posterior mean)" if _is_bayesian(fit) else ""
    parts = [
        f"τ² = {numbers.number(h.tau2, 3)}{mean}",
        f"I² = {numbers.percent(h.i2)}",
    ]
    if np.isfinite(h.q):
        q = f"Q({h.q_df}) = {numbers.number(h.q)}, {numbers.p_value(h.q_p)}"
        parts.insert(0, q)
    return f"Heterogeneity: {'; '.join(parts)}."


def footnotes(fit: Fit, rows: Sequence[Row], shrunken: bool) -> tuple[str, ...]:
    """Return the lines below a forest plot."""
    marks = "".join(row.marks for row in rows)
    unused = any(row.kind == "study" and np.isnan(row.weight) for row in rows)
    notes = (
        (True, heterogeneity_line(fit)),
        (UNVERIFIED in marks, f"{UNVERIFIED} Rests on an unverified number."),
        (RETRACTED in marks, f"{RETRACTED} Rests on a retracted source."),
        (unused, "– in the column of weights: not used by the model."),
        (shrunken, "Open diamonds: studies' effects drawn towards the mean."),
    )
    return tuple(text for holds, text in notes if holds)


def forest_alt(fit: Fit, rows: Sequence[Row], sides: tuple[str, str] | None) -> str:
    """Write the alternative text of a forest plot from its rows."""
    studies = [row for row in rows if row.kind == "study"]
    noun = "study" if len(studies) == 1 else "studies"
    what = measure_label(fit.effects.measure).lower()
    texts = [f"Forest plot of {len(studies)} {noun}, {what}."]
    if sides:
        texts.append(f"Left of no effect {sides[0]}, right {sides[1]}.")
    texts.append(_studies(fit, studies))
    for row in rows:
        if row.kind in ("summary", "companion"):
            texts.append(f"{row.label}: {row.shown}.")
        elif row.kind == "prediction":
            texts[-1] = f"{texts[-1][:-1]}, {row.label.strip()} {row.shown}."
    return " ".join([*texts, heterogeneity_line(fit)])


def _studies(fit: Fit, rows: Sequence[Row]) -> str:
    if len(rows) <= NAMED_STUDIES:
        return "; ".join(f"{r.label}{r.marks} {r.shown}" for r in rows) + "."
    values = [row.value for row in rows if np.isfinite(row.value)]
    low, high = (
        numbers.number(numbers.printed_scale(end, fit.effects.measure))
        for end in (min(values), max(values))
    )
    marked = [f"{row.label}{row.marks}" for row in rows if row.marks]
    doubt = f" Marked as doubtful: {', '.join(marked)}." if marked else ""
    return f"Their effects run from {low} to {high}.{doubt}"


def _is_bayesian(fit: Fit) -> bool:
    return fit.exact is not None or fit.posterior is not None
