"""What a forest plot says in words: which side favours whom, notes, alt text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.figures.forest_rows import (
    RETRACTED,
    UNVERIFIED,
    Row,
    heterogeneity_words,
)
from mdmameta.figures.judgements import judgement_words
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Subgroups
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
    return f"Heterogeneity: {heterogeneity_words(fit)}."


def test_line(fit: Fit) -> str:
    """Print the test of no effect; nothing where the model has none."""
    e = fit.estimate
    if not np.isfinite([e.statistic, e.p_value]).all():
        return ""
    is_t = np.isfinite(e.df)
    name = (
        f"t({numbers.number(e.df, 0 if e.df == round(e.df) else 1)})" if is_t else "z"
    )
    value = numbers.number(e.statistic)
    return f"Test of no effect: {name} = {value}, {numbers.p_value(e.p_value)}."


def between_line(found: Subgroups) -> str:
    """Print the test that subgroups have the same mean."""
    t = found.test
    df = f"({t.df})" if np.isinf(t.df_residual) else f"({t.df}, {t.df_residual:.4g})"
    name = "χ²" if np.isinf(t.df_residual) else "F"
    value = numbers.number(t.statistic)
    tau2 = "; one τ² for all" if found.tau2 == "common" else ""
    return (
        f"Test between subgroups: {name}{df} = {value}, "
        f"{numbers.p_value(t.p_value)}{tau2}."
    )


def footnotes(
    fit: Fit,
    rows: Sequence[Row],
    *,
    by: str | Subgroups | None = None,
    shrunken: bool = False,
    lights: bool = False,
    predicted: str = "bar",
) -> tuple[str, ...]:
    """Return the lines below a forest plot.

    Parameters
    ----------
    fit
        Whose heterogeneity and test are told.
    rows
        All rows.
    by
        Subgroups, whose test is told.
    shrunken, lights
        Whether these are shown.
    predicted
        How a new study's effect is drawn.
    """
    marks = "".join(row.marks for row in rows)
    unused = any(row.kind == "study" and np.isnan(row.weight) for row in rows)
    bayes = any(
        row.kind in ("companion", "subtotal") and row.is_bayesian for row in rows
    )
    curve = predicted == "distribution" and any(r.kind == "prediction" for r in rows)
    notes = (
        (True, f"{heterogeneity_line(fit)} {test_line(fit)}".rstrip()),
        (True, between_line(by) if isinstance(by, Subgroups) else ""),
        (UNVERIFIED in marks, f"{UNVERIFIED} Rests on an unverified number."),
        (RETRACTED in marks, f"{RETRACTED} Rests on a retracted source."),
        (unused, "– in the column of weights: not used by the model."),
        (shrunken, "Open diamonds: studies' effects drawn towards the mean."),
        (bayes, "Hatched diamond: Bayesian, posterior mean and credible interval."),
        (curve, "Curves: true effect in a new study; dark within its interval."),
        (lights, f"Risk of bias: {judgement_words()}."),
    )
    return tuple(text for holds, text in notes if holds and text)


def forest_alt(fit: Fit, rows: Sequence[Row], sides: tuple[str, str] | None) -> str:
    """Write the alternative text of a forest plot from its rows."""
    studies = [row for row in rows if row.kind == "study"]
    noun = "study" if len(studies) == 1 else "studies"
    what = measure_label(fit.effects.measure).lower()
    texts = [f"Forest plot of {len(studies)} {noun}, {what}."]
    if sides:
        texts.append(f"Left of no effect {sides[0]}, right {sides[1]}.")
    texts.append(_studies(fit, studies))
    heading = ""
    for row in rows:
        if row.kind == "heading":
            heading = f"{row.label}, "
        elif row.kind == "subtotal":
            texts.append(f"{heading}subtotal: {row.shown}.")
        elif row.kind in ("summary", "companion"):
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
